import { describe, expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import { doubledMidRanks } from './ranks.ts';
import { signedRank, signedRankCritical, untiedCumulative } from './signed-rank.ts';

/** All 2^n signs of the ranks that have one, counted one by one. */
function byEnumeration(differences: readonly number[]): { greater: number; less: number } {
  const doubled = doubledMidRanks(differences.map(Math.abs));
  const weights = [...doubled].filter((_, i) => differences[i] !== 0);
  const observed = differences.reduce((sum, d, i) => sum + (d > 0 ? (doubled[i] as number) : 0), 0);
  let greater = 0;
  let less = 0;
  for (let signs = 0; signs < 2 ** weights.length; signs++) {
    const sum = weights.reduce((total, weight, i) => total + ((signs >> i) & 1) * weight, 0);
    if (sum >= observed) greater++;
    if (sum <= observed) less++;
  }
  return { greater: greater / 2 ** weights.length, less: less / 2 ** weights.length };
}

describe('mid-ranks', () => {
  test('ties share the mean of their ranks', () => {
    expect([...doubledMidRanks([30, 10, 20])]).toEqual([6, 2, 4]);
    expect([...doubledMidRanks([5, 1, 5, 7])]).toEqual([5, 2, 5, 8]);
    expect([...doubledMidRanks([2, 2, 2])]).toEqual([4, 4, 4]);
    expect([...doubledMidRanks([])]).toEqual([]);
  });
});

describe('critical values, against the published table (McCornack 1965; Hollander & Wolfe, table A.4)', () => {
  // One-sided 0.05, 0.025, 0.01, 0.005, that is two-sided 0.10, 0.05, 0.02, 0.01.
  test.each([
    [5, [0, -1, -1, -1]],
    [6, [2, 0, -1, -1]],
    [7, [3, 2, 0, -1]],
    [8, [5, 3, 1, 0]],
    [9, [8, 5, 3, 1]],
    [10, [10, 8, 5, 3]],
    [12, [17, 13, 9, 7]],
    [14, [25, 21, 15, 12]],
    [15, [30, 25, 19, 15]],
    [20, [60, 52, 43, 37]],
    [25, [100, 89, 76, 68]],
    [30, [151, 137, 120, 109]],
    [40, [286, 264, 238, 220]],
    [50, [466, 434, 397, 373]],
  ])('n = %i', (n, expected) => {
    expect([0.05, 0.025, 0.01, 0.005].map((alpha) => signedRankCritical(n, alpha))).toEqual(expected);
  });

  test('no value is critical where 2^-n is above alpha', () => {
    expect(signedRankCritical(13, 1e-4)).toBe(-1);
    expect(signedRankCritical(14, 1e-4)).toBe(0);
    expect(signedRankCritical(0, 0.05)).toBe(-1);
  });
});

describe('the exact distribution', () => {
  test.each([1, 14, 40, 60])('n = %i: the smallest p is 2^-n and everything adds up to 1', (n) => {
    const cumulative = untiedCumulative(n);
    expect(cumulative[0]).toBe(2 ** -n);
    expect(cumulative).toHaveLength((n * (n + 1)) / 2 + 1);
    expect(cumulative.at(-1)).toBeCloseTo(1, 12);
  });

  test('sixty differences on one side', () => {
    const found = signedRank(Array.from({ length: 60 }, (_, i) => i + 1));
    expect(found).toMatchObject({ n: 60, positiveRanks: 1830, pGreater: 2 ** -60, pTwoSided: 2 ** -59 });
    expect(found.pLess).toBeCloseTo(1, 12);
  });
});

describe('worked examples', () => {
  // Hollander & Wolfe 1973, p. 29: Hamilton depression scale before and after; also R's ?wilcox.test.
  const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
  const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];

  test('depression scale: V = 40, p = 0.01953', () => {
    const found = signedRank(before.map((x, i) => x - (after[i] as number)));
    expect(found.positiveRanks).toBe(40);
    expect(found.pGreater).toBe(10 / 512);
    expect(found.pTwoSided).toBe(20 / 512);
  });

  test('by hand, with a tie', () => {
    // Sizes 1 1 2 have ranks 1.5 1.5 3. Sums of the eight sign choices: 0 1.5 1.5 3 3 4.5 4.5 6.
    expect(signedRank([1, -1, 2])).toEqual({
      n: 3,
      zeros: 0,
      positiveRanks: 4.5,
      pGreater: 3 / 8,
      pLess: 7 / 8,
      pTwoSided: 6 / 8,
    });
  });

  test('by hand, with a zero after Pratt', () => {
    // Ranks 1 (the zero) 2 3: sums 0 2 3 5 of four sign choices.
    expect(signedRank([0, 1, -2])).toMatchObject({
      n: 3,
      zeros: 1,
      positiveRanks: 2,
      pGreater: 3 / 4,
      pLess: 1 / 2,
    });
  });

  test('ties and a zero: as SciPy 1.17 wilcoxon(zero_method="pratt", PermutationMethod) has it', () => {
    const found = signedRank([3, -1, 2, 2, 0, 4, -2, 5, 1, 1]);
    expect(found).toMatchObject({ positiveRanks: 45, pGreater: 0.04296875, pLess: 0.978515625 });
  });
});

test('tied data: as all signs counted one by one', () => {
  const random = seededRandom(11);
  for (let i = 0; i < 200; i++) {
    const n = 1 + Math.floor(random() * 10);
    const differences = Array.from({ length: n }, () => Math.floor(random() * 9) - 3);
    const { greater, less } = byEnumeration(differences);
    const found = signedRank(differences);
    expect(found.pGreater).toBeCloseTo(greater, 12);
    expect(found.pLess).toBeCloseTo(less, 12);
  }
});

describe('edges', () => {
  test('nothing, or nothing but zeros, is no evidence', () => {
    for (const differences of [[], [0], [0, 0, 0]]) {
      expect(signedRank(differences)).toMatchObject({ pGreater: 1, pLess: 1, pTwoSided: 1 });
    }
  });

  test('the other way round, the other p', () => {
    const differences = [3, -1, 4, 1, -5, 9, 2, 6];
    const mirrored = signedRank(differences.map((d) => -d));
    expect(mirrored.pLess).toBe(signedRank(differences).pGreater);
  });

  test('what is no number, and too many, are refused', () => {
    expect(() => signedRank([1, Number.NaN])).toThrow('difference 2 is NaN');
    expect(() => signedRank([Number.POSITIVE_INFINITY])).toThrow(RangeError);
    expect(() => signedRank(new Array(501).fill(1))).toThrow('goes to 500');
  });
});
