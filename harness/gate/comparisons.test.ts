/** Metrics that compare two engines or two cases, trial by trial. */

import { expect, test } from 'vitest';
import type { Result } from '../result.ts';
import type { Target } from '../targets.ts';
import { measurementOf, resultOf, rowsOf, targetOf, timesOf } from '../testing/result.ts';
import { judge } from './judge.ts';

const SIX = [1_000, 1_010, 1_020, 1_030, 1_040, 1_050];
const ADD = [
  ...timesOf('sums/add', 'native', SIX),
  ...timesOf(
    'sums/add',
    'typescript',
    SIX.map((ns) => ns * 4),
  ),
];

function verdictOf(target: Partial<Target>, result: Result = resultOf(ADD)) {
  const judgement = judge(result, [targetOf(target)]);
  return { ...judgement, ...judgement.verdicts[0] };
}

test('speedup pairs trials of the same number', () => {
  expect(verdictOf({ metric: 'speedup', against: 'typescript', min: 3.9 }).verdict).toBe('met');
  expect(verdictOf({ metric: 'speedup', against: 'typescript', min: 4.1 }).verdict).toBe('missed');
  // Both drift alike: no trial alone is near the other's median, every ratio is 2.
  const drifting = [1, 2, 3, 4, 5, 6].map((factor) => factor * 1_000);
  const rows = [
    ...timesOf('sums/add', 'native', drifting),
    ...timesOf(
      'sums/add',
      'typescript',
      drifting.map((ns) => ns * 2),
    ).reverse(),
  ];
  const found = verdictOf({ metric: 'speedup', against: 'typescript', min: 1.95 }, resultOf(rows));
  expect(found.verdict).toBe('met');
  expect(found.estimate?.interval?.high).toBeLessThan(2.02);
});

test('p50ExcessNs is a difference, trial by trial', () => {
  // A machine that grows slower: no trial stands beside the median of the others.
  const rows = [1, 2, 3, 4, 5, 6].map((k) => k * 1_000_000);
  const result = resultOf([
    ...rowsOf(
      'sums/add',
      'native',
      rows.map((ns) => measurementOf(ns + 500_000)),
    ),
    ...rowsOf(
      'sums/add',
      'typescript',
      rows.map((ns) => measurementOf(ns)),
    ),
  ]);
  const target = { metric: 'p50ExcessNs', against: 'typescript' } as const;
  const met = verdictOf({ ...target, min: undefined, max: 600_000 }, result);
  expect(met.verdict).toBe('met');
  expect(met.estimate?.value).toBeGreaterThan(480_000);
  expect(met.estimate?.value).toBeLessThan(520_000);
  expect(verdictOf({ ...target, min: undefined, max: 400_000 }, result)).toMatchObject({ verdict: 'missed' });
});

test('p99Speedup compares P99s, trial by trial, of trials that have the samples for one', () => {
  const sides = (samples: number) =>
    resultOf([
      ...rowsOf(
        'sums/add',
        'native',
        [1, 2, 3, 4, 5, 6].map((k) => measurementOf(1_000, samples, 5_000 * k)),
      ),
      ...rowsOf(
        'sums/add',
        'typescript',
        [1, 2, 3, 4, 5, 6].map((k) => measurementOf(900, samples, 4_500 * k)),
      ),
    ]);
  const target = { metric: 'p99Speedup', against: 'typescript' } as const;
  const found = verdictOf({ ...target, min: 0.8 }, sides(10_000));
  expect(found).toMatchObject({ verdict: 'met', blocks: false });
  // Of the medians it would be another: no trial has the P99 of another.
  expect(found.estimate?.value).toBeCloseTo(0.9, 2);
  expect(found.estimate?.lowerBound).toBeGreaterThan(0.89);
  expect(verdictOf({ ...target, min: 0.95 }, sides(10_000))).toMatchObject({
    verdict: 'missed',
    blocks: true,
  });
  expect(verdictOf({ ...target, min: 0.95 }, sides(9_999))).toMatchObject({
    verdict: 'inconclusive',
    blocks: false,
    why: '9999 samples a trial; a P99 is gated from 10000',
  });
  expect(verdictOf({ ...target, against: 'nobody', min: 0.8 }, sides(10_000))).toMatchObject({
    verdict: 'unmeasured',
    blocks: true,
  });
  const batched = resultOf(
    ['native', 'typescript'].flatMap((engine) =>
      rowsOf('sums/add', engine, [measurementOf(7, 10_000, 7, { batch: 100 })]),
    ),
  );
  expect(verdictOf({ ...target, min: 0.8 }, batched).why).toBe('a P99 of batch means is no P99 of calls');
});

test('rateGain compares the units a second of two cases', () => {
  // 64 units in four times the time of one.
  const many = rowsOf(
    'sums/many',
    'native',
    SIX.map((ns) => measurementOf(ns * 4, 20, ns * 4, { units: 20 * 64 })),
  );
  const result = resultOf([...ADD, ...many]);
  const target = { case: 'sums/many', metric: 'rateGain', againstCase: 'sums/add' } as const;
  const found = verdictOf({ ...target, min: 15 }, result);
  expect(found).toMatchObject({ verdict: 'met', blocks: false });
  expect(found.estimate?.value).toBeCloseTo(16, 6);
  expect(verdictOf({ ...target, min: 20 }, result)).toMatchObject({ verdict: 'missed', blocks: true });
  expect(verdictOf({ ...target, againstCase: 'sums/gone', min: 15 }, result)).toMatchObject({
    verdict: 'unmeasured',
    blocks: true,
    why: 'no suite has the case sums/gone',
  });
});

test('growth compares the slowest inputs of two cases', () => {
  const half = timesOf(
    'sums/half',
    'native',
    SIX.map((ns) => ns / 2),
  );
  const result = resultOf([...ADD, ...half]);
  expect(verdictOf({ metric: 'growth', againstCase: 'sums/half', max: 2.3 }, result).verdict).toBe('met');
  expect(verdictOf({ metric: 'growth', againstCase: 'sums/half', max: 1.5 }, result).verdict).toBe('missed');
  expect(verdictOf({ metric: 'growth', againstCase: 'sums/gone', max: 2.3 }, result)).toMatchObject({
    verdict: 'unmeasured',
    blocks: true,
    why: 'no suite has the case sums/gone',
  });
});
