/** The best names so far, as many as are wanted: a heap with the worst of them on top. */

import { MAX_LIMIT, MAX_NAME_LENGTH } from '../../contract.ts';
import type { Names } from '../names.ts';

const LENGTH_BITS = 16;

/** A score and a length in one number: the greater, the better. Scores are below 2^14. */
export function keyOf(score: number, units: number): number {
  return (score << LENGTH_BITS) | (MAX_NAME_LENGTH - units);
}

export function scoreOf(key: number): number {
  return key >>> LENGTH_BITS;
}

export class Best {
  size = 0;
  /** By place in the heap; when it is sorted, from the best. */
  names: Uint32Array = new Uint32Array(64);
  keys: Int32Array = new Int32Array(64);
  #limit = 0;

  /** Empties it, for the best `limit` names, 1 to MAX_LIMIT. */
  reset(limit: number): void {
    this.size = 0;
    this.#limit = limit;
    if (this.names.length >= limit) return;
    const room = Math.min(2 * limit, MAX_LIMIT);
    this.names = new Uint32Array(room);
    this.keys = new Int32Array(room);
  }

  /** The least score with which a name of `units` UTF-16 code units can enter. */
  needed(units: number): number {
    if (this.size < this.#limit) return 0;
    const worst = this.keys[0] as number;
    return scoreOf(worst) + (keyOf(scoreOf(worst), units) < worst ? 1 : 0);
  }

  /** Whether a name would enter. */
  takes(key: number, name: number, all: Names): boolean {
    if (this.size < this.#limit) return true;
    const worst = this.keys[0] as number;
    return key > worst || (key === worst && all.compare(name, this.names[0] as number) < 0);
  }

  /** Puts in a name that it takes. */
  put(key: number, name: number, all: Names): void {
    if (this.size === this.#limit) {
      this.#sink(key, name, this.size, all);
      return;
    }
    let place = this.size++;
    while (place > 0) {
      const above = (place - 1) >>> 1;
      if (!this.#isWorse(key, name, above, all)) break;
      this.#move(above, place);
      place = above;
    }
    this.keys[place] = key;
    this.names[place] = name;
  }

  /** The best first; it is no heap then. */
  sort(all: Names): void {
    for (let last = this.size - 1; last > 0; last--) {
      const key = this.keys[last] as number;
      const name = this.names[last] as number;
      this.#move(0, last);
      this.#sink(key, name, last, all);
    }
  }

  get heldBytes(): number {
    return this.names.byteLength + this.keys.byteLength;
  }

  /** Puts a name in the place of the worst, among the first `size`. */
  #sink(key: number, name: number, size: number, all: Names): void {
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= size) break;
      const other = below + 1;
      if (
        other < size &&
        this.#isWorse(this.keys[other] as number, this.names[other] as number, below, all)
      ) {
        below = other;
      }
      if (this.#isWorse(key, name, below, all)) break;
      this.#move(below, place);
      place = below;
    }
    this.keys[place] = key;
    this.names[place] = name;
  }

  #move(from: number, to: number): void {
    this.keys[to] = this.keys[from] as number;
    this.names[to] = this.names[from] as number;
  }

  /** Whether a name comes behind the one at a place. */
  #isWorse(key: number, name: number, place: number, all: Names): boolean {
    const other = this.keys[place] as number;
    return key < other || (key === other && all.compare(name, this.names[place] as number) > 0);
  }
}
