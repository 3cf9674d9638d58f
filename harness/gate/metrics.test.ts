/** What each metric reads off the trials, seen through the verdict. */

import { expect, test } from 'vitest';
import { emptyHistogram, encodeHistogram, recordNs } from '../histogram.ts';
import type { Result, TrialRow } from '../result.ts';
import type { Target } from '../targets.ts';
import { measurementOf, resultOf, rowsOf, targetOf, timesOf } from '../testing/result.ts';
import { judge } from './judge.ts';

const SIX = [1_000, 1_010, 1_020, 1_030, 1_040, 1_050];
const NATIVE = timesOf('sums/add', 'native', SIX);
const TYPESCRIPT = timesOf(
  'sums/add',
  'typescript',
  SIX.map((ns) => ns * 4),
);
const ADD = [...NATIVE, ...TYPESCRIPT];

function verdictOf(target: Partial<Target>, result: Result = resultOf(ADD)) {
  const judgement = judge(result, [targetOf(target)]);
  return { ...judgement, ...judgement.verdicts[0] };
}

const withSamples = (samples: number, trials = 6) =>
  resultOf(
    rowsOf(
      'sums/add',
      'native',
      Array.from({ length: trials }, () => measurementOf(1_000, samples, 5_000)),
    ),
  );

test('a P99 is gated by its value from 10,000 samples a trial', () => {
  expect(verdictOf({ metric: 'p99Ns', max: 4_000 }, withSamples(10_000)).verdict).toBe('missed');
  expect(verdictOf({ metric: 'p99Ns', max: 6_000 }, withSamples(10_000)).verdict).toBe('met');
});

test('with fewer by the ranks between which it lies', () => {
  // 986 of 1,000 at 1 us, so that the P99 is 5 us; by its ranks it lies between the 18th and the 4th from the top.
  const trial = (slowest: number) => {
    const histogram = emptyHistogram();
    for (let k = 0; k < 1_000; k++) recordNs(histogram, k < 986 ? 1_000 : k < 995 ? 5_000 : slowest);
    return { ...measurementOf(1_000, 1_000), histogram: encodeHistogram(histogram) };
  };
  const result = (slowest: number) =>
    resultOf(
      rowsOf(
        'sums/add',
        'native',
        Array.from({ length: 6 }, () => trial(slowest)),
      ),
    );
  const limit = { metric: 'p99Ns', max: 6_000 } as const;
  const met = verdictOf(limit, result(5_500));
  expect(met).toMatchObject({ verdict: 'met', blocks: false });
  expect(Math.round(met.estimate?.value ?? 0)).toBeCloseTo(5_000, -1);
  expect(verdictOf(limit, result(9_000))).toMatchObject({ verdict: 'inconclusive', blocks: false });
  expect(verdictOf({ ...limit, max: 4_000 }, result(5_500)).verdict).toBe('inconclusive');
  expect(verdictOf({ ...limit, max: 900 }, result(5_500))).toMatchObject({ verdict: 'missed', blocks: true });
});

test('under 368 samples a trial it is shown and decides nothing', () => {
  const short = verdictOf({ metric: 'p99Ns', max: 4_000 }, withSamples(360));
  expect(short).toMatchObject({ verdict: 'inconclusive', blocks: false });
  expect(short.why).toBe('360 samples a trial; a P99 is gated from 10000');
  expect(short.estimate?.value).toBeGreaterThan(4_900);
});

test('under 300 samples in all there is no figure, and nothing is decided', () => {
  const verdict = verdictOf({ metric: 'p99Ns', max: 4_000 }, withSamples(49));
  expect(verdict).toMatchObject({ verdict: 'inconclusive', blocks: false });
  expect(verdict.estimate).toBeUndefined();
});

test('too few samples for a P99 do not hide a P50 beyond its limit', () => {
  const verdict = verdictOf({ metric: 'p99Ns', max: 900 }, withSamples(360));
  expect(verdict).toMatchObject({ verdict: 'missed', blocks: true });
  expect(verdict.why).toContain('the P50 alone is beyond');
});

test('one slow trial does not decide a P99: it is the median over trials', () => {
  const tails = [2_000, 2_000, 2_000, 2_000, 2_000, 900_000];
  const rows = tails.map((tailNs) => measurementOf(1_000, 10_000, tailNs));
  const found = verdictOf({ metric: 'p99Ns', max: 3_000 }, resultOf(rowsOf('sums/add', 'native', rows)));
  expect(found.estimate?.value).toBeLessThan(2_010);
});

test('a batch has a mean, and neither a P50 of calls nor a P99', () => {
  const batched = Array.from({ length: 6 }, () => measurementOf(7.5, 10_000, 7.5, { batch: 100 }));
  const result = resultOf(rowsOf('sums/add', 'native', batched));
  const mean = verdictOf({ metric: 'p50NsOfBatch', max: 8 }, result);
  expect(mean.verdict).toBe('met');
  expect(mean.estimate?.value).toBeCloseTo(7.5, 2);
  expect(verdictOf({ metric: 'p50Ns', max: 8 }, result)).toMatchObject({
    verdict: 'unmeasured',
    why: 'the case measures p50NsOfBatch, not p50Ns',
  });
  expect(verdictOf({ metric: 'p99Ns', max: 8 }, result).why).toBe('a P99 of batch means is no P99 of calls');
  expect(verdictOf({ metric: 'slowestInputP50Ns', max: 8 }, result)).toMatchObject({
    verdict: 'unmeasured',
    why: 'its trials give no slowestInputP50Ns',
  });
});

test('memory at its peak', () => {
  expect(verdictOf({ metric: 'peakRssBytes', max: 40_000_000 }).verdict).toBe('missed');
});

test('wrong answers are counted over all trials', () => {
  expect(verdictOf({ metric: 'wrongAnswers', max: 0 })).toMatchObject({
    verdict: 'met',
    why: '0 of 60 answers wrong',
  });
  const rows = NATIVE.map((row, i): TrialRow => {
    if (i !== 2) return row;
    const { measurement: _, ...rest } = row;
    return {
      ...rest,
      state: 'wrong-answer',
      error: 'input 3',
      answers: { checked: 4, wrong: 1, digest: '' },
    };
  });
  expect(verdictOf({ metric: 'wrongAnswers', max: 0 }, resultOf(rows))).toMatchObject({
    verdict: 'missed',
    why: '1 of 54 answers wrong',
    blocks: true,
  });
});

test('a promise in words is unmeasured with its reason', () => {
  expect(
    verdictOf({ metric: 'other', means: 'good', status: 'open', reason: 'to be decided' }),
  ).toMatchObject({ verdict: 'unmeasured', why: 'to be decided', passed: true });
});
