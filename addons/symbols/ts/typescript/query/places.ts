/** Where each letter of a query stands first and last in a name, when all are to be in order. */

import { MAX_QUERY_LETTERS } from '../../contract.ts';
import type { Spelling } from '../spelling.ts';
import type { Pattern } from './pattern.ts';

/** No such place. */
export const NO_PLACE = -1;

export class Places {
  /** By letter of the query, those found. */
  readonly earliest = new Int32Array(MAX_QUERY_LETTERS);
  readonly latest = new Int32Array(MAX_QUERY_LETTERS);

  /** Places from the front; returns how many letters of the query there are before one that is missing. */
  fromFront({ folds, letters }: Spelling, pattern: Pattern): number {
    let index = 0;
    for (let at = 0; at < letters && index < pattern.length; at++) {
      if (folds[at] === pattern.folds[index]) this.earliest[index++] = at;
    }
    return index;
  }

  /** Places from the back; returns the first letter of the query behind all that are missing. */
  fromBack({ folds, letters }: Spelling, pattern: Pattern): number {
    let index = pattern.length;
    for (let at = letters - 1; at >= 0 && index > 0; at--) {
      if (folds[at] === pattern.folds[index - 1]) this.latest[--index] = at;
    }
    return index;
  }
}
