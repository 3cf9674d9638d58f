import { describe, expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import {
  minimumDetectableEffect,
  rankSumDetectable,
  signedRankDetectable,
  tTestDetectable,
} from './detectable.ts';
import { drawNormal, normalUpperTail } from './normal.ts';
import { rankSum } from './rank-sum.ts';
import { signedRank } from './signed-rank.ts';

describe('the normal tail', () => {
  test.each([
    [0, 0.5],
    [-1, 0.841344746068543],
    [1.959963984540054, 0.025],
    [3.999, 3.18053401e-5],
    [4.001, 3.15376789e-5],
    [5, 2.866515718791939e-7],
    [8, 6.22096057427178e-16],
    [10, 7.61985302416053e-24],
  ])('beyond %f', (x, expected) => {
    expect(normalUpperTail(x) / expected).toBeCloseTo(1, 8);
  });

  test('draws have mean 0 and variance 1', () => {
    const random = seededRandom(3);
    const values = Array.from({ length: 20_000 }, () => drawNormal(random));
    expect(values.reduce((sum, x) => sum + x, 0) / values.length).toBeCloseTo(0, 1);
    expect(values.reduce((sum, x) => sum + x * x, 0) / values.length).toBeCloseTo(1, 1);
  });
});

describe('paired t test, 90 % power', () => {
  // SciPy 1.17: root of nct.sf(t.isf(alpha, n - 1), n - 1, d * sqrt(n)) = 0.9.
  test.each([
    [5, 0.01, 2.52233],
    [10, 0.05, 1.00485],
    [10, 0.001, 1.89861],
    [14, 8.333e-5, 1.85785],
    [20, 0.01, 0.87029],
    [30, 8.333e-5, 1.05108],
    [40, 0.001, 0.73687],
    [40, 1e-6, 1.11601],
  ])('%i pairs at %f', (pairs, alpha, expected) => {
    expect(tTestDetectable({ pairs, alpha })).toBeCloseTo(expected, 4);
  });

  // The table of the reference adds two central t quantiles. That is the noncentral value to 0.02 where there are pairs
  // enough, and too little by up to 0.1 where there are few and alpha is small.
  test.each([
    [10, 0.05, 1.02, 0.02],
    [20, 0.05, 0.68, 0.02],
    [30, 0.05, 0.55, 0.02],
    [40, 0.05, 0.47, 0.02],
    [10, 0.01, 1.33, 0.03],
    [20, 0.01, 0.86, 0.02],
    [30, 0.01, 0.69, 0.02],
    [40, 0.01, 0.59, 0.02],
    [10, 0.001, 1.8, 0.11],
    [20, 0.001, 1.1, 0.03],
    [30, 0.001, 0.86, 0.02],
    [40, 0.001, 0.73, 0.02],
  ])('the table: %i pairs at %f', (pairs, alpha, expected, within) => {
    expect(Math.abs(tTestDetectable({ pairs, alpha }) - expected)).toBeLessThan(within);
  });

  test('refuses four pairs and what is no probability', () => {
    expect(() => tTestDetectable({ pairs: 4, alpha: 0.05 })).toThrow(RangeError);
    expect(() => tTestDetectable({ pairs: 10, alpha: 0 })).toThrow('alpha');
    expect(() => tTestDetectable({ pairs: 10, alpha: 0.05, power: 1 })).toThrow('power');
  });
});

describe('signed-rank test', () => {
  test('with pairs enough it needs a fortieth more than the t test', () => {
    for (const pairs of [20, 30]) {
      for (const alpha of [0.05, 0.01]) {
        const ratio = Number(signedRankDetectable({ pairs, alpha })) / tTestDetectable({ pairs, alpha });
        expect(ratio).toBeGreaterThan(1);
        expect(ratio).toBeLessThan(1.05);
      }
    }
    expect(signedRankDetectable({ pairs: 100, alpha: 0.01 })).toBeCloseTo(
      tTestDetectable({ pairs: 100, alpha: 0.01 }) * 1.0233,
      3,
    );
  });

  test('all of fourteen on one side: as the normal distribution has it', () => {
    // (1 - Q(d))^14 = 0.9 for the shift d.
    const shift = Number(signedRankDetectable({ pairs: 14, alpha: 8.333e-5 }));
    expect((1 - normalUpperTail(shift)) ** 14).toBeCloseTo(0.9, 1);
    expect(shift).toBeGreaterThan(2.4);
    expect(shift).toBeLessThan(2.5);
  });

  test('finds what it says in nine of ten', () => {
    const shift = Number(signedRankDetectable({ pairs: 20, alpha: 0.001 }));
    const random = seededRandom(77);
    let found = 0;
    for (let i = 0; i < 2_000; i++) {
      if (signedRank(Array.from({ length: 20 }, () => shift + drawNormal(random))).pGreater <= 0.001) found++;
    }
    expect(found / 2_000).toBeGreaterThan(0.88);
    expect(found / 2_000).toBeLessThan(0.92);
  });

  test('nothing where 2^-pairs is above alpha', () => {
    expect(signedRankDetectable({ pairs: 9, alpha: 0.001 })).toBeNull();
    expect(signedRankDetectable({ pairs: 0, alpha: 0.001 })).toBeNull();
    expect(minimumDetectableEffect({ pairs: 13, alpha: 1e-4, sd: 0.02 })).toBeNull();
  });
});

test('as a relative change, on top of the margin', () => {
  const options = { pairs: 20, alpha: 0.001, sd: 0.02 };
  const multiple = Number(signedRankDetectable(options));
  expect(minimumDetectableEffect(options)).toBeCloseTo(Math.exp(0.02 * multiple) - 1, 12);
  expect(minimumDetectableEffect({ ...options, margin: 0.02 })).toBeCloseTo(
    1.02 * Math.exp(0.02 * multiple) - 1,
    12,
  );
  expect(minimumDetectableEffect({ ...options, sd: 0 })).toBe(0);
});

describe('independent samples', () => {
  test('null where even complete separation is not rare enough', () => {
    expect(rankSumDetectable({ n: 6, m: 6, alpha: 0.001 })).toBeNull();
    expect(rankSumDetectable({ n: 6, m: 6, alpha: 0.0011 })).not.toBeNull();
    expect(rankSumDetectable({ n: 0, m: 6, alpha: 0.05 })).toBeNull();
  });

  test('that shift is found in nine of ten runs', () => {
    const shift = rankSumDetectable({ n: 6, m: 20, alpha: 0.001 }) as number;
    const random = seededRandom(31);
    const draws = (n: number) => Array.from({ length: n }, () => drawNormal(random));
    let found = 0;
    for (let i = 0; i < 1_000; i++) {
      const moved = draws(6).map((value) => value + shift);
      if (rankSum(moved, draws(20)).pGreater <= 0.001) found++;
    }
    expect(Math.abs(found / 1_000 - 0.9)).toBeLessThan(0.03);
  });

  test('more trials see more, and the limit for many joins on', () => {
    const at = (n: number, m: number) => rankSumDetectable({ n, m, alpha: 0.001 }) as number;
    expect(at(6, 20)).toBeLessThan(at(6, 10));
    expect(at(20, 20)).toBeLessThan(at(6, 20));
    expect(at(20, 21) / at(20, 20)).toBeGreaterThan(0.9);
    expect(at(20, 21)).toBeLessThan(at(20, 20));
  });
});
