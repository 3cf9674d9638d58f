import { describe, expect, test } from 'vitest';
import type { Result, TrialRow } from '../result.ts';
import { measurementOf, resultOf, rowsOf, timesOf } from '../testing/result.ts';
import { baselineOf, changesSince, whyNotBlessed } from './blessing.ts';

const SIX = [1_000, 1_010, 1_020, 1_030, 1_040, 1_050];
const ROWS = [...timesOf('sums/add', 'native', SIX), ...timesOf('sums/add', 'typescript', SIX)];
const FIT = resultOf(ROWS);
const HEAD = FIT.environment.revision as string;

const refusal = (change: Partial<Result>, head: string | null = HEAD) =>
  whyNotBlessed({ ...FIT, ...change }, head);
const inEnvironment = (change: Partial<Result['environment']>) => ({
  environment: { ...FIT.environment, ...change },
});
const disturbed = (count: number): TrialRow[] =>
  ROWS.map((row, i) => (i < count ? { ...row, disturbed: ['waited 5.0 % of the time'] } : row));

test('a whole run of a clean commit on a quiet machine is fit', () => {
  expect(refusal({})).toBeNull();
  expect(refusal({ trials: disturbed(1) })).toBeNull();
});

describe('not fit', () => {
  test.each([
    ['smoke', { profile: 'smoke' as const }, 'ERR_BASELINE', 'profile smoke'],
    ['no revision', inEnvironment({ revision: null, dirty: null }), 'ERR_BASELINE', 'no known revision'],
    ['a dirty tree', inEnvironment({ dirty: true }), 'ERR_BASELINE', 'uncommitted changes'],
    ['interrupted', { interrupted: true }, 'ERR_NOT_MEASURED', 'interrupted'],
    ['incomplete', { complete: false }, 'ERR_NOT_MEASURED', 'chosen by name'],
    [
      'no native engine',
      { unavailable: [{ suite: 'sums', engine: 'native', reason: 'no binding' }] },
      'ERR_NOT_MEASURED',
      'sums native was left out: no binding',
    ],
    [
      'a fault',
      { trials: ROWS.map((row, i) => (i === 3 ? { ...row, state: 'failed' as const, error: 'boom' } : row)) },
      'ERR_NOT_MEASURED',
      'faults (1), the first: sums/add native: failed: boom',
    ],
    ['a busy machine', inEnvironment({ loadBefore: 0.51 }), 'ERR_NOT_MEASURED', 'not idle: load 0.51'],
    [
      'a noisy machine',
      { trials: disturbed(2) },
      'ERR_NOT_MEASURED',
      'noisy: 2 of 12 trials were disturbed, at most 10 % may be; the first waited 5.0 %',
    ],
    ['nothing measured', { trials: [] }, 'ERR_NOT_MEASURED', 'no engine was measured'],
  ])('%s', (_, change, code, part) => {
    const found = refusal(change);
    expect(found?.code).toBe(code);
    expect(found?.why).toContain(part);
    expect(found?.why).not.toContain('\n');
  });

  test('another commit is checked out, or none', () => {
    expect(refusal({}, 'fedcba9876543210')?.why).toBe(
      'the result is of 0123456789ab, and fedcba987654 is checked out; measure again',
    );
    expect(refusal({}, null)?.why).toContain('no commit is checked out');
  });

  test('so few trials that a quick run could never regress against it', () => {
    const many = Array.from({ length: 5 }, (_, i) => [
      ...timesOf(`sums/case-${i}`, 'native', SIX),
      ...timesOf(`sums/case-${i}`, 'typescript', SIX),
    ]).flat();
    expect(whyNotBlessed(resultOf(many), HEAD)?.why).toBe(
      '6 trials a case are too few: a quick run of 6 could not show one regression among 10 figures; measure with --profile full',
    );
    expect(whyNotBlessed(resultOf(many.filter((row) => row.case !== 'sums/case-4')), HEAD)).toBeNull();
  });
});

describe('what is kept', () => {
  test('the figures of every trial and all samples; engines, no peers', () => {
    const tail = rowsOf(
      'sums/tail',
      'native',
      SIX.map((ns) => measurementOf(ns, 10_000, 3 * ns)),
    );
    const baseline = baselineOf(resultOf([...ROWS, ...tail, ...timesOf('sums/add', 'rival', SIX)]));
    expect(baseline).toMatchObject({ revision: HEAD, profile: 'quick', machineClass: { cores: 2 } });
    expect(baseline.entries.map((entry) => `${entry.case} ${entry.engine}`)).toEqual([
      'sums/add native',
      'sums/add typescript',
      'sums/tail native',
    ]);
    expect(baseline.entries[0]?.trials.map(({ p99Ns, samples }) => [p99Ns, samples])).toEqual(
      SIX.map(() => [null, 20]),
    );
    expect((baseline.entries[2]?.trials[0]?.p99Ns as number) / 3_000).toBeCloseTo(1, 2);
  });
});

describe('what changed', () => {
  const old = baselineOf(FIT);

  test('nothing to tell of five percent', () => {
    const close = timesOf(
      'sums/add',
      'native',
      SIX.map((ns) => ns * 1.04),
    );
    expect(changesSince(old, baselineOf(resultOf([...close, ...ROWS.slice(6)])))).toEqual({
      added: [],
      gone: [],
      moved: [],
    });
  });

  test('cases added, gone, faster and slower', () => {
    const fresh = baselineOf(
      resultOf([
        ...timesOf(
          'sums/add',
          'native',
          SIX.map((ns) => ns / 2),
        ),
        ...timesOf('sums/new', 'native', SIX),
      ]),
    );
    const found = changesSince(old, fresh);
    expect(found).toMatchObject({ added: ['sums/new native'], gone: ['sums/add typescript'] });
    expect(found.moved).toHaveLength(1);
    expect(found.moved[0]?.what).toBe('sums/add native');
    expect(found.moved[0]?.ratio).toBeCloseTo(0.5, 2);
    expect(changesSince(null, old).added).toEqual(['sums/add native', 'sums/add typescript']);
  });
});
