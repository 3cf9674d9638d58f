/** The best way to place a query's letters in a name. O(letters of the query * letters of the name). */

import type { Spelling } from '../spelling.ts';
import type { Pattern } from './pattern.ts';
import { NO_PLACE, type Places } from './places.ts';
import { EXCHANGED } from './points.ts';
import { bestPlace, fillFirst, fillNext, pointsBehind, REACHED, type Row, SCALE_BITS } from './rows.ts';

const FIRST_PAIR = (1 << SCALE_BITS) - 1;
const EXCHANGED_POINTS = EXCHANGED << SCALE_BITS;

/** Rows of the search for an exchange: three in order, one with a pair begun, two with it done, and one for the better of two. */
const EXCHANGE_ROWS = 7;
/** Cells that are kept for the next name; a name of 65,535 letters may need many more. */
const KEPT_CELLS = 2 ** 16;

/** WHOLE is not in the score. */
export interface ExchangedWay {
  readonly score: number;
  /** The place in the query of the first letter of the pair. */
  readonly pair: number;
}

export class Ways {
  #cells: Int32Array = new Int32Array(1024);
  readonly #row: Row = { at: 0, from: 0, to: 0 };
  readonly #before: Row = { at: 0, from: 0, to: 0 };

  /** The best score of a query whose letters are in order, between these places; WHOLE is not in it. */
  inOrder(spelling: Spelling, pattern: Pattern, { earliest, latest }: Places): number {
    const { letters } = spelling;
    const cells = this.#room(2 * letters);
    let row = this.#row;
    let before = this.#before;
    row.at = 0;
    row.from = earliest[0] as number;
    row.to = latest[0] as number;
    fillFirst(cells, spelling, pattern, 0, 0, row);
    for (let index = 1; index < pattern.length; index++) {
      [row, before] = [before, row];
      row.at = index & 1 ? letters : 0;
      row.from = earliest[index] as number;
      row.to = latest[index] as number;
      fillNext(cells, spelling, pattern, index, 0, before, row);
    }
    return (cells[row.at + bestPlace(cells, row)] as number) >> SCALE_BITS;
  }

  /**
   * The best way with one of the pairs `first` to `last` exchanged; the letters of the first fold differently. `undefined` where
   * there is none.
   */
  exchanged(spelling: Spelling, pattern: Pattern, first: number, last: number): ExchangedWay | undefined {
    const { letters } = spelling;
    const cells = this.#room(EXCHANGE_ROWS * letters);
    const rows = Array.from({ length: EXCHANGE_ROWS }, (_, index) => ({
      at: index * letters,
      from: 0,
      to: letters - 1,
    }));
    const plain = (index: number) => rows[index % 3] as Row;
    const done = (index: number) => rows[4 + (index & 1)] as Row;
    const [, , , begun, , , other] = rows as [Row, Row, Row, Row, Row, Row, Row];
    const { folds } = pattern;
    for (let index = 0; index < pattern.length; index++) {
      if (index < last) {
        if (index === 0) fillFirst(cells, spelling, pattern, 0, 0, plain(0));
        else fillNext(cells, spelling, pattern, index, 0, plain(index - 1), plain(index));
      }
      const pair = index - 1;
      if (pair < first) continue;
      if (pair > first) fillNext(cells, spelling, pattern, index, 0, done(index - 1), done(index));
      if (pair > last || folds[pair] === folds[index]) continue;
      const points = EXCHANGED_POINTS + FIRST_PAIR - pair;
      if (pair === 0) fillFirst(cells, spelling, pattern, index, points, begun);
      else fillNext(cells, spelling, pattern, index, points, plain(pair - 1), begun);
      if (pair === first) {
        fillNext(cells, spelling, pattern, pair, 0, begun, done(index));
        continue;
      }
      fillNext(cells, spelling, pattern, pair, 0, begun, other);
      takeBetter(cells, other, done(index));
    }
    const result = done(pattern.length - 1);
    const place = bestPlace(cells, result);
    if (place < 0) return undefined;
    const value = cells[result.at + place] as number;
    return { score: value >> SCALE_BITS, pair: FIRST_PAIR - (value & FIRST_PAIR) };
  }

  /**
   * Where the letters are in the best way, ascending, in letters; all are in order, between these places. Of equally good ways
   * that whose last place is smallest, then the one before it, and so on.
   */
  trace(spelling: Spelling, pattern: Pattern, { earliest, latest }: Places): Int32Array {
    const { length } = pattern;
    const rows: Row[] = [];
    let room = 0;
    for (let index = 0; index < length; index++) {
      const from = earliest[index] as number;
      const to = latest[index] as number;
      rows.push({ at: room - from, from, to });
      room += to - from + 1;
    }
    const cells = this.#room(room);
    for (const [index, row] of rows.entries()) {
      if (index === 0) fillFirst(cells, spelling, pattern, 0, 0, row);
      else fillNext(cells, spelling, pattern, index, 0, rows[index - 1] as Row, row);
    }
    const places = new Int32Array(length);
    let place = bestPlace(cells, rows[length - 1] as Row);
    for (let index = length - 1; index >= 0; index--) {
      places[index] = place;
      if (index === 0) break;
      place = this.#placeBefore(cells, spelling, pattern, index, place, rows);
    }
    if (cells.length > KEPT_CELLS) this.#cells = new Int32Array(KEPT_CELLS);
    return places;
  }

  get heldBytes(): number {
    return this.#cells.byteLength;
  }

  /** The smallest place of the letter before, on a best way. */
  #placeBefore(
    cells: Int32Array,
    spelling: Spelling,
    pattern: Pattern,
    index: number,
    place: number,
    rows: readonly Row[],
  ): number {
    const row = rows[index] as Row;
    const before = rows[index - 1] as Row;
    const wanted = cells[row.at + place] as number;
    const raw = pattern.raws[index] as number;
    for (let at = before.from; at <= before.to && at < place; at++) {
      const value = cells[before.at + at] as number;
      if (value > REACHED && value + pointsBehind(spelling, place, raw, at) === wanted) return at;
    }
    return NO_PLACE;
  }

  #room(cells: number): Int32Array {
    if (this.#cells.length < cells) this.#cells = new Int32Array(cells + (cells >>> 1));
    return this.#cells;
  }
}

function takeBetter(cells: Int32Array, from: Row, into: Row): void {
  for (let place = from.from; place <= from.to; place++) {
    const value = cells[from.at + place] as number;
    if (value > (cells[into.at + place] as number)) cells[into.at + place] = value;
  }
}
