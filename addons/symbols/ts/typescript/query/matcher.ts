/** Whether a query matches a name, with which score, and where. */

import type { Bucket } from '../names/bucket.ts';
import { Spelling } from '../spelling.ts';
import { NO_MATCH, TOO_LITTLE } from './match.ts';
import { Pattern } from './pattern.ts';
import { Places } from './places.ts';
import { EXCHANGE_FROM, EXCHANGED, WHOLE } from './points.ts';
import { ShortScorer } from './short.ts';
import { type ExchangedWay, Ways } from './ways.ts';

/** Pairs that are tried one by one. */
const FEW_PAIRS = 4;

export class Matcher {
  readonly pattern: Pattern;
  readonly #short: ShortScorer;
  readonly #spelling = new Spelling();
  readonly #places = new Places();
  readonly #ways = new Ways();
  readonly #exchanged = new Pattern();
  readonly #exchangedPlaces = new Places();
  /** Pairs that may be exchanged in the name looked at. */
  #firstPair = 0;
  #lastPair = 0;

  constructor(pattern: Pattern) {
    this.pattern = pattern;
    this.#short = new ShortScorer(pattern);
  }

  /**
   * The score of a name, {@link NO_MATCH} or {@link TOO_LITTLE}. `mostExchanged` is what an exchange can score, `needed` what is of
   * use.
   */
  score(bucket: Bucket, slot: number, mostExchanged: number, needed: number): number {
    if (bucket.isShort) return this.#short.score(bucket, slot, mostExchanged, needed);
    this.#spell(bucket, slot);
    const { length } = this.pattern;
    const found = this.#places.fromFront(this.#spelling, this.pattern);
    const behind = this.#places.fromBack(this.#spelling, this.pattern);
    const whole = this.#spelling.letters === length ? WHOLE : 0;
    if (behind === 0) return this.#ways.inOrder(this.#spelling, this.pattern, this.#places) + whole;
    if (length < EXCHANGE_FROM) return NO_MATCH;
    this.#findPairs(found, behind);
    if (this.#firstPair > this.#lastPair) return NO_MATCH;
    if (mostExchanged < needed) return TOO_LITTLE;
    const way = this.#exchangedWay();
    return way === undefined ? NO_MATCH : way.score + whole;
  }

  /** Positions in a name that matches, in UTF-16 code units. */
  positions(bucket: Bucket, slot: number): number[] {
    if (this.pattern.length === 0) return [];
    const spelling = this.#spelling;
    this.#spell(bucket, slot);
    let places = this.#places;
    let pattern = this.pattern;
    const found = places.fromFront(spelling, pattern);
    const behind = places.fromBack(spelling, pattern);
    if (behind > 0) {
      this.#findPairs(found, behind);
      this.#exchange(this.#exchangedWay()?.pair ?? 0);
      pattern = this.#exchanged;
      places = this.#exchangedPlaces;
    }
    return unitsOf(spelling, this.#ways.trace(spelling, pattern, places));
  }

  get heldBytes(): number {
    return this.#spelling.heldBytes + this.#ways.heldBytes;
  }

  #spell(bucket: Bucket, slot: number): void {
    if (bucket.length === 0) this.#spelling.loadWide(bucket.texts[slot] as string);
    else this.#spelling.loadShort(bucket.letters, slot * bucket.length, bucket.length);
  }

  /** The best of the pairs that may be exchanged: a few are tried one by one, many would take that long each. */
  #exchangedWay(): ExchangedWay | undefined {
    const first = this.#firstPair;
    const last = this.#lastPair;
    if (last - first >= FEW_PAIRS) return this.#ways.exchanged(this.#spelling, this.pattern, first, last);
    let best: ExchangedWay | undefined;
    for (let pair = first; pair <= last; pair++) {
      if (this.#isIdle(pair)) continue;
      this.#exchange(pair);
      const score = this.#ways.inOrder(this.#spelling, this.#exchanged, this.#exchangedPlaces) + EXCHANGED;
      if (best === undefined || score > best.score) best = { score, pair };
    }
    return best;
  }

  /** Exchanges a pair, and finds the places of the letters then. */
  #exchange(pair: number): void {
    this.#exchanged.exchange(this.pattern, pair);
    this.#exchangedPlaces.fromFront(this.#spelling, this.#exchanged);
    this.#exchangedPlaces.fromBack(this.#spelling, this.#exchanged);
  }

  /**
   * The first and the last pair whose exchange makes the query match; the first behind the last where there is none. The letters
   * before `found`, and those from `behind` on, are in their places: the second letter of a pair is at most the one at `found`, the
   * first at least the one before `behind`.
   */
  #findPairs(found: number, behind: number): void {
    let first = Math.max(0, behind - 1);
    let last = found - 1;
    while (first <= last && this.#isIdle(first)) first++;
    while (first < last && this.#isIdle(last)) last--;
    this.#firstPair = first;
    this.#lastPair = last;
  }

  /** Whether the exchange of a pair is none, or does not make the query match. */
  #isIdle(pair: number): boolean {
    const { folds } = this.pattern;
    return folds[pair] === folds[pair + 1] || !this.#fits(pair);
  }

  /** Whether a pair, exchanged, stands between the letters before it and those behind it. */
  #fits(pair: number): boolean {
    const { letters, folds } = this.#spelling;
    const { length, folds: wanted } = this.pattern;
    const end = pair + 2 < length ? (this.#places.latest[pair + 2] as number) : letters;
    let at = pair === 0 ? 0 : (this.#places.earliest[pair - 1] as number) + 1;
    while (at < end && folds[at] !== wanted[pair + 1]) at++;
    at++;
    while (at < end && folds[at] !== wanted[pair]) at++;
    return at < end;
  }
}

/** Places in letters as UTF-16 code units; two for a letter beyond U+FFFF. */
function unitsOf({ raws }: Spelling, places: Int32Array): number[] {
  const units: number[] = [];
  let letter = 0;
  let unit = 0;
  for (const place of places) {
    for (; letter < place; letter++) unit += (raws[letter] as number) > 0xffff ? 2 : 1;
    units.push(unit);
    if ((raws[letter] as number) > 0xffff) units.push(unit + 1);
  }
  return units;
}
