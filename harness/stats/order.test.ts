import { describe, expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import { estimateMedian, lowerRank, median, quantileRanks } from './order.ts';

/** 1, 2 … n, so that a bound is its own rank; shuffled by a stride to show that order does not matter. */
const ranks = (n: number) => Array.from({ length: n }, (_, i) => ((i * 7919) % n) + 1);

describe('median', () => {
  test('middle value, or the mean of the two middle ones', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([100, 9, 10])).toBe(10);
    expect(median([7])).toBe(7);
    expect(median([])).toBeNaN();
  });

  test('leaves its argument alone', () => {
    const values = [3, 1, 2];
    median(values);
    estimateMedian(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('interval of a median, against published tables of the sign test', () => {
  test.each([
    [6, 1, 6],
    [7, 1, 7],
    [8, 1, 8],
    [9, 2, 8],
    [10, 2, 9],
    [12, 3, 10],
    [15, 4, 12],
    [20, 6, 15],
    [25, 8, 18],
    [30, 10, 21],
    [50, 18, 33],
    [100, 40, 61],
  ])('n = %i: the %i. and the %i. value', (n, low, high) => {
    expect(estimateMedian(ranks(n)).interval).toEqual({ low, high });
  });

  test('fewer than six values have none', () => {
    for (let n = 0; n < 6; n++) expect(estimateMedian(ranks(n)).interval).toBeNull();
  });

  test('one-sided bounds exist from five values', () => {
    expect(estimateMedian(ranks(4))).toMatchObject({ lowerBound: null, upperBound: null });
    expect(estimateMedian(ranks(5))).toMatchObject({ lowerBound: 1, upperBound: 5, n: 5 });
    expect(estimateMedian(ranks(8))).toMatchObject({ lowerBound: 2, upperBound: 7 });
    expect(estimateMedian(ranks(20))).toMatchObject({ lowerBound: 6, upperBound: 15 });
  });

  test('nothing measured is not a number, and has no bounds', () => {
    expect(estimateMedian([])).toMatchObject({ interval: null, lowerBound: null, n: 0 });
    expect(estimateMedian([]).value).toBeNaN();
  });
});

describe('ranks of a 99th percentile', () => {
  test('299 samples are the fewest with a one-sided 95 % upper bound', () => {
    expect(lowerRank(298, 0.01, 0.05)).toBe(0);
    expect(lowerRank(299, 0.01, 0.05)).toBe(1);
  });

  test('368 samples are the fewest with a two-sided 95 % interval', () => {
    expect(quantileRanks(367, 0.99)).toBeNull();
    expect(quantileRanks(368, 0.99)?.highPercentile).toBe(100);
  });

  test('10,000 samples: from about the 98.8th to about the 99.2nd percentile', () => {
    const found = quantileRanks(10_000, 0.99);
    expect(found?.lowPercentile).toBeCloseTo(98.8, 1);
    expect(found?.highPercentile).toBeCloseTo(99.2, 1);
  });

  test('half a million samples', () => {
    // Normal approximation: 1.96 standard deviations of a binomial count.
    const n = 500_000;
    const width = (1.96 * Math.sqrt(0.99 * 0.01 * n) * 100) / n;
    const found = quantileRanks(n, 0.99);
    expect(found?.lowPercentile).toBeCloseTo(99 - width, 2);
    expect(found?.highPercentile).toBeCloseTo(99 + width, 2);
  });

  test('millions of values are no burden', () => {
    for (let n = 500_000; n < 500_010; n++) quantileRanks(n, 0.99);
    estimateMedian(Array.from({ length: 500_000 }, (_, i) => i));
  });
});

/** Exact binomial tail in whole numbers: P(X < rank) for a fair coin. */
function belowRank(n: number, rank: number): number {
  let term = 1n;
  let sum = 0n;
  for (let k = 0; k < rank; k++) {
    sum += term;
    term = (term * BigInt(n - k)) / BigInt(k + 1);
  }
  return Number((sum * 10n ** 15n) / 2n ** BigInt(n)) / 1e15;
}

test.each([5, 6, 17, 40, 101, 333])('n = %i: the rank is the largest that keeps its promise', (n) => {
  for (const alpha of [0.001, 0.025, 0.05]) {
    const rank = lowerRank(n, 0.5, alpha);
    expect(belowRank(n, rank)).toBeLessThanOrEqual(alpha);
    expect(belowRank(n, rank + 1)).toBeGreaterThan(alpha);
  }
});

test('away from the middle: as the tail summed from its far end', () => {
  /** The largest rank with P(X < rank) <= alpha, from the first term on, in logarithms. */
  const slowly = (n: number, p: number, alpha: number) => {
    let logTerm = n * Math.log1p(-p);
    let tail = Math.exp(logTerm);
    let rank = 0;
    while (rank < n && tail <= alpha) {
      rank++;
      logTerm += Math.log(n - rank + 1) - Math.log(rank) + Math.log(p) - Math.log1p(-p);
      tail += Math.exp(logTerm);
    }
    return rank;
  };
  for (const n of [0, 1, 2, 14, 299, 368, 1_000, 12_345]) {
    for (const p of [0.01, 0.5, 0.9, 0.99, 0.999]) {
      for (const alpha of [1e-12, 1e-4, 0.005, 0.025, 0.05, 0.2]) {
        expect(lowerRank(n, p, alpha)).toBe(slowly(n, p, alpha));
      }
    }
  }
});

describe('coverage on skewed data, seeded', () => {
  const random = seededRandom(20_261_122);
  const lognormal = () =>
    Math.exp(Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()) * 0.8);
  const share = (times: number, hit: () => boolean) => {
    let hits = 0;
    for (let i = 0; i < times; i++) if (hit()) hits++;
    return hits / times;
  };

  test.each([6, 10, 15, 20])('the interval of a median of %i holds the true one', (n) => {
    const covered = share(4_000, () => {
      const { interval } = estimateMedian(Array.from({ length: n }, lognormal));
      return interval !== null && interval.low <= 1 && interval.high >= 1;
    });
    expect(covered).toBeGreaterThan(0.93);
    expect(covered).toBeLessThan(0.99);
  });

  test('the ranks of a P99 hold the true one', () => {
    const n = 1_000;
    const true99 = Math.exp(2.326348 * 0.8);
    const found = quantileRanks(n, 0.99);
    const low = Math.round(((found?.lowPercentile ?? 0) * n) / 100);
    const high = Math.round(((found?.highPercentile ?? 0) * n) / 100);
    const covered = share(1_500, () => {
      const sorted = Float64Array.from({ length: n }, lognormal).sort();
      return (sorted[low - 1] as number) <= true99 && (sorted[high - 1] as number) >= true99;
    });
    expect(covered).toBeGreaterThan(0.93);
    expect(covered).toBeLessThan(0.99);
  });
});
