/**
 * Scores of names of at most 32 ASCII letters, which most are: the places of a letter are the bits of a word, and the dynamic
 * programme goes over bits that are set. No step is taken for a letter that the query has not.
 */

import { ASCII_FOLDS } from '../letters.ts';
import type { Bucket } from '../names/bucket.ts';
import { NO_MATCH, TOO_LITTLE } from './match.ts';
import type { Pattern } from './pattern.ts';
import {
  DIRECT,
  EXACT,
  EXCHANGE_FROM,
  EXCHANGED,
  FIRST,
  GAP,
  LETTER,
  LONGEST_GAP,
  START,
  WHOLE,
} from './points.ts';

/** Longest name, in letters. */
export const SHORT_LETTERS = 32;

/** What one letter counts at most. */
const MOST = LETTER + EXACT;
const MOST_FIRST = MOST + FIRST;
const MOST_START = MOST + START;
const MOST_DIRECT = MOST + DIRECT;
const LEAST_GAP = GAP + 1;

const UNREACHED = -(2 ** 29);

export class ShortScorer {
  readonly #pattern: Pattern;
  /** By fold, the places of the letter in the name; of letters that the query has. */
  readonly #places = new Int32Array(128);
  /** By letter of the query, its places on ways that place them all. */
  readonly #open = new Int32Array(SHORT_LETTERS);
  /** By letter of the query, the places behind its first one; of the letters that are in order from the front. */
  readonly #behind = new Int32Array(SHORT_LETTERS);
  /** The same with a pair exchanged. */
  readonly #behindExchanged = new Int32Array(SHORT_LETTERS);
  /** The places before its last one; of those that are in order from the back. */
  readonly #before = new Int32Array(SHORT_LETTERS);
  /** The letters of the query as they are to stand. */
  readonly #order = new Uint8Array(SHORT_LETTERS);
  #row = new Int32Array(SHORT_LETTERS);
  #rowBefore = new Int32Array(SHORT_LETTERS);

  constructor(pattern: Pattern) {
    this.#pattern = pattern;
  }

  /** Of a name at least as long as the query. As `Matcher.score`. */
  score(bucket: Bucket, slot: number, mostExchanged: number, needed: number): number {
    const { length: letters } = bucket;
    const { length } = this.#pattern;
    this.#findPlaces(bucket.letters, slot * letters, letters);
    for (let index = 0; index < length; index++) this.#order[index] = index;
    const found = this.#placeFromFront(this.#behind);
    if (found === length) {
      return this.#most(bucket, slot) < needed ? TOO_LITTLE : this.#best(bucket, slot);
    }
    if (length < EXCHANGE_FROM) return NO_MATCH;
    const behind = this.#placeFromBack();
    // The second letter of a pair that makes the query match is, from the front, at most the first one missing; and so from the back.
    const first = Math.max(0, behind - 1);
    const last = found - 1;
    let best = NO_MATCH;
    for (let pair = first; pair <= last; pair++) {
      if (!this.#fits(pair)) continue;
      if (mostExchanged < needed) return TOO_LITTLE;
      this.#exchange(pair);
      this.#placeFromFront(this.#behindExchanged);
      const score =
        this.#most(bucket, slot) + EXCHANGED < needed ? TOO_LITTLE : this.#best(bucket, slot) + EXCHANGED;
      this.#exchange(pair);
      if (score > best || best === NO_MATCH) best = score;
    }
    return best;
  }

  #findPlaces(bytes: Uint8Array, start: number, letters: number): void {
    const { length, folds } = this.#pattern;
    const places = this.#places;
    for (let index = 0; index < length; index++) places[folds[index] as number] = 0;
    for (let at = 0; at < letters; at++) {
      const fold = ASCII_FOLDS[bytes[start + at] as number] as number;
      places[fold] = (places[fold] as number) | (1 << at);
    }
  }

  /** Returns how many letters there are before one that is missing; sets the places behind each. */
  #placeFromFront(behinds: Int32Array): number {
    const { length, folds } = this.#pattern;
    let behind = -1;
    for (let index = 0; index < length; index++) {
      const fold = folds[this.#order[index] as number] as number;
      const open = (this.#places[fold] as number) & behind;
      if (open === 0) return index;
      this.#open[index] = open;
      const first = open & -open;
      behind = ~(first | (first - 1));
      behinds[index] = behind;
    }
    return length;
  }

  /** Returns the first letter behind all that are missing. */
  #placeFromBack(): number {
    const { length, folds } = this.#pattern;
    let before = -1;
    for (let index = length - 1; index >= 0; index--) {
      const open = (this.#places[folds[index] as number] as number) & before;
      if (open === 0) return index + 1;
      before = (1 << (31 - Math.clz32(open))) - 1;
      this.#before[index] = before;
    }
    return 0;
  }

  /** Whether a pair, exchanged, stands between the letters before it and those behind it. */
  #fits(pair: number): boolean {
    const { length, folds } = this.#pattern;
    const one = folds[pair] as number;
    const other = folds[pair + 1] as number;
    if (one === other) return false;
    const first = (this.#places[other] as number) & (pair === 0 ? -1 : (this.#behind[pair - 1] as number));
    if (first === 0) return false;
    const lowest = first & -first;
    const before = pair + 2 < length ? (this.#before[pair + 2] as number) : -1;
    return ((this.#places[one] as number) & ~(lowest | (lowest - 1)) & before) !== 0;
  }

  #exchange(pair: number): void {
    const order = this.#order;
    const one = order[pair] as number;
    order[pair] = order[pair + 1] as number;
    order[pair + 1] = one;
  }

  /** No way scores more; all letters were placed from the front. Much less work than the best score. */
  #most(bucket: Bucket, slot: number): number {
    const { length } = this.#pattern;
    const open = this.#open;
    const starts = bucket.startsOf(slot);
    let before = open[0] as number;
    let most = before & 1 ? MOST_FIRST : before & starts ? MOST_START : MOST;
    for (let index = 1; index < length; index++) {
      const own = open[index] as number;
      const direct = (before << 1) & own;
      if (direct & starts) most += MOST_START;
      else if (direct) most += MOST_DIRECT;
      else most += own & starts ? MOST_START - LEAST_GAP : MOST - LEAST_GAP;
      before = own;
    }
    return length === bucket.length ? most + WHOLE : most;
  }

  /** The best score; all letters were placed from the front. */
  #best(bucket: Bucket, slot: number): number {
    const { length, raws } = this.#pattern;
    const { letters } = bucket;
    const start = slot * bucket.length;
    const starts = bucket.startsOf(slot);
    const open = this.#open;
    for (let index = length - 2, before = -1; index >= 0; index--) {
      before = (1 << (31 - Math.clz32(open[index + 1] as number))) - 1;
      open[index] = (open[index] as number) & before;
    }
    let row = this.#row;
    let rowBefore = this.#rowBefore;
    let raw = raws[this.#order[0] as number] as number;
    for (let left = open[0] as number; left !== 0; left &= left - 1) {
      const at = 31 - Math.clz32(left & -left);
      row[at] =
        LETTER +
        (letters[start + at] === raw ? EXACT : 0) +
        (at === 0 ? FIRST : (starts >>> at) & 1 ? START : 0);
    }
    for (let index = 1; index < length; index++) {
      [row, rowBefore] = [rowBefore, row];
      raw = raws[this.#order[index] as number] as number;
      let ends = open[index - 1] as number;
      // Over the places that are not direct neighbours: with the gap counted in full, and with the most that a gap costs.
      let near = UNREACHED;
      let far = UNREACHED;
      for (let left = open[index] as number; left !== 0; left &= left - 1) {
        const at = 31 - Math.clz32(left & -left);
        let end = -1;
        while (ends !== 0) {
          end = 31 - Math.clz32(ends & -ends);
          if (end >= at - 1) break;
          const value = rowBefore[end] as number;
          if (value > far) far = value;
          if (value + end > near) near = value + end;
          ends &= ends - 1;
        }
        let value = near - (at - 1 + GAP);
        if (far - (GAP + LONGEST_GAP) > value) value = far - (GAP + LONGEST_GAP);
        const isStart = (starts >>> at) & 1;
        if (ends !== 0 && end === at - 1) {
          const direct = (rowBefore[end] as number) + (isStart ? 0 : DIRECT);
          if (direct > value) value = direct;
        }
        row[at] = value + LETTER + (letters[start + at] === raw ? EXACT : 0) + (isStart ? START : 0);
      }
    }
    let best = UNREACHED;
    for (let left = open[length - 1] as number; left !== 0; left &= left - 1) {
      const value = row[31 - Math.clz32(left & -left)] as number;
      if (value > best) best = value;
    }
    return length === bucket.length ? best + WHOLE : best;
  }
}
