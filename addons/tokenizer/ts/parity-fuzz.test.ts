import { Random } from '@pairbench/testing';
import { describe, expect, it } from 'vitest';
import { ENCODINGS } from './contract.ts';
import { findMismatch } from './testing/compare.ts';
import { engines } from './testing/engines.ts';
import { openOracle } from './testing/oracle.ts';
import { STRING_KINDS, StringSource } from './testing/strings.ts';
import { typescriptEngine } from './typescript.ts';

/** 13,000 x 4 kinds x 2 encodings: 104,000 strings. fuzz.ts does a million. */
const STRINGS_A_KIND = 13_000;
const SEED = 20_261_122;

describe.each(ENCODINGS)('%s', (encoding) => {
  it(`equals tiktoken on ${STRINGS_A_KIND * STRING_KINDS.length} random strings`, () => {
    using oracle = openOracle(encoding);
    const source = new StringSource(new Random(SEED), typescriptEngine, encoding);
    for (let done = 0; done < STRINGS_A_KIND; done += 1) {
      for (const kind of STRING_KINDS) {
        const mismatch = findMismatch(source.next(kind), encoding, engines, oracle);
        // An `expect` for each string would cost more than the comparison.
        if (mismatch !== undefined) expect(mismatch).toBeUndefined();
      }
    }
  });

  it.each(Object.entries(engines))('%s counts a batch as one by one', (_, engine) => {
    const source = new StringSource(new Random(SEED + 1), typescriptEngine, encoding);
    const texts = Array.from({ length: 500 }, (_, index) => source.next(STRING_KINDS[index % 4] ?? 'traps'));
    expect(engine.countTokensBatch(texts, encoding)).toEqual(
      Uint32Array.from(texts, (text) => engine.countTokens(text, encoding)),
    );
  });
});
