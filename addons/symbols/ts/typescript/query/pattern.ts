import { MAX_QUERY_LETTERS } from '../../contract.ts';
import { foldOf, isWhiteSpace, NO_FOLD } from '../letters.ts';

/** The letters of a query that are compared: all but white space and combining marks. */
export class Pattern {
  length = 0;
  readonly folds = new Int32Array(MAX_QUERY_LETTERS);
  readonly raws = new Int32Array(MAX_QUERY_LETTERS);

  /** Takes a query of at most MAX_QUERY_LETTERS such letters. */
  read(text: string): void {
    this.length = 0;
    for (let unit = 0; unit < text.length; unit++) {
      const letter = text.codePointAt(unit) as number;
      if (letter > 0xffff) unit++;
      const fold = isWhiteSpace(letter) ? NO_FOLD : foldOf(letter);
      if (fold === NO_FOLD) continue;
      this.folds[this.length] = fold;
      this.raws[this.length] = letter;
      this.length++;
    }
  }

  /** Takes another's letters, those of a pair exchanged: the one at `pair` and the one behind it. */
  exchange({ length, folds, raws }: Pattern, pair: number): void {
    this.length = length;
    for (let index = 0; index < length; index++) {
      const from = index === pair ? pair + 1 : index === pair + 1 ? pair : index;
      this.folds[index] = folds[from] as number;
      this.raws[index] = raws[from] as number;
    }
  }
}
