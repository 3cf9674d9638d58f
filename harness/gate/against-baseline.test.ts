import { describe, expect, test } from 'vitest';
import type { Baseline } from '../baseline.ts';
import type { Result, TrialRow } from '../result.ts';
import { measurementOf, resultOf, rowsOf, targetOf, timesOf } from '../testing/result.ts';
import { judgeAgainstBaseline, withBaseline } from './against-baseline.ts';
import { baselineOf } from './blessing.ts';
import { judge } from './judge.ts';

const rising = (ns: number, n: number) => Array.from({ length: n }, (_, i) => ns * (1 + i / 1_000));
const times = (id: string, engine: string, ns: number, n = 20) => timesOf(id, engine, rising(ns, n));
/** Trials with enough samples for a P99, which is `tailNs`. */
const tails = (id: string, ns: number, tailNs: number, n: number) =>
  rowsOf(
    id,
    'native',
    rising(1, n).map((factor) => measurementOf(ns * factor, 10_000, tailNs * factor)),
  );

const BEFORE = resultOf([
  ...times('sums/add', 'native', 1_000),
  ...times('sums/add', 'typescript', 4_000),
  ...times('sums/sub', 'native', 2_000),
]);
const BASELINE = baselineOf(BEFORE);
const QUICK = [
  ...times('sums/add', 'native', 1_000, 6),
  ...times('sums/add', 'typescript', 4_000, 6),
  ...times('sums/sub', 'native', 2_000, 6),
];

const against = (trials: readonly TrialRow[], change: Partial<Result> = {}, baseline = BASELINE) =>
  judgeAgainstBaseline(resultOf(trials, change), baseline);
const names = (judgement: ReturnType<typeof against>) => judgement.verdicts.map(({ verdict }) => verdict);
const without = (id: string, engine: string) =>
  QUICK.filter((row) => row.case !== id || row.engine !== engine);

describe('verdicts', () => {
  test('the same times: all unchanged, one verdict a figure', () => {
    const found = against(QUICK);
    expect(found).toMatchObject({ passed: true, couldNotMeasure: false, added: [] });
    expect(found.revision).toBe(BASELINE.revision);
    expect(
      found.verdicts.map(
        (verdict) => `${verdict.verdict} ${verdict.case} ${verdict.engine} ${verdict.metric}`,
      ),
    ).toEqual([
      'unchanged sums/add native p50Ns',
      'unchanged sums/add typescript p50Ns',
      'unchanged sums/sub native p50Ns',
    ]);
  });

  test('a case of double the time: regressed, and only that one', () => {
    const found = against([...without('sums/sub', 'native'), ...times('sums/sub', 'native', 4_000, 6)]);
    expect(names(found)).toEqual(['unchanged', 'unchanged', 'regressed']);
    expect(found).toMatchObject({ passed: false, couldNotMeasure: false });
    expect(found.verdicts[2]).toMatchObject({ blocks: true, margin: 0.05 });
    expect(found.verdicts[2]?.ratio).toBeCloseTo(2, 1);
    expect(found.verdicts[2]?.why).toMatch(/^\+9\d\.\d % .*6 trials against 20: beyond it, p .* 3 figures/);
  });

  test('a case of half the time: improved, which does not block', () => {
    const found = against([...without('sums/sub', 'native'), ...times('sums/sub', 'native', 1_000, 6)]);
    expect(names(found)).toEqual(['unchanged', 'unchanged', 'improved']);
    expect(found.passed).toBe(true);
  });

  test('one trial a case: inconclusive, says so, does not block', () => {
    const found = against(QUICK.filter((row) => row.trial === 0));
    expect(names(found)).toEqual(['inconclusive', 'inconclusive', 'inconclusive']);
    expect(found.passed).toBe(true);
    expect(found.verdicts[0]?.why).toContain('1 trial against 20 cannot decide');
  });
});

describe('P99', () => {
  const baseline = baselineOf(resultOf(tails('sums/add', 1_000, 3_000, 20)));

  test('a tail of double the length regresses beside an unchanged P50', () => {
    const found = against(tails('sums/add', 1_000, 6_000, 6), {}, baseline);
    expect(found.verdicts.map(({ metric, verdict }) => `${metric} ${verdict}`)).toEqual([
      'p50Ns unchanged',
      'p99Ns regressed',
    ]);
  });

  test('without the samples on one side there is none', () => {
    expect(against(times('sums/add', 'native', 1_000, 6), {}, baseline).verdicts).toHaveLength(1);
    const few = baselineOf(resultOf(times('sums/add', 'native', 1_000)));
    expect(against(tails('sums/add', 1_000, 3_000, 6), {}, few).verdicts).toHaveLength(1);
  });

  test('batches have none, and their P50 another name', () => {
    const batches = (n: number) =>
      rowsOf(
        'sums/add',
        'native',
        rising(100, n).map((ns) => measurementOf(ns, 10_000, ns, { batch: 500 })),
      );
    const found = against(batches(6), {}, baselineOf(resultOf(batches(20))));
    expect(found.verdicts.map(({ metric, verdict }) => `${metric} ${verdict}`)).toEqual([
      'p50NsOfBatch unchanged',
    ]);
    const single = against(times('sums/add', 'native', 100, 6), {}, baselineOf(resultOf(batches(20))));
    expect(single).toMatchObject({ passed: false, verdicts: [{ verdict: 'unmeasured', blocks: true }] });
    expect(single.verdicts[0]?.why).toBe(
      'a sample was a batch of 500 calls in the baseline and is one call now: bless anew',
    );
  });
});

describe('what one side does not have', () => {
  test('a case that vanished blocks', () => {
    const found = against(without('sums/sub', 'native'));
    expect(names(found)).toEqual(['unchanged', 'unchanged', 'unmeasured']);
    expect(found).toMatchObject({ passed: false, couldNotMeasure: false });
    expect(found.verdicts[2]).toMatchObject({
      why: 'no suite has the case sums/sub any more; bless anew if that is meant',
      nowNs: null,
    });
  });

  test('one that was not chosen does not', () => {
    const found = against(without('sums/sub', 'native'), { complete: false });
    expect(found.verdicts[2]).toMatchObject({ verdict: 'unmeasured', blocks: false });
    expect(found.passed).toBe(true);
  });

  test('an engine of which no trial went well blocks', () => {
    const failed = QUICK.map((row): TrialRow => {
      const { measurement: _, ...rest } = row;
      return row.case === 'sums/sub' ? { ...rest, state: 'failed', error: 'boom' } : row;
    });
    expect(against(failed).verdicts[2]).toMatchObject({
      verdict: 'unmeasured',
      why: 'no good trial of sums/sub on native',
      blocks: true,
    });
  });

  test('an engine that is not available here: could not measure', () => {
    const unavailable = [{ suite: 'sums', engine: 'native', reason: 'no binding' }];
    const rows = QUICK.filter((row) => row.engine !== 'native');
    const { cases } = resultOf(QUICK);
    const found = against(rows, { unavailable, cases });
    expect(found).toMatchObject({ passed: false, couldNotMeasure: true });
    expect(found.verdicts[0]?.why).toBe('native is not available here');
    const vanished = against(rows, { unavailable, cases: cases.filter(({ id }) => id !== 'sums/sub') });
    expect(vanished).toMatchObject({ passed: false, couldNotMeasure: false });
  });

  test('a new case is noted and does not block; a peer is none of it', () => {
    const found = against([
      ...QUICK,
      ...times('sums/new', 'native', 1, 6),
      ...times('sums/add', 'rival', 1, 6),
    ]);
    expect(found.passed).toBe(true);
    expect(found.added).toContain('sums/new native');
    expect(found.added.join()).not.toContain('rival');
    expect(BASELINE.entries.map(({ engine }) => engine)).not.toContain('rival');
  });
});

test.each([
  ['processor', { cpuModel: 'Another CPU' }],
  ['cores', { cores: 64 }],
  ['system', { arch: 'arm64' }],
  ['Node', { node: '27.0.0' }],
])('another machine class is refused and named: %s', (field, change) => {
  const { environment } = BEFORE;
  const act = () => against(QUICK, { environment: { ...environment, ...change } });
  expect(act).toThrow(`the baseline is of another machine class (${field}): Example CPU`);
  expect(act).toThrow(/, and the result of .*(Another CPU|64 cores|arm64|Node 27)/);
  try {
    act();
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_BASELINE', exitCode: 2 });
  }
});

describe('with the targets', () => {
  const SLOW = resultOf([...without('sums/sub', 'native'), ...times('sums/sub', 'native', 4_000, 6)]);
  const judged = (result: Result, max: number, baseline: Baseline | undefined = BASELINE) =>
    withBaseline(judge(result, [targetOf({ metric: 'p50Ns', max })]), result, baseline);

  test('both pass, or it does not', () => {
    expect(judged(resultOf(QUICK), 2_000)).toMatchObject({ passed: true, couldNotMeasure: false });
    expect(judged(SLOW, 2_000)).toMatchObject({ passed: false, couldNotMeasure: false });
    expect(judged(resultOf(QUICK), 500)).toMatchObject({ passed: false, couldNotMeasure: false });
  });

  test('only what could not be measured is no failure', () => {
    const unavailable = [{ suite: 'sums', engine: 'native', reason: 'no binding' }];
    const { cases } = resultOf(QUICK);
    const rows = QUICK.filter((row) => row.engine !== 'native');
    expect(judged(resultOf(rows, { unavailable, cases }), 2_000)).toMatchObject({
      passed: false,
      couldNotMeasure: true,
    });
  });

  test('without a baseline the judgement is as it was', () => {
    const judgement = judge(SLOW, []);
    expect(withBaseline(judgement, SLOW, undefined)).toBe(judgement);
  });
});
