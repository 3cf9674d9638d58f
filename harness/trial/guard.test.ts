/** Work that was not done must not pass as a fast engine. */

import { expect, test } from 'vitest';
import { buildHouse, suiteOf } from '../testing/house.ts';
import { measureEmptyNs, seeSampled } from './guard.ts';

const LIST_ANSWERS = 'answer: () => [[0], [1], [2]]';

test('of larger answers the 1st, 2nd, 4th, ... and one in 1,021 are compared; of scalars all', () => {
  const seen: number[] = [];
  const sampled = seeSampled(false, (i) => seen.push(i));
  for (let call = 1; call <= 5_000; call++) sampled(call, undefined);
  expect(seen).toEqual([
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_021, 1_024, 2_042, 2_048, 3_063, 4_084, 4_096,
  ]);
  const see = () => {};
  expect(seeSampled(true, see)).toBe(see);
});

test.each([
  [1, false],
  [64, false],
  [1, true],
])('an empty sample of %i calls takes some time, and not much', async (batch, async) => {
  const emptyNs = await measureEmptyNs(batch, 3, async);
  expect(emptyNs).toBeGreaterThan(0);
  expect(emptyNs).toBeLessThan(100_000);
});

test('a larger answer that turns wrong at the 64th sampled call, and only there', async () => {
  // Nothing warms up in a smoke trial: three answers before the samples.
  const suite = suiteOf(`{
    prepare: () => { let calls = 0; return (i) => [++calls === 3 + 64 ? 'x' : i]; }, ${LIST_ANSWERS},
  }`);
  const house = buildHouse({ 'suites/sums/suite.ts': suite });
  const { code, stderr } = await house.run('run --profile smoke --engine native');
  expect(stderr).toContain('wrong-answer');
  expect(code).toBe(1);
  expect(house.result().trials).toMatchObject([
    { state: 'wrong-answer', answers: { wrong: 1 }, error: "input 0: at [0]: expected 0, got 'x'" },
  ]);
});

test('an operation that does nothing is suspect, one that works is not', async () => {
  const idle = '{ work: () => 7 }';
  const busy = '{ work: (n) => { for (let k = 0; k < 20000; k++) n ^= k; return n === -1 ? 0 : 7; } }';
  const change = '{ answer: () => [7, 7, 7], prepare: (engine, inputs) => (i) => engine.work(inputs[i]) }';
  const house = buildHouse({ 'suites/sums/suite.ts': suiteOf(change, busy, idle) });
  const { code, stderr } = await house.run('run --profile smoke');
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /suspect sums\/add native: a sample of .* is under 3 empty ones \(.*\); nothing was measured: is the work optimised away\?/,
  );
  expect(stderr).not.toContain('suspect sums/add typescript');
  expect((await house.run('report')).code).toBe(0);
  expect(house.read('.pairbench/report.md')).toContain('- sums/add native: a sample of');
});
