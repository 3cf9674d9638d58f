import { describe, expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import { drawNormal } from './normal.ts';
import { kendallTrend, warmUpDrift } from './trend.ts';

describe('Mann-Kendall', () => {
  test('a worked example with a tie: S = 54, Z = 2.9058, one-sided p = 0.0018', () => {
    // J. Little, College of the Holy Cross, "A Mann-Kendall Example (By Hand)".
    const values = [12.9, 14.8, 13.2, 15.7, 13.8, 15.6, 12.9, 11, 17.3, 15.9, 19, 18.3, 20.1, 21.7];
    const found = kendallTrend(values);
    expect(found.s).toBe(54);
    expect(found.z).toBeCloseTo(2.9058, 4);
    expect(found.p / 2).toBeCloseTo(0.0018, 4);
    // SciPy 1.17 kendalltau.
    expect(found.tau).toBeCloseTo(0.5966941897186163, 12);
  });

  test('many ties: tau-b as SciPy has it', () => {
    expect(kendallTrend([1, 1, 2, 2, 2, 3, 1, 4, 4, 5, 3, 3, 6, 6, 6]).tau).toBeCloseTo(
      0.7325612348008318,
      12,
    );
  });

  test('as every pair compared with every other', () => {
    const random = seededRandom(21);
    for (let i = 0; i < 100; i++) {
      const values = Array.from({ length: i }, () => Math.floor(12 * random()));
      let s = 0;
      for (let a = 0; a < i; a++) {
        for (let b = a + 1; b < i; b++) s += Math.sign((values[b] as number) - (values[a] as number));
      }
      expect(kendallTrend(values).s).toBe(s + 0);
    }
  });

  test('all in order, all against it, all equal, none', () => {
    const rising = Array.from({ length: 20 }, (_, i) => i);
    expect(kendallTrend(rising)).toMatchObject({ s: 190, tau: 1 });
    expect(kendallTrend(rising.toReversed())).toMatchObject({ s: -190, tau: -1 });
    for (const values of [[], [1], [4, 4, 4]])
      expect(kendallTrend(values)).toEqual({ s: 0, tau: 0, z: 0, p: 1 });
  });

  test('no trend is called one as often as stated', () => {
    const random = seededRandom(22);
    let called = 0;
    for (let i = 0; i < 1_000; i++) {
      if (kendallTrend(Array.from({ length: 50 }, random)).p <= 0.05) called++;
    }
    expect(called / 1_000).toBeGreaterThan(0.03);
    expect(called / 1_000).toBeLessThan(0.07);
  });

  test('leaves its argument alone and refuses what is no number', () => {
    const values = [3, 1, 2];
    kendallTrend(values);
    expect(values).toEqual([3, 1, 2]);
    expect(() => kendallTrend([1, Number.NaN])).toThrow('value 2 is NaN');
  });
});

describe('warm-up', () => {
  const random = seededRandom(23);
  /** Skewed times around 1000, times what `shape` makes of the share of the trial that has passed. */
  const trial = (n: number, shape: (passed: number) => number) =>
    Array.from({ length: n }, (_, i) => 1_000 * Math.exp(0.1 * Math.abs(drawNormal(random))) * shape(i / n));

  test('steady times are settled, 20,000 of them or 100', () => {
    expect(warmUpDrift(trial(20_000, () => 1)).state).toBe('settled');
    expect(warmUpDrift(trial(100, () => 1)).state).toBe('settled');
    expect(warmUpDrift(new Array(500).fill(7))).toEqual({ state: 'settled', drift: 0, p: 1 });
  });

  test('still compiling: faster and faster', () => {
    const found = warmUpDrift(trial(2_000, (passed) => 1 + 0.5 * Math.exp(-4 * passed)));
    expect(found.state).toBe('speeding-up');
    expect(found.drift).toBeLessThan(-0.1);
  });

  test('a growing heap: slower and slower', () => {
    expect(warmUpDrift(trial(2_000, (passed) => 1 + 0.2 * passed)).state).toBe('slowing-down');
  });

  test('a drift within the tolerance is none, however significant', () => {
    const samples = trial(20_000, (passed) => 1 - 0.02 * passed);
    const found = warmUpDrift(samples);
    expect(found.p).toBeLessThan(0.001);
    expect(found.state).toBe('settled');
    expect(warmUpDrift(samples, { tolerance: 0.005 }).state).toBe('speeding-up');
  });

  test('inputs of unlike size that rotate are no trend', () => {
    const sizes = [1, 5, 2, 9, 3];
    const samples = trial(5_000, () => 1).map((time, i) => time * (sizes[i % 5] as number));
    expect(warmUpDrift(samples).state).toBe('settled');
  });

  test('rarely called on steady times', () => {
    let called = 0;
    for (let i = 0; i < 300; i++) if (warmUpDrift(trial(200, () => 1)).state !== 'settled') called++;
    expect(called).toBeLessThanOrEqual(8);
  });

  test('fewer than a hundred cannot tell', () => {
    expect(warmUpDrift(trial(99, () => 1)).state).toBe('too-few');
    expect(() => warmUpDrift([Number.NaN])).toThrow(RangeError);
  });
});
