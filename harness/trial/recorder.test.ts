import { describe, expect, test } from 'vitest';
import { driftOf, Recorder, slowestInput, timesByInput } from './recorder.ts';

test('keeps count, extremes, sum and order, also over more than one piece', () => {
  const recorder = new Recorder();
  const n = 150_000;
  for (let i = 0; i < n; i++) recorder.add(100 + (i % 1_000));
  recorder.flush();
  expect(recorder).toMatchObject({ count: n, minNs: 100, maxNs: 1_099 });
  expect(recorder.sumNs).toBe(n * 100 + (n / 1_000) * 499_500);
  expect(recorder.histogram.totalCount).toBe(n);
  const ordered = recorder.inOrder();
  expect(ordered).toHaveLength(n);
  expect(ordered.every((ns, i) => ns === 100 + (i % 1_000))).toBe(true);
});

test('beyond a million samples only the histogram goes on', () => {
  const recorder = new Recorder();
  const n = 1_200_000;
  for (let i = 0; i < n; i++) recorder.add(i < 1_048_576 ? 5 : 7);
  recorder.flush();
  expect(recorder.count).toBe(n);
  expect(recorder.histogram.totalCount).toBe(n);
  const ordered = recorder.inOrder();
  expect(ordered).toHaveLength(1_048_576);
  expect(ordered.every((ns) => ns === 5)).toBe(true);
});

test('flushing twice adds nothing', () => {
  const recorder = new Recorder();
  recorder.add(5);
  recorder.flush();
  recorder.flush();
  expect(recorder.count).toBe(1);
  expect([...recorder.inOrder()]).toEqual([5]);
});

test('a sample that is no time is refused', () => {
  const recorder = new Recorder();
  recorder.add(Number.NaN);
  expect(() => recorder.flush()).toThrow(/is no time/);
});

describe('drift', () => {
  test('compares whole rotations: inputs of different sizes are no drift', () => {
    expect(driftOf(Float64Array.of(1, 9, 1, 9, 1, 9, 1), 2, 1)).toBe(1);
    expect(driftOf(Float64Array.of(5, 5, 5, 4, 4, 4), 1, 1)).toBe(0.8);
  });

  test('a batch that goes round in itself is a whole rotation', () => {
    expect(driftOf(Float64Array.of(8, 4), 3, 6)).toBe(0.5);
    expect(driftOf(Float64Array.of(8, 8, 4, 4), 4, 2)).toBe(0.5);
    expect(driftOf(Float64Array.of(8, 4), 4, 2)).toBeUndefined();
  });

  test('inputs seen once tell nothing', () => {
    expect(driftOf(Float64Array.of(1, 2, 3), 3, 1)).toBeUndefined();
    expect(driftOf(Float64Array.of(1), 1, 1)).toBeUndefined();
  });
});

describe('the slowest input', () => {
  test('is the one of the highest median, not of the highest sample', () => {
    expect(slowestInput(Float64Array.of(1, 5, 1, 5, 900, 5, 1), 2)).toEqual({ input: 1, p50Ns: 5 });
  });

  test('where not every input was reached', () => {
    expect(slowestInput(Float64Array.of(3, 4), 10)).toEqual({ input: 1, p50Ns: 4 });
  });

  test('of as many inputs as samples is no burden', () => {
    const ordered = Float64Array.from({ length: 300_000 }, (_, i) => i + 1);
    expect(slowestInput(ordered, 300_000)).toEqual({ input: 299_999, p50Ns: 300_000 });
  });
});

describe('the times of each input', () => {
  test('are its median and its longest sample, in whole nanoseconds', () => {
    expect(timesByInput(Float64Array.of(1.2, 5, 3.4, 5, 900, 5, 0.1), 2)).toEqual({
      p50Ns: [2, 5],
      maxNs: [900, 5],
    });
  });

  test('where not every input was reached', () => {
    expect(timesByInput(Float64Array.of(3, 4), 10)).toEqual({ p50Ns: [3, 4], maxNs: [3, 4] });
  });
});
