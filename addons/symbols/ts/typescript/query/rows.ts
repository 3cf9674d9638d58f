/**
 * Rows of the dynamic programme: for one letter of the query, the best score of a way that ends at each of its places. A gap of g
 * letters costs 2 + min(g, 6), so the less of a cost that grows and of one that does not: two running maxima over the row before.
 */

import type { Spelling } from '../spelling.ts';
import type { Pattern } from './pattern.ts';
import { DIRECT, EXACT, FIRST, GAP, LETTER, LONGEST_GAP, START } from './points.ts';

/** Scores are kept times 2^9; the rest tells the pair that was exchanged, the first one highest. */
export const SCALE_BITS = 9;
const SCALE = 1 << SCALE_BITS;
/** Below every score; what is added to it keeps it there. */
export const UNREACHED = -(2 ** 29);
/** All that is above is a score. */
export const REACHED = UNREACHED / 2;

const LETTER_POINTS = LETTER * SCALE;
const EXACT_POINTS = EXACT * SCALE;
const START_POINTS = START * SCALE;
const FIRST_POINTS = FIRST * SCALE;
const DIRECT_POINTS = DIRECT * SCALE;
const FAR_POINTS = (GAP + LONGEST_GAP) * SCALE;

/** Cells `from` to `to` of a row; place p is at `at + p`. */
export interface Row {
  at: number;
  from: number;
  to: number;
}

/** What a letter counts at a place, wherever the one before it is. */
function ownPoints(spelling: Spelling, place: number, raw: number): number {
  const exact = spelling.raws[place] === raw ? EXACT_POINTS : 0;
  return LETTER_POINTS + exact + (spelling.starts[place] === 0 ? 0 : START_POINTS);
}

/** The row of a query that begins with the letter `index` of `pattern`. */
export function fillFirst(
  cells: Int32Array,
  spelling: Spelling,
  pattern: Pattern,
  index: number,
  extra: number,
  row: Row,
): void {
  const fold = pattern.folds[index] as number;
  const raw = pattern.raws[index] as number;
  const { folds } = spelling;
  const { at, from, to } = row;
  for (let place = from; place <= to; place++) {
    if (folds[place] !== fold) {
      cells[at + place] = UNREACHED;
      continue;
    }
    const points = ownPoints(spelling, place, raw) + extra;
    cells[at + place] = place === 0 ? points - START_POINTS + FIRST_POINTS : points;
  }
}

/** The row of the letter `index` of `pattern`, behind the letter of the row `before`. */
export function fillNext(
  cells: Int32Array,
  spelling: Spelling,
  pattern: Pattern,
  index: number,
  extra: number,
  before: Row,
  row: Row,
): void {
  const fold = pattern.folds[index] as number;
  const raw = pattern.raws[index] as number;
  const { folds, starts } = spelling;
  const { at, from, to } = row;
  const { at: beforeAt, to: beforeTo } = before;
  let next = before.from;
  // Over the places that are not direct neighbours: with the gap counted in full, and with the most that a gap costs.
  let near = UNREACHED;
  let far = UNREACHED;
  for (let place = from; place <= to; place++) {
    for (; next < place - 1 && next <= beforeTo; next++) {
      const value = cells[beforeAt + next] as number;
      if (value > far) far = value;
      if (value + next * SCALE > near) near = value + next * SCALE;
    }
    if (folds[place] !== fold) {
      cells[at + place] = UNREACHED;
      continue;
    }
    let value = near - (place - 1 + GAP) * SCALE;
    if (far - FAR_POINTS > value) value = far - FAR_POINTS;
    // The place before is in the row, or the row has ended.
    if (next === place - 1 && next <= beforeTo) {
      const direct = (cells[beforeAt + next] as number) + (starts[place] === 0 ? DIRECT_POINTS : 0);
      if (direct > value) value = direct;
    }
    cells[at + place] = value + ownPoints(spelling, place, raw) + extra;
  }
}

/** What a letter at `place` counts behind one at `before`. */
export function pointsBehind(spelling: Spelling, place: number, raw: number, before: number): number {
  const gap = place - before - 1;
  const own = ownPoints(spelling, place, raw);
  if (gap === 0) return own + (spelling.starts[place] === 0 ? DIRECT_POINTS : 0);
  return own - (GAP + Math.min(gap, LONGEST_GAP)) * SCALE;
}

/** The first place of the best score in a row; -1 where no way ends. */
export function bestPlace(cells: Int32Array, { at, from, to }: Row): number {
  let best = -1;
  let most = REACHED;
  for (let place = from; place <= to; place++) {
    const value = cells[at + place] as number;
    if (value > most) {
      most = value;
      best = place;
    }
  }
  return best;
}
