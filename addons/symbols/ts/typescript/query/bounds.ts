/**
 * The most that a name can score, as far as its mask tells.
 *
 * A letter behind the first counts most at a word start or directly behind the one before it; with a gap it counts less. An
 * exchange never scores more than this bound either: it costs 9, and gains at most 2 and 6 when it is the first pair that is
 * exchanged: the second letter, which starts the name, becomes the first, and the first one may follow directly.
 */

import { FIRST_SHIFT, letterBit, startBit } from '../mask.ts';
import type { Pattern } from './pattern.ts';
import { DIRECT, EXACT, EXCHANGED, FIRST, LETTER, START } from './points.ts';

/** What is lost when the first letter starts a word, but not the name. */
export const LOSS_WORD = FIRST - START;
/** What is lost when a letter behind the first starts no word. */
const LOSS_START = START - DIRECT;

const FIRST_BITS = -1 << FIRST_SHIFT;

export class Bounds {
  /** Bits that the low word of a mask must have. */
  letters = 0;
  /** The bound of a name that has all it can have; as long as the query, it has WHOLE beside it. */
  most = 0;
  /** The bound of an exchange. */
  mostExchanged = 0;
  /** Bits of a high word that {@link Bounds.filter} looks at, and what they must be. */
  select = 0;
  value = 0;
  /** What the number of the first letter is in a mask of a name that begins with it. */
  first = 0;
  /** The bit of the first letter at a word start; 0 where masks do not tell. */
  #firstStart = 0;
  /** Bits of the other letters at word starts, where masks tell. */
  #starts = 0;
  /** By bit of {@link Bounds.#starts}, letters of the query. */
  readonly #counts = new Int32Array(26);

  /** Of a query with at least one letter. */
  set({ length, folds }: Pattern): void {
    this.letters = 0;
    this.#starts = 0;
    this.#counts.fill(0);
    for (let index = 0; index < length; index++) {
      const fold = folds[index] as number;
      this.letters |= 1 << letterBit(fold);
      const start = startBit(fold);
      if (index === 0 || start < 0) continue;
      this.#starts |= 1 << start;
      this.#counts[start] = (this.#counts[start] as number) + 1;
    }
    const first = folds[0] as number;
    this.first = letterBit(first) + 1;
    this.#firstStart = startBit(first) < 0 ? 0 : 1 << startBit(first);
    this.most = length * (LETTER + EXACT + START) + LOSS_WORD;
    this.mostExchanged = this.most + EXCHANGED;
  }

  /**
   * Sets what a high word must have for a bound of at least `most` less `slack`, as far as one condition at a time tells; and for
   * a name that begins with the first letter, if that is asked for.
   */
  filter(slack: number, beginsWithFirst: boolean): void {
    this.select = 0;
    this.value = 0;
    if (beginsWithFirst) this.#require(FIRST_BITS, this.first << FIRST_SHIFT);
    else if (slack < FIRST) this.#require(this.#firstStart, this.#firstStart);
    for (let starts = this.#starts; starts !== 0; starts &= starts - 1) {
      const bit = 31 - Math.clz32(starts & -starts);
      if (slack < LOSS_START * (this.#counts[bit] as number)) this.#require(1 << bit, 1 << bit);
    }
  }

  #require(select: number, value: number): void {
    this.select |= select;
    this.value |= value;
  }

  /** The most that a name with this high word can score. */
  of(high: number): number {
    let bound = this.most;
    if (high >>> FIRST_SHIFT !== this.first) {
      bound -= (high & this.#firstStart) === this.#firstStart ? LOSS_WORD : FIRST;
    }
    let missing = ~high & this.#starts;
    while (missing !== 0) {
      const bit = 31 - Math.clz32(missing & -missing);
      bound -= LOSS_START * (this.#counts[bit] as number);
      missing &= missing - 1;
    }
    return bound;
  }
}
