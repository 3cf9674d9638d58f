import { describe, expect, test } from 'vitest';
import { QUIET } from '../testing/result.ts';
import { CLOCK_NAMES, type ClockName } from '../trial/clocks/clock.ts';
import type { Reading } from '../trial/protocol.ts';
import { agreementOf, type Round } from './agreement.ts';
import { agreementRows, summaryLine } from './page.ts';

const readingOf = (clock: ClockName, meanNs: number, change: Partial<Reading> = {}): Reading => ({
  clock,
  meanNs,
  rotations: 100,
  async: false,
  inputs: 3,
  calls: 300,
  gc: { count: 0, pauseNs: 0 },
  noise: QUIET,
  clockCostNs: 30,
  ...change,
});

type Changes = Partial<Record<ClockName, Partial<Reading> & { readonly disturbances?: readonly string[] }>>;

/** Three rounds of each clock; `means` in the order of the clocks. */
function agreement(means: readonly [number, number, number], changes: Changes = {}) {
  const rounds = [0, 1, 2].flatMap(() =>
    CLOCK_NAMES.map((clock, k): Round => {
      const { disturbances = [], ...change } = changes[clock] ?? {};
      return { reading: readingOf(clock, means[k] as number, change), disturbances };
    }),
  );
  return agreementOf({ case: 'sums/add', engine: 'native' }, CLOCK_NAMES, rounds);
}

describe('agreement', () => {
  test('up to ten percent nothing is named', () => {
    expect(agreement([1_000_000, 1_099_000, 1_050_000])).toMatchObject({ reasons: [], fastest: 'bare loop' });
  });

  test('the largest disagreement is that of the slowest and the fastest', () => {
    const found = agreement([100_000, 90_000, 120_000]);
    expect(found).toMatchObject({ slowest: 'benchmark.js', fastest: 'tinybench' });
    expect(found.disagreement).toBeCloseTo(1 / 3, 12);
  });

  test('a clock is the median of its rounds', () => {
    const rounds = [10, 30, 20].flatMap((us) =>
      CLOCK_NAMES.map((clock) => ({ reading: readingOf(clock, us * 1_000), disturbances: [] })),
    );
    const found = agreementOf({ case: 'sums/add', engine: 'native' }, CLOCK_NAMES, rounds);
    expect(found.figures[0]).toMatchObject({ meanNs: 20_000, roundsNs: [10_000, 30_000, 20_000] });
    expect(found.reasons).toEqual([]);
  });
});

describe('why', () => {
  const slow: [number, number, number] = [100_000, 100_000, 120_000];

  test.each<[string, [number, number, number], Changes, RegExp]>([
    ['clock readings', [300, 360, 300], {}, /^tinybench reads the clock .* 10 readings long \(30 ns each\)$/],
    ['less than a reading', [10, 12, 20], {}, /shorter than a clock reading/],
    [
      'promises',
      [200, 500, 210],
      { 'bare loop': { async: true } },
      /^each clock waits for a promise in its own way/,
    ],
    [
      'garbage',
      slow,
      { 'benchmark.js': { gc: { count: 9, pauseNs: 150_000_000 } } },
      /^garbage .*15 % of the time under benchmark\.js, 0\.0 % under tinybench|bare loop$/,
    ],
    [
      'few rotations',
      slow,
      { 'benchmark.js': { rotations: 1 } },
      /^only one rotation of the inputs under benchmark\.js/,
    ],
    ['warm-up', slow, { 'benchmark.js': { drift: 0.9 } }, /second half under benchmark\.js was 10 % faster$/],
    [
      'noise',
      slow,
      { 'benchmark.js': { disturbances: ['steal', 'heat'] } },
      /not quiet, 3 of 3 rounds of benchmark\.js: steal, heat$/,
    ],
    ['nothing', slow, {}, /^unknown$/],
  ])('%s', (_, means, changes, reason) => {
    const { reasons } = agreement(means, changes);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(reason);
  });

  test('clock readings do not explain another clock that is slow', () => {
    expect(agreement([300, 300, 360]).reasons).toEqual(['unknown']);
  });

  test('garbage under the fastest clock explains nothing', () => {
    const changes: Changes = { 'bare loop': { gc: { count: 9, pauseNs: 150_000_000 } } };
    expect(agreement([90_000, 95_000, 120_000], changes).reasons).toEqual(['unknown']);
  });

  test('rounds that differ as much as the clocks', () => {
    const rounds = [100, 120, 160].flatMap((us) =>
      CLOCK_NAMES.map((clock) => ({
        reading: readingOf(clock, (clock === 'tinybench' ? us : 100) * 1_000),
        disturbances: [],
      })),
    );
    const { reasons } = agreementOf({ case: 'sums/add', engine: 'native' }, CLOCK_NAMES, rounds);
    expect(reasons).toEqual(['the rounds of tinybench differ among themselves by 60 %']);
  });

  test('all that apply are named', () => {
    const both: Changes = { 'benchmark.js': { rotations: 2, drift: 1.2 } };
    expect(agreement(slow, both).reasons).toHaveLength(2);
  });
});

test('the table has a row a case and engine, the summary counts what nobody can explain', () => {
  const agreements = [agreement([100, 100, 100]), agreement([100_000, 100_000, 125_000])];
  const [head, first, second] = agreementRows(agreements);
  expect(head).toEqual(['case', 'engine', ...CLOCK_NAMES, 'largest disagreement', 'why']);
  expect(first).toEqual(['sums/add', 'native', '100 ns', '100 ns', '100 ns', '0.0 %', '']);
  expect(second?.slice(5)).toEqual(['25.0 %', 'unknown']);
  expect(summaryLine({ agreements })).toBe(
    '1 of 2 disagree by more than 10 %, 1 of them for no known reason',
  );
});
