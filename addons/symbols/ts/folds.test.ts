import { describe, expect, it } from 'vitest';
import type { PlainSymbol } from './contract.ts';
import { ENGINES, titleOf } from './testing/engines.ts';
import { indexOf } from './testing/indexes.ts';
import { foldOf, Oracle } from './testing/oracle.ts';

/** Letters whose folds are looked at together. */
const CHUNK = 64;

/** All below U+2000, and places above it where letters begin, end, have cases or are surrogates' neighbours. */
const LETTERS: readonly number[] = [
  ...Array.from({ length: 0x2000 }, (_, letter) => letter),
  ...[0x2000, 0x2028, 0x212a, 0x212b, 0x2126, 0x2c65, 0x2d00, 0xab70, 0xac00, 0xd7ff, 0xe000, 0xf900, 0xfb01],
  ...[0xfeff, 0xff21, 0xff41, 0xfffd, 0xffff, 0x10000, 0x10400, 0x10428, 0x1d400, 0x1f600, 0x10ffff],
];

/** Names that begin with a letter, that have it behind a lower-case one, and between two upper-case ones. */
function symbolsOf(letters: readonly number[]): PlainSymbol[] {
  return letters.flatMap((code, line) => {
    const letter = String.fromCodePoint(code);
    return [letter, `a${letter}`, `A${letter}B`].map((name, column) => ({
      name,
      kind: 'constant' as const,
      line,
      column,
    }));
  });
}

describe.each(ENGINES)('folds and classes of letters', (tested) => {
  const { engine, skip } = tested;
  it.skipIf(skip !== undefined)(`${titleOf(tested)}: as the oracle's, for ${LETTERS.length} letters`, () => {
    for (let from = 0; from < LETTERS.length; from += CHUNK) {
      const letters = LETTERS.slice(from, from + CHUNK);
      const files = [['a', symbolsOf(letters)]] as const;
      const oracle = new Oracle(files);
      using index = indexOf(engine, files);
      const folds = letters.map(foldOf).filter((fold) => fold !== undefined);
      for (const code of new Set([...letters, ...folds])) {
        const query = String.fromCodePoint(code);
        const hits = index.query(query);
        expect(hits, `U+${code.toString(16)}`).toEqual(oracle.query(query));
      }
    }
  });
});
