/**
 * The search for the best names: masks first, then letters, then scores, the shortest names first. Nothing is cut before it is
 * ranked: a name is passed over only when it cannot match, or when the most that its mask allows would not enter the best so far.
 */

import { FIRST_SHIFT } from '../mask.ts';
import type { Bucket } from '../names/bucket.ts';
import { BUCKETS, LONGEST_SHORT, NONE, nameNumber } from '../names/number.ts';
import type { Names } from '../names.ts';
import type { Symbols } from '../symbols.ts';
import { Best, keyOf } from './best.ts';
import { Bounds, LOSS_WORD } from './bounds.ts';
import { NO_MATCH } from './match.ts';
import { Matcher } from './matcher.ts';
import { Pattern } from './pattern.ts';
import { WHOLE } from './points.ts';
import { ALL_BITS, Survivors, WORD_BITS } from './survivors.ts';

const ALL_KINDS = 0x0fff_fffe;

export class Search {
  readonly pattern = new Pattern();
  readonly matcher = new Matcher(this.pattern);
  readonly best = new Best();
  readonly #bounds = new Bounds();
  readonly #survivors = new Survivors();
  readonly #names: Names;
  readonly #symbols: Symbols;
  /** Bits of the kinds that are wanted; all of them where none is left out. */
  #kinds = 0;
  #isFiltered = false;
  #orderRulesOut = false;
  /** Bits of a word's slots. */
  #promising = 0;

  constructor(names: Names, symbols: Symbols) {
    this.#names = names;
    this.#symbols = symbols;
  }

  /** Finds the best `limit` names that have a symbol of one of `kinds`, into {@link Search.best}, the best first. */
  run(text: string, limit: number, kinds: number): void {
    const { pattern, best } = this;
    pattern.read(text);
    best.reset(limit);
    this.#kinds = kinds;
    this.#isFiltered = (kinds & ALL_KINDS) !== ALL_KINDS;
    if (pattern.length === 0) {
      for (let bucket = 1; bucket < BUCKETS; bucket++) this.#every(bucket);
      this.#every(0);
    } else {
      this.#bounds.set(pattern);
      this.#orderRulesOut = this.#survivors.begin(this.#names, pattern);
      // Most of the best names begin with the first letter; they tell soon what the others need.
      for (const beginsWithFirst of [true, false]) {
        for (let bucket = pattern.length; bucket <= LONGEST_SHORT; bucket++)
          this.#bucket(bucket, beginsWithFirst);
        this.#bucket(0, beginsWithFirst);
      }
    }
    best.sort(this.#names);
  }

  /** The names or their symbols have changed. */
  forget(): void {
    this.#survivors.forget();
  }

  get heldBytes(): number {
    return this.matcher.heldBytes + this.best.heldBytes + this.#survivors.heldBytes;
  }

  /**
   * Looks at the names of a bucket that begin with the first letter, or at all others. Wide names are as if each were the shortest
   * there is, until they are looked at.
   */
  #bucket(number: number, beginsWithFirst: boolean): void {
    const bucket = this.#names.buckets[number] as Bucket;
    const bounds = this.#bounds;
    const whole = number === 0 || number === this.pattern.length ? WHOLE : 0;
    const most = bounds.most + whole;
    const loss = beginsWithFirst ? 0 : LOSS_WORD;
    const units = number === 0 ? 1 : number;
    let needed = this.best.needed(units);
    if (most - loss < needed) return;
    bounds.filter(most - needed, beginsWithFirst);
    const { words, starts } = this.#survivors;
    const firstWord = starts[number] as number;
    for (let start = 0; start < bucket.slots; start += WORD_BITS) {
      const at = firstWord + start / WORD_BITS;
      const word = words[at] as number;
      if (word === 0) continue;
      const matching =
        word === ALL_BITS && beginsWithFirst
          ? this.#sift(bucket, start)
          : this.#siftSome(bucket, start, word, beginsWithFirst ? -1 : bounds.first);
      words[at] = matching;
      if (this.#promising === 0) continue;
      words[at] = this.#look(bucket, start, matching, whole, units);
      const neededNow = this.best.needed(units);
      if (neededNow === needed) continue;
      needed = neededNow;
      if (most - loss < needed) return;
      bounds.filter(most - needed, beginsWithFirst);
    }
  }

  /** Bits of a word's slots that have the letters; {@link Search.#promising} those that also may enter. */
  #sift({ lows, highs, slots }: Bucket, start: number): number {
    const { letters, select, value } = this.#bounds;
    const end = Math.min(start + WORD_BITS, slots);
    let matching = 0;
    let promising = 0;
    // Without a branch: which names have the letters is as good as random.
    for (let slot = start; slot < end; slot++) {
      const lacking = ((lows[slot] as number) & letters) ^ letters;
      const failing = lacking | (((highs[slot] as number) & select) ^ value);
      matching |= isZero(lacking) << slot;
      promising |= isZero(failing) << slot;
    }
    this.#promising = promising;
    return matching;
  }

  /** The same of some slots; what begins with the letter of number `passedOver` is not promising. */
  #siftSome({ lows, highs, slots }: Bucket, start: number, word: number, passedOver: number): number {
    const { letters, select, value } = this.#bounds;
    let matching = 0;
    let promising = 0;
    for (let left = word; left !== 0; left &= left - 1) {
      const bit = 31 - Math.clz32(left & -left);
      const slot = start + bit;
      if (slot >= slots || ((lows[slot] as number) & letters) !== letters) continue;
      matching |= 1 << bit;
      const high = highs[slot] as number;
      if ((high & select) === value && high >>> FIRST_SHIFT !== passedOver) promising |= 1 << bit;
    }
    this.#promising = promising;
    return matching;
  }

  /** Looks at the promising names of a word of slots. Returns the bits of those that match and are not ruled out. */
  #look(bucket: Bucket, start: number, matching: number, whole: number, units: number): number {
    const { highs, kinds } = bucket;
    const mostExchanged = this.#bounds.mostExchanged + whole;
    let left = matching;
    let needed = this.best.needed(units);
    for (let candidates = this.#promising; candidates !== 0; candidates &= candidates - 1) {
      const bit = 31 - Math.clz32(candidates & -candidates);
      const slot = start + bit;
      if (this.#bounds.of(highs[slot] as number) + whole < needed) continue;
      if (this.#isFiltered && ((kinds[slot] as number) & this.#kinds) === 0) continue;
      const score = this.matcher.score(bucket, slot, mostExchanged, needed);
      if (score >= needed && score > NO_MATCH) {
        if (this.#offer(bucket, slot, score)) needed = this.best.needed(units);
      } else if (score === NO_MATCH && this.#orderRulesOut) {
        left &= ~(1 << bit);
      }
    }
    return left;
  }

  /** Every name of a bucket matches the empty query. */
  #every(number: number): void {
    if (this.best.needed(number) > 0) return;
    const bucket = this.#names.buckets[number] as Bucket;
    for (let slot = 0; slot < bucket.slots; slot++) {
      if (bucket.heads[slot] === NONE) continue;
      if (this.#isFiltered && ((bucket.kinds[slot] as number) & this.#kinds) === 0) continue;
      this.#offer(bucket, slot, 0);
    }
  }

  /** Puts a name among the best, if it belongs there; whether it did. */
  #offer(bucket: Bucket, slot: number, score: number): boolean {
    const units = bucket.length === 0 ? (bucket.texts[slot] as string).length : bucket.length;
    const key = keyOf(score, units);
    const name = nameNumber(bucket.length, slot);
    if (!this.best.takes(key, name, this.#names)) return false;
    if (this.#isFiltered && !this.#hasKind(bucket, slot)) return false;
    this.best.put(key, name, this.#names);
    return true;
  }

  /** Whether a symbol of the name is of a kind that is wanted. Kinds that are gone are taken off the name. */
  #hasKind(bucket: Bucket, slot: number): boolean {
    const { kinds, nexts } = this.#symbols;
    let seen = 0;
    for (let symbol = bucket.heads[slot] as number; symbol !== NONE; symbol = nexts[symbol] as number) {
      seen |= 1 << (kinds[symbol] as number);
      if ((seen & this.#kinds) !== 0) return true;
    }
    bucket.kinds[slot] = seen;
    return false;
  }
}

/** 1 for 0, else 0. */
function isZero(word: number): number {
  return ((word | (0 - word)) >>> 31) ^ 1;
}
