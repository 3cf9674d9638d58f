/** What memory trials say of targets. */

import { describe, expect, test } from 'vitest';
import type { MemoryReading, Result, TrialRow } from '../result.ts';
import type { Target } from '../targets.ts';
import { memoryOf, memoryRowsOf, resultOf, targetOf, timesOf } from '../testing/result.ts';
import { judge } from './judge.ts';

const TIMES = [
  ...timesOf('sums/add', 'native', [1_000, 1_010]),
  ...timesOf('sums/add', 'typescript', [1_000, 1_010]),
];
const NATIVE = memoryRowsOf('sums/add', 'native', [6_000_000, 6_030_000].map(nativeOf));
const TYPESCRIPT = memoryRowsOf('sums/add', 'typescript', [
  memoryOf({ externalBytes: 9_000_000, nativeBytes: null }, null),
  memoryOf({ externalBytes: 9_010_000, nativeBytes: null }, null),
]);

function nativeOf(nativeBytes: number): MemoryReading {
  return memoryOf({ nativeBytes });
}

const withMemory = (memoryTrials: readonly TrialRow[], change: Partial<Result> = {}) =>
  resultOf(TIMES, { memoryTrials: [...memoryTrials], ...change });

function verdictOf(target: Partial<Target>, result = withMemory([...NATIVE, ...TYPESCRIPT])) {
  const judgement = judge(result, [targetOf(target)]);
  return { ...judgement, ...judgement.verdicts[0] };
}

const RATIO = { metric: 'retainedRatio', against: 'typescript' } as const;

describe('two trials are enough, and the worst decides', () => {
  test('retainedBytes is heap, external and native together', () => {
    const met = verdictOf({ metric: 'retainedBytes', max: 6_250_000 });
    expect(met).toMatchObject({ verdict: 'met', blocks: false });
    expect(met.estimate?.value).toBe(6_015_000 + 200_000);
    expect(met.why).toBe('the worst of 2 memory trials, 6.23 MB, is within 6.25 MB');
    expect(verdictOf({ metric: 'retainedBytes', max: 6_220_000 })).toMatchObject({
      verdict: 'missed',
      blocks: true,
      why: 'the worst of 2 memory trials, 6.23 MB, is beyond 6.22 MB',
    });
    expect(verdictOf({ metric: 'retainedBytes', min: 6_220_000 }).verdict).toBe('missed');
    expect(verdictOf({ metric: 'retainedBytes', min: 6_100_000 }).verdict).toBe('met');
  });

  test('retainedRatio pairs trials of the same number', () => {
    const found = verdictOf({ ...RATIO, max: 0.7 });
    expect(found.verdict).toBe('met');
    const ratios = [6_200_000 / 9_100_000, 6_230_000 / 9_110_000];
    expect(found.estimate).toMatchObject({ lowerBound: ratios[0], upperBound: ratios[1], interval: null });
    expect(verdictOf({ ...RATIO, max: 0.683 })).toMatchObject({ verdict: 'missed', blocks: true });
    const open = verdictOf({ ...RATIO, max: 0.5, status: 'open', reason: 'not yet' });
    expect(open).toMatchObject({ verdict: 'missed', blocks: false, passed: true });
  });

  test('a side that retains nothing gives no ratio', () => {
    const empty = memoryRowsOf('sums/add', 'typescript', [
      memoryOf({ heapBytes: -300_000, nativeBytes: null }, null),
    ]);
    expect(verdictOf({ ...RATIO, max: 0.7 }, withMemory([...NATIVE, ...empty]))).toMatchObject({
      verdict: 'unmeasured',
      why: 'its memory trials give none',
    });
  });

  test('operationPeakRatio is that peak over another engine’s', () => {
    const peaked = (engine: string, jsBytes: number, nativeBytes: number | null) =>
      memoryRowsOf('sums/add', engine, [
        { ...memoryOf(), operationPeak: { operations: 3, jsBytes, nativeBytes } },
      ]);
    const result = withMemory([
      ...peaked('native', 100_000, 900_000),
      ...peaked('typescript', 4_000_000, null),
    ]);
    const ratio = { metric: 'operationPeakRatio', against: 'typescript' } as const;
    expect(verdictOf({ ...ratio, max: 0.25 }, result)).toMatchObject({
      verdict: 'met',
      estimate: { value: 0.25 },
    });
    expect(verdictOf({ ...ratio, max: 0.24 }, result).verdict).toBe('missed');
  });

  test('operationPeakBytes is the peak of JavaScript and the native one together', () => {
    const peaks = (...jsBytes: number[]) =>
      withMemory(
        memoryRowsOf(
          'sums/add',
          'native',
          jsBytes.map((bytes) => ({
            ...nativeOf(6_000_000),
            operationPeak: { operations: 3, jsBytes: bytes, nativeBytes: 1_000_000 },
          })),
        ),
      );
    const limit = { metric: 'operationPeakBytes', max: 4_000_000 } as const;
    expect(verdictOf(limit, peaks(2_900_000, 2_990_000))).toMatchObject({
      verdict: 'met',
      why: 'the worst of 2 memory trials, 3.99 MB, is within 4 MB',
    });
    expect(verdictOf(limit, peaks(2_900_000, 3_100_000))).toMatchObject({ verdict: 'missed', blocks: true });
    // Results from before it was read have none.
    expect(verdictOf(limit)).toMatchObject({
      verdict: 'unmeasured',
      blocks: true,
      why: 'its memory trials give none',
    });
  });

  test('allocationsPerOperation is of native code', () => {
    expect(verdictOf({ metric: 'allocationsPerOperation', max: 3 })).toMatchObject({
      verdict: 'met',
      why: 'the worst of 2 memory trials, 3, is within 3',
    });
    expect(verdictOf({ metric: 'allocationsPerOperation', max: 2.9 }).verdict).toBe('missed');
    const none = verdictOf({ metric: 'allocationsPerOperation', engine: 'typescript', max: 1 });
    expect(none).toMatchObject({ verdict: 'unmeasured', blocks: true, why: 'its memory trials give none' });
  });

  test('the peak is read from memory trials where there are some, else from the timed ones', () => {
    const found = verdictOf({ metric: 'peakRssBytes', max: 80_000_000 });
    expect(found).toMatchObject({ verdict: 'met', estimate: { value: 70_000_000, n: 2 } });
    expect(verdictOf({ metric: 'peakRssBytes', max: 80_000_000 }, withMemory([])).estimate?.value).toBe(
      50_000_000,
    );
  });
});

describe('counts that do not repeat', () => {
  const unsteady = (second: MemoryReading) =>
    verdictOf(
      { metric: 'retainedBytes', max: 9e9 },
      withMemory(memoryRowsOf('sums/add', 'native', [nativeOf(6_000_000), second])),
    );

  test('past 3 % they decide nothing, and say so', () => {
    const found = unsteady(nativeOf(6_200_000));
    expect(found).toMatchObject({ verdict: 'inconclusive', blocks: false });
    expect(found.why).toBe(
      'bytes retained of native code on native differ by 3.2 % over 2 trials; 3 % are allowed',
    );
    expect(found.estimate?.value).toBe(6_300_000);
    expect(unsteady(nativeOf(6_170_000)).verdict).toBe('met');
  });

  test('so do allocations; a few bytes are nothing', () => {
    const native = { operations: 100, allocations: 310, allocatedBytes: 1_000, peakBytes: 100 };
    expect(unsteady(memoryOf({ nativeBytes: 6_000_000 }, native)).why).toContain(
      'allocations of native code',
    );
    const bytes = { operations: 100, allocations: 300, allocatedBytes: 5_000, peakBytes: 3_000 };
    expect(unsteady(memoryOf({ nativeBytes: 6_000_000 }, bytes)).verdict).toBe('met');
  });

  test('the other side of a ratio counts too', () => {
    const rows = [
      ...NATIVE,
      ...memoryRowsOf('sums/add', 'typescript', [nativeOf(9_000_000), nativeOf(9_900_000)]),
    ];
    expect(verdictOf({ ...RATIO, max: 0.9 }, withMemory(rows))).toMatchObject({
      verdict: 'inconclusive',
      why: expect.stringContaining('on typescript differ by 9.1 %'),
    });
  });
});

describe('what is missing', () => {
  test('a held target without its memory trials blocks', () => {
    expect(verdictOf({ ...RATIO, max: 0.7 }, withMemory(NATIVE))).toMatchObject({
      verdict: 'unmeasured',
      blocks: true,
      why: 'no good memory trial on typescript',
    });
    expect(verdictOf({ metric: 'retainedBytes', max: 1 }, withMemory([]))).toMatchObject({
      verdict: 'unmeasured',
      blocks: true,
    });
  });

  test('a profile that takes none decides nothing', () => {
    expect(verdictOf({ ...RATIO, max: 0.7 }, withMemory([], { profile: 'smoke' }))).toMatchObject({
      verdict: 'inconclusive',
      blocks: false,
      why: 'the profile smoke takes no memory trials',
    });
  });

  test('a memory trial that fails or answers wrongly is a fault', () => {
    const rows: TrialRow[] = NATIVE.map((row) => {
      const { memory: _, ...rest } = row;
      return {
        ...rest,
        state: 'wrong-answer',
        error: 'input 3',
        answers: { checked: 4, wrong: 1, digest: '' },
      };
    });
    const found = verdictOf({ metric: 'wrongAnswers', max: 0 }, withMemory(rows));
    expect(found).toMatchObject({ verdict: 'missed', passed: false });
    expect(found.faults).toEqual(['sums/add native: wrong answer: input 3 (2 trials)']);
  });
});
