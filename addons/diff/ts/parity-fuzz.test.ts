import { Random } from '@pairbench/testing';
import { expect, it } from 'vitest';
import type { DiffEngine } from './contract.ts';
import { findMismatch, npmEngine } from './testing/compare.ts';
import { engines, whyNoNative } from './testing/engines.ts';
import { FUNCTIONS, randomCall } from './testing/pairs.ts';

/** Ten seeds of 10,000: fuzz.ts does a million. */
const SEEDS = Array.from({ length: 10 }, (_, index) => 20_261_123 + index);
const PAIRS = 10_000;

const title = whyNoNative === undefined ? '' : ` (native skipped: ${whyNoNative})`;

it.each(SEEDS)(`equals npm diff on ${PAIRS} random pairs, seed %i${title}`, { timeout: 60_000 }, (seed) => {
  const random = new Random(seed);
  for (let done = 0; done < PAIRS; done++) {
    const mismatch = findMismatch(randomCall(random), engines);
    // An `expect` for each pair would cost more than the comparison.
    if (mismatch !== undefined) expect({ seed, pair: done, ...mismatch }).toBeUndefined();
  }
});

it('would find npm diff equal to itself, and a wrong engine wrong', () => {
  // The tie the other way round: what a common suffix taken off first gives.
  const suffixFirst = {
    ...npmEngine,
    diffLines: ((a: string, b: string, options: never) => {
      let end = 0;
      while (a.at(-1 - end) === b.at(-1 - end) && end < Math.min(a.length, b.length)) end++;
      const from = a.slice(a.length - end).indexOf('\n') + 1;
      const tail = from === 0 ? '' : a.slice(a.length - end + from);
      const [oldHead, newHead] = [a, b].map((text) => text.slice(0, text.length - tail.length));
      return [...(npmEngine.diffLines(oldHead as string, newHead as string, options) ?? []), { value: tail }];
    }) as unknown as DiffEngine['diffLines'],
  };
  const random = new Random(1);
  const calls = Array.from({ length: 2000 }, () => randomCall(random));
  expect(new Set(calls.map(({ name }) => name))).toEqual(new Set(FUNCTIONS));
  expect(calls.find((call) => findMismatch(call, { npm: npmEngine }))).toBeUndefined();
  expect(calls.some((call) => findMismatch(call, { suffixFirst }))).toBe(true);
});
