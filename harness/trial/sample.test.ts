import { describe, expect, test } from 'vitest';
import { measureRecording } from './overhead.ts';
import { type SamplingPlan, takeSamples } from './sample.ts';

const PLAN: SamplingPlan = {
  operation: (i) => i,
  inputCount: 3,
  batch: 1,
  async: false,
  sampleMs: 0,
  minSamples: 30,
  maxSampleMs: 60_000,
  onAnswer: () => {},
};

/** The inputs in the order they were called. */
async function callsOf(change: Partial<SamplingPlan>) {
  const calls: number[] = [];
  const operation = (i: number) => {
    calls.push(i);
    return change.async ? Promise.resolve(i * 10) : i * 10;
  };
  const answers: [number, unknown][] = [];
  const samples = await takeSamples({
    ...PLAN,
    operation,
    onAnswer: (i, answer) => answers.push([i, answer]),
    ...change,
  });
  return { calls, answers, samples };
}

describe.each<[string, Partial<SamplingPlan>]>([
  ['single calls', {}],
  ['single calls that time themselves', { selfElapsedNs: () => 50 }],
  ['promises', { async: true }],
  ['promises that time themselves', { async: true, selfElapsedNs: () => 50 }],
  ['batches', { batch: 4 }],
  ['batches that time themselves', { batch: 4, selfElapsedNs: () => 50 }],
])('%s', (_, change) => {
  const batch = change.batch ?? 1;

  test('exactly as many samples as asked for, inputs in rotation, every answer seen', async () => {
    const { calls, answers, samples } = await callsOf(change);
    expect(samples.count).toBe(30);
    expect(calls).toEqual(Array.from({ length: 30 * batch }, (_, k) => k % 3));
    expect(answers).toEqual(calls.map((i) => [i, i * 10]));
    expect([...samples.callsByInput]).toEqual([10 * batch, 10 * batch, 10 * batch]);
    expect(samples.histogram.totalCount).toBe(30);
    expect(samples.ordered).toHaveLength(30);
    expect(samples.ordered.reduce((sum, ns) => sum + ns, 0)).toBeCloseTo(samples.elapsedNs, 3);
    if (change.selfElapsedNs !== undefined) {
      expect(samples).toMatchObject({ minNs: 50, maxNs: 50, elapsedNs: 50 * batch * 30, drift: 1 });
    }
  });

  test('an operation that throws ends it, with its own words', async () => {
    const operation = (i: number) => {
      if (i === 2) throw new Error('the third input');
      return i;
    };
    await expect(takeSamples({ ...PLAN, ...change, operation })).rejects.toMatchObject({
      code: 'ERR_SAMPLE',
      message: 'the third input',
    });
  });
});

test('the end is told of once, after the last sample', async () => {
  let ends = 0;
  let calls = 0;
  await takeSamples({
    ...PLAN,
    operation: () => {
      expect(ends).toBe(0);
      return calls++;
    },
    onEnd: () => {
      ends++;
      expect(calls).toBe(30);
    },
  });
  expect(ends).toBe(1);
});

test('the time wished for is time inside calls', async () => {
  // Each call says it took a tenth of a millisecond: a hundred fill ten.
  const { samples } = await callsOf({ selfElapsedNs: () => 100_000, sampleMs: 10, minSamples: 1 });
  expect(samples.count).toBeGreaterThanOrEqual(100);
  expect(samples.count).toBeLessThanOrEqual(101);
});

test('the longest time ends it, whatever was wished for', async () => {
  const { samples } = await callsOf({ minSamples: 1e9, maxSampleMs: 5 });
  expect(samples.count).toBeGreaterThan(0);
});

test('what recording costs is a finite share of the operation it was taken beside', async () => {
  const cost = await measureRecording();
  expect(cost.operationNs).toBeGreaterThan(0);
  expect(Number.isFinite(cost.addedNs)).toBe(true);
  expect(cost.share).toBeCloseTo(cost.addedNs / 10_000, 12);
});

describe('with the times of each input', () => {
  /** Input 1 takes ten times as long as the others. */
  const timed = () => {
    let last = 0;
    return {
      operation: (i: number) => {
        last = i;
        return i * 10;
      },
      selfElapsedNs: () => (last === 1 ? 1_000 : 100),
    };
  };

  test('only whole rotations are taken, every input equally often', async () => {
    const { samples } = await callsOf({ ...timed(), byInput: true, minSamples: 31 });
    expect(samples.count).toBe(33);
    expect([...samples.callsByInput]).toEqual([11, 11, 11]);
    expect(samples.byInput).toEqual({ p50Ns: [100, 1_000, 100], maxNs: [100, 1_000, 100] });
  });

  test('the time wished for is completed as well', async () => {
    // A rotation is 1,200 ns.
    const { samples } = await callsOf({ ...timed(), byInput: true, minSamples: 1, sampleMs: 0.012 });
    expect(samples.count).toBe(30);
  });

  test('the longest time ends it with a rotation too', async () => {
    const { samples } = await callsOf({ byInput: true, minSamples: 1e9, maxSampleMs: 20 });
    expect(samples.count % 3).toBe(0);
  });

  test('… or within the first one', async () => {
    const operation = () => {
      const endMs = performance.now() + 2;
      while (performance.now() < endMs);
    };
    const { samples } = await callsOf({
      operation,
      byInput: true,
      inputCount: 100,
      minSamples: 1,
      maxSampleMs: 10,
    });
    expect(samples.count).toBeLessThan(20);
    expect(samples.byInput?.p50Ns).toHaveLength(samples.count);
  });

  test('without the wish they are not kept', async () => {
    const { samples } = await callsOf({});
    expect(samples.byInput).toBeUndefined();
  });
});
