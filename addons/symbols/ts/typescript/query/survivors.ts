/**
 * What a query did not rule out: a bit for each name. When the next query is the same with letters behind it, only these names are
 * looked at.
 *
 * A name is ruled out when a letter of the query is not in it, or when its letters are not in order, not even with a pair
 * exchanged; then no longer query matches it. From a query of two letters the order rules out nothing: a third one allows an
 * exchange. A name that could not enter the best ones was not looked at, and is not ruled out.
 */

import { BUCKETS } from '../names/number.ts';
import type { Names } from '../names.ts';
import type { Pattern } from './pattern.ts';

export const WORD_BITS = 32;
export const ALL_BITS = -1;
/** Letters with which the order rules out nothing. */
const NO_ORDER = 2;

export class Survivors {
  /** Bits by slot, bucket by bucket. */
  words: Int32Array = new Int32Array(0);
  /** By bucket, where its words begin. */
  readonly starts = new Uint32Array(BUCKETS);
  /** Folds of the last query; none where the names have changed since. */
  readonly #folds: number[] = [];

  /** The names have changed. */
  forget(): void {
    this.#folds.length = 0;
  }

  /** Begins a query. Returns whether the order of its letters rules a name out. */
  begin(names: Names, { length, folds }: Pattern): boolean {
    const isLonger =
      this.#folds.length > 0 &&
      this.#folds.length <= length &&
      this.#folds.every((fold, i) => fold === folds[i]);
    if (!isLonger) this.#reset(names);
    this.#folds.length = 0;
    for (let index = 0; index < length; index++) this.#folds.push(folds[index] as number);
    return length !== NO_ORDER;
  }

  get heldBytes(): number {
    return this.words.byteLength + this.starts.byteLength;
  }

  #reset({ buckets }: Names): void {
    let end = 0;
    for (const { length, slots } of buckets) {
      this.starts[length] = end;
      end += Math.ceil(slots / WORD_BITS);
    }
    if (this.words.length < end || this.words.length > 2 * end + WORD_BITS) {
      this.words = new Int32Array(end + (end >>> 3));
    }
    this.words.fill(ALL_BITS, 0, end);
  }
}
