import { describe, expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import { rankSum, rankSumCritical, rankSumCumulative, smallestRankSumP } from './rank-sum.ts';

/** P(U <= u) counted over every choice of which n of the n + m ranks are the first sample's. */
function byEnumeration(n: number, m: number): number[] {
  const counts = new Array<number>(n * m + 1).fill(0);
  let all = 0;
  for (let choice = 0; choice < 2 ** (n + m); choice++) {
    let [seconds, firsts, u] = [0, 0, 0];
    for (let rank = 0; rank < n + m; rank++) {
      if ((choice >> rank) & 1) {
        firsts++;
        u += seconds;
      } else seconds++;
    }
    if (firsts !== n) continue;
    counts[u] = (counts[u] as number) + 1;
    all++;
  }
  let sum = 0;
  return counts.map((count) => {
    sum += count;
    return sum / all;
  });
}

describe('critical values of U, against the published table (Mann & Whitney 1947; Auble 1953; Siegel, table K)', () => {
  // One-sided 0.05, 0.025, 0.01, 0.005, that is two-sided 0.10, 0.05, 0.02, 0.01.
  test.each([
    [3, 3, [0, -1, -1, -1]],
    [4, 4, [1, 0, -1, -1]],
    [5, 5, [4, 2, 1, 0]],
    [6, 6, [7, 5, 3, 2]],
    [7, 7, [11, 8, 6, 4]],
    [8, 8, [15, 13, 9, 7]],
    [9, 9, [21, 17, 14, 11]],
    [10, 10, [27, 23, 19, 16]],
    [12, 12, [42, 37, 31, 27]],
    [15, 15, [72, 64, 56, 51]],
    [20, 20, [138, 127, 114, 105]],
    [5, 10, [11, 8, 6, 4]],
    [5, 20, [25, 20, 16, 13]],
    [10, 20, [62, 55, 47, 42]],
  ])('n = %i, m = %i', (n, m, expected) => {
    const found = [0.05, 0.025, 0.01, 0.005].map((alpha) => rankSumCritical(n, m, alpha));
    expect(found).toEqual(expected);
    expect([0.05, 0.025, 0.01, 0.005].map((alpha) => rankSumCritical(m, n, alpha))).toEqual(expected);
  });

  test('no value is critical where even complete separation is not rare enough', () => {
    expect(smallestRankSumP(6, 6)).toBeCloseTo(1 / 924, 15);
    expect(smallestRankSumP(6, 20)).toBeCloseTo(1 / 230_230, 15);
    expect(rankSumCritical(6, 6, 1 / 925)).toBe(-1);
    expect(rankSumCritical(6, 6, 1 / 923)).toBe(0);
    expect(rankSumCritical(0, 6, 0.05)).toBe(-1);
  });
});

describe('the exact distribution', () => {
  test.each([
    [1, 1],
    [2, 5],
    [3, 3],
    [4, 7],
    [6, 6],
    [1, 12],
  ])('n = %i, m = %i: as every arrangement counted one by one', (n, m) => {
    const counted = byEnumeration(n, m);
    const found = rankSumCumulative(n, m);
    expect(found).toHaveLength(counted.length);
    counted.forEach((probability, u) => {
      expect(found[u]).toBeCloseTo(probability, 13);
    });
  });

  test('large samples: adds up to 1, symmetric, the smallest p keeps its digits', () => {
    const cumulative = rankSumCumulative(60, 40);
    expect(cumulative.at(-1)).toBeCloseTo(1, 12);
    expect((cumulative[1199] as number) + (cumulative[1200] as number)).toBeCloseTo(1, 12);
    // 1 / C(100, 40)
    expect((cumulative[0] as number) * 1.37462341458e28).toBeCloseTo(1, 9);
  });
});

describe('worked examples', () => {
  test('permeability of membranes (Hollander & Wolfe 1973, p. 69; R ?wilcox.test): W = 35, p = 0.1272', () => {
    const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const early = [1.15, 0.88, 0.9, 0.74, 1.21];
    const found = rankSum(term, early);
    expect(found).toMatchObject({ larger: 35, ties: 0 });
    expect(found.pGreater).toBeCloseTo(0.1272, 4);
  });

  test('by hand: 3 4 against 1 2', () => {
    const found = rankSum([3, 4], [1, 2]);
    expect(found).toMatchObject({ larger: 4, ties: 0, pLess: 1 });
    expect(found.pGreater).toBeCloseTo(1 / 6, 14);
    expect(found.pTwoSided).toBeCloseTo(1 / 3, 14);
  });

  test('a tie speaks against both sides', () => {
    // Broken in favour of the first sample, P(U >= 4) would be 1/6; against it, P(U >= 3) is 2/6.
    const found = rankSum([2, 3], [1, 2]);
    expect(found).toMatchObject({ larger: 3, ties: 1, pLess: 1 });
    expect(found.pGreater).toBeCloseTo(2 / 6, 14);
    expect(rankSum([5, 5], [5, 5])).toMatchObject({ pGreater: 1, pLess: 1, pTwoSided: 1 });
  });
});

test('ties: never smaller than any way of breaking them', () => {
  const random = seededRandom(12);
  const rounded = (n: number) => Array.from({ length: n }, () => Math.floor(6 * random()));
  for (let i = 0; i < 200; i++) {
    const [first, second] = [rounded(5), rounded(7)];
    const broken = (values: number[]) => values.map((value) => value + random() / 2);
    const [tied, untied] = [rankSum(first, second), rankSum(broken(first), broken(second))];
    expect(tied.pGreater).toBeGreaterThanOrEqual(untied.pGreater);
    expect(tied.pLess).toBeGreaterThanOrEqual(untied.pLess);
  }
});

describe('edges', () => {
  test('nothing is no evidence', () => {
    expect(rankSum([], [1, 2])).toMatchObject({ pGreater: 1, pLess: 1, pTwoSided: 1 });
    expect(rankSum([], [])).toMatchObject({ pGreater: 1, pLess: 1 });
  });

  test('the other way round, the other p', () => {
    const [first, second] = [
      [3, 1, 4, 1.5],
      [9, 2, 6],
    ];
    expect(rankSum(second, first).pGreater).toBe(rankSum(first, second).pLess);
  });

  test('what is no number, and too many, are refused', () => {
    expect(() => rankSum([1, Number.NaN], [1])).toThrow('value of the first sample 2 is NaN');
    expect(() => rankSum([1], [Number.POSITIVE_INFINITY])).toThrow(RangeError);
    expect(() => rankSum(new Array(101).fill(1), [1])).toThrow('goes to 100');
  });
});
