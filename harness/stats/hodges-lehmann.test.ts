import { describe, expect, test } from 'vitest';
import { type Random, seededRandom } from '../random.ts';
import { boundsOf, hodgesLehmann, pCentreAbove, pCentreBelow, walshAverages } from './hodges-lehmann.ts';
import { drawNormal } from './normal.ts';
import { signedRank } from './signed-rank.ts';

const draw = (n: number, one: () => number) => Array.from({ length: n }, one);

describe('worked examples', () => {
  // Hollander & Wolfe 1973, p. 35 and 38: after - before of the depression scale.
  const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
  const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
  const differences = after.map((y, i) => y - (before[i] as number));

  test('depression scale: estimate -0.46, 96 % interval from -0.786 to -0.010', () => {
    const found = hodgesLehmann(differences, 0.96);
    expect(found.estimate).toBeCloseTo(-0.46, 10);
    expect(found.interval?.low).toBeCloseTo(-0.786, 10);
    expect(found.interval?.high).toBeCloseTo(-0.01, 10);
  });

  test('by hand: 1 2 4 has the averages 1 1.5 2 2.5 3 4', () => {
    expect([...walshAverages([4, 1, 2]).sorted]).toEqual([1, 1.5, 2, 2.5, 3, 4]);
    expect(hodgesLehmann([4, 1, 2]).estimate).toBe(2.25);
  });
});

describe('how many differences an interval needs', () => {
  test.each([
    [4, false, false],
    [5, false, true],
    [6, true, true],
  ])('%i at 95 %%: two-sided %s, one-sided %s', (n, twoSided, oneSided) => {
    const found = hodgesLehmann(Array.from({ length: n }, (_, i) => i));
    expect(found.interval !== null).toBe(twoSided);
    expect(found.lowerBound !== null).toBe(oneSided);
    expect(found.upperBound !== null).toBe(oneSided);
  });

  test('six at 95 % are bounded by the extremes, fourteen by the 22nd average from either end', () => {
    expect(hodgesLehmann([1, 2, 3, 4, 5, 6]).interval).toEqual({ low: 1, high: 6 });
    const fourteen = Array.from({ length: 14 }, (_, i) => 2 ** i);
    const { sorted } = walshAverages(fourteen);
    expect(hodgesLehmann(fourteen).interval).toEqual({ low: sorted[21], high: sorted[105 - 22] });
  });

  test('none at all', () => {
    expect(hodgesLehmann([])).toEqual({
      estimate: Number.NaN,
      interval: null,
      lowerBound: null,
      upperBound: null,
      n: 0,
    });
    expect(hodgesLehmann([3])).toMatchObject({ estimate: 3, interval: null });
  });
});

describe('p values and bounds say the same', () => {
  const random = seededRandom(5);
  const shifts = [-1, -0.25, 0, 0.25, 0.5, 1];

  test('p <= alpha exactly when the bound lies beyond, ties or not', () => {
    for (let i = 0; i < 300; i++) {
      const n = 5 + Math.floor(random() * 12);
      // Quarters, so that many averages equal a shift.
      const averages = walshAverages(draw(n, () => Math.round(8 * random() - 3) / 4));
      for (const alpha of [0.05, 0.01, 0.003]) {
        const bounds = boundsOf(averages, alpha);
        for (const shift of shifts) {
          expect(pCentreAbove(averages, shift) <= alpha).toBe(bounds !== null && bounds.low > shift);
          expect(pCentreBelow(averages, shift) <= alpha).toBe(bounds !== null && bounds.high < shift);
        }
      }
    }
  });

  test('without ties they are those of the signed-rank test', () => {
    for (let i = 0; i < 100; i++) {
      const differences = draw(3 + (i % 20), () => drawNormal(random));
      for (const shift of shifts) {
        const moved = signedRank(differences.map((d) => d - shift));
        expect(pCentreAbove(walshAverages(differences), shift)).toBeCloseTo(moved.pGreater, 12);
        expect(pCentreBelow(walshAverages(differences), shift)).toBeCloseTo(moved.pLess, 12);
      }
    }
  });
});

describe('coverage, seeded', () => {
  /** Share of 2,000 intervals that hold `truth`. */
  const coverage = (truth: number, n: number, one: (random: Random) => number) => {
    const random = seededRandom(20_261_122);
    let held = 0;
    for (let i = 0; i < 2_000; i++) {
      const { interval } = hodgesLehmann(draw(n, () => one(random)));
      if (interval !== null && interval.low <= truth && truth <= interval.high) held++;
    }
    return held / 2_000;
  };
  const lognormal = (random: Random) => Math.exp(0.8 * drawNormal(random));
  const exponential = (random: Random) => -Math.log(1 - random());

  test.each([14, 20])('pairs of skewed times, n = %i: 95 %% within 93 to 97', (n) => {
    const covered = coverage(0.3, n, (random) => 0.3 + lognormal(random) - lognormal(random));
    expect(covered).toBeGreaterThan(0.93);
    expect(covered).toBeLessThan(0.97);
  });

  test('differences that are skewed themselves: the pseudo-median is held, the mean is not', () => {
    // Median of the mean of two exponential values: half the median of a gamma distribution of shape 2.
    expect(coverage(1.678347 / 2, 20, exponential)).toBeGreaterThan(0.92);
    expect(coverage(1, 20, exponential)).toBeLessThan(0.9);
  });

  test('values rounded until most are equal: at least as often as stated', () => {
    expect(coverage(0, 20, (random) => Math.round(2 * (random() - random())))).toBeGreaterThan(0.95);
  });
});

test('what is no number and no confidence is refused', () => {
  expect(() => hodgesLehmann([1, Number.POSITIVE_INFINITY])).toThrow('difference 2 is Infinity');
  for (const confidence of [0, 1, 95, Number.NaN]) {
    expect(() => hodgesLehmann([1, 2, 3], confidence)).toThrow(RangeError);
  }
});
