import { describe, expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import { type Comparison, compareCases, comparePairs } from './compare.ts';
import { type Look, splitAlpha } from './error-rate.ts';
import { drawNormal } from './normal.ts';
import { simulate } from './simulate.ts';

const [first, second, last] = splitAlpha(0.01) as [Look, Look, Look];

/** Log ratios around ln(ratio), evenly spread by up to `spread` on either side. */
const around = (ratio: number, spread: number, n: number) =>
  Array.from({ length: n }, (_, i) => Math.log(ratio) + spread * ((2 * i) / (n - 1) - 1));

const one = (logRatios: readonly number[], look = last, margin = 0.02) =>
  compareCases([{ id: 'a/b', logRatios, margin }], look)[0] as Comparison;

/** A case and others in which nothing happened. */
const among = (count: number, logRatios: readonly number[], look: Look) => {
  const quiet = Array.from({ length: count - 1 }, (_, i) => ({
    id: `quiet-${i}`,
    logRatios: around(1, 0.01, look.pairs),
    margin: 0.02,
  }));
  return compareCases([{ id: 'a/b', logRatios, margin: 0.02 }, ...quiet], look);
};

describe('verdicts', () => {
  test.each([
    ['unchanged', 1.001],
    ['unchanged', 0.999],
    ['regressed', 1.06],
    ['improved', 0.94],
    ['inconclusive', 1.02],
    ['inconclusive', 1 / 1.02],
  ] as const)('%s at %f', (verdict, ratio) => {
    const found = one(around(ratio, 0.02, 30));
    expect(found.verdict).toBe(verdict);
    expect(found.ratio).toBeCloseTo(ratio, 10);
    expect(found.pairs).toBe(30);
    expect(found.alpha).toBeCloseTo(0.01 / 3, 15);
  });

  test('thrown about too much: inconclusive, with what it could have seen', () => {
    const found = one(around(1.01, 0.2, 30));
    expect(found.verdict).toBe('inconclusive');
    expect(found.minimumDetectable).toBeGreaterThan(0.08);
    expect(found.minimumDetectable).toBeLessThan(0.15);
  });

  test('turned over, the verdict turns over', () => {
    const random = seededRandom(9);
    const mirrored = { regressed: 'improved', improved: 'regressed' } as const;
    for (let i = 0; i < 100; i++) {
      const shift = 0.08 * (random() - 0.5);
      const logRatios = Array.from({ length: 20 }, () => shift + 0.01 * drawNormal(random));
      const [there, back] = [
        one(logRatios, second),
        one(
          logRatios.map((d) => -d),
          second,
        ),
      ];
      const { verdict } = there;
      expect(back.verdict).toBe(
        verdict === 'regressed' || verdict === 'improved' ? mirrored[verdict] : verdict,
      );
      expect(back.p.regressed).toBe(there.p.improved);
    }
  });

  test('verdict and interval agree for a case alone', () => {
    const random = seededRandom(10);
    for (let i = 0; i < 300; i++) {
      const shift = 0.1 * (random() - 0.5);
      // Rounded, so that ties are common.
      const logRatios = Array.from(
        { length: 14 },
        () => Math.round(500 * (shift + 0.01 * drawNormal(random))) / 500,
      );
      const { verdict, interval } = one(logRatios, first);
      const { low, high } = interval as { low: number; high: number };
      const expected =
        low > 1.02
          ? 'regressed'
          : high < 1 / 1.02
            ? 'improved'
            : low > 1 / 1.02 && high < 1.02
              ? 'unchanged'
              : 'inconclusive';
      expect(verdict).toBe(expected);
    }
  });

  test('identical results of a coarse clock are unchanged', () => {
    expect(one(new Array(14).fill(0), first)).toMatchObject({
      verdict: 'unchanged',
      ratio: 1,
      interval: { low: 1, high: 1 },
    });
  });
});

describe('Holm over the cases', () => {
  const slower = around(1.05, 0.02, 14);

  test('fourteen pairs beyond the margin stand among 54 cases, not among 55', () => {
    expect(among(54, slower, first)[0]?.verdict).toBe('regressed');
    const tooMany = among(55, slower, first)[0];
    expect(tooMany?.verdict).toBe('inconclusive');
    expect(tooMany?.why).toContain('so few pairs cannot tell one of 55 cases');
  });

  test('what counts alone need not count among forty, and the line says so', () => {
    const logRatios = [...around(1.05, 0.02, 12), 0.015, 0.016];
    expect(one(logRatios, first).verdict).toBe('regressed');
    const crowd = among(40, logRatios, first)[0];
    expect(crowd?.verdict).toBe('inconclusive');
    expect(crowd?.why).toMatch(/beyond it alone, but p 0\.012 after Holm over 40 cases/);
  });

  test('passing is a matter of each case: the others stay unchanged', () => {
    const [, ...quiet] = among(40, slower, first);
    expect(new Set(quiet.map(({ verdict }) => verdict))).toEqual(new Set(['unchanged']));
  });

  test('a case that was decided early keeps its verdict beside longer ones', () => {
    const early = { id: 'early', logRatios: slower, margin: 0.02 };
    const late = { id: 'late', logRatios: around(1.05, 0.03, 30), margin: 0.02 };
    expect(compareCases([early, late], last).map(({ verdict }) => verdict)).toEqual([
      'regressed',
      'regressed',
    ]);
  });
});

describe('one line of why', () => {
  test.each([
    [1.06, '+6.0 % (+5.3 % to +6.7 %), margin 2.0 %, 30 pairs: beyond it, p 9.3e-10, within 0.0033'],
    [1, '+0.0 % (-0.7 % to +0.7 %), margin 2.0 %, 30 pairs: both bounds within it'],
  ])('%f', (ratio, line) => {
    expect(one(around(ratio, 0.02, 30)).why).toBe(line);
  });

  test('inconclusive names what would have shown', () => {
    expect(one(around(1.02, 0.02, 30)).why).toMatch(
      /^\+2\.0 % \(\+1\.3 % to \+2\.7 %\), margin 2\.0 %, 30 pairs: \+3\.0 % would have shown in nine of ten runs$/,
    );
  });
});

describe('few pairs and wrong ones', () => {
  test.each([0, 1, 8])('%i pairs decide nothing', (n) => {
    const found = one(around(2, 0, 9).slice(0, n), first);
    expect(found).toMatchObject({ verdict: 'inconclusive', interval: null, pairs: n });
    expect(found.why).toBe(`${n} pairs cannot decide at alpha 0.0033; 9 or more can`);
  });

  test('a look in between is refused', () => {
    expect(() => one(around(1, 0.01, 17), first)).toThrow(
      'a/b: 17 pairs at the look that was declared for 14',
    );
  });

  test('no number, no margin, no look', () => {
    expect(() => one([0, Number.NaN])).toThrow('a/b: pair 2 has the log ratio NaN');
    expect(() => one([0], last, -0.1)).toThrow('a/b: margin -0.1');
    expect(() => one([0], last, Number.NaN)).toThrow(RangeError);
    const options = { logRatios: [0], margin: 0.02, alpha: 0.01 };
    expect(() => comparePairs({ ...options, lookIndex: 3 })).toThrow('look 3 was not declared');
    expect(compareCases([], last)).toEqual([]);
  });
});

test('comparePairs is one case by itself', () => {
  const logRatios = around(1.06, 0.02, 14);
  const { id: _, ...expected } = one(logRatios, first);
  expect(comparePairs({ logRatios, margin: 0.02, alpha: 0.01, lookIndex: 0 })).toEqual({
    id: 'pairs',
    ...expected,
  });
  expect(comparePairs({ logRatios, margin: 0.02, alpha: 0.05, pairsAtLooks: [14], lookIndex: 0 }).alpha).toBe(
    0.05,
  );
});

describe('simulated runs, seeded', () => {
  const gate = { noise: 'normal', cases: 20, margin: 0.02, alpha: 0.01, runs: 60, seed: 1 } as const;

  test('identical code passes early, and is never called slower', () => {
    const found = simulate({ ...gate, sd: 0.01, effect: 0 });
    expect(found.falseAlarms).toBe(0);
    expect(found.others.unchanged).toBeGreaterThan(0.99);
    expect(found.pairs).toBeLessThan(15);
  });

  test('a twentieth at a pair sd of 2 % is found, and none of the others', () => {
    const found = simulate({ ...gate, sd: 0.02, effect: 0.05 });
    expect(found.planted.regressed).toBeGreaterThan(0.95);
    expect(found.falseAlarms).toBe(0);
    expect(found.coverage).toBeGreaterThan(0.985);
  });

  test('all cases exactly at their margin: hardly any is called regressed, hardly any passes', () => {
    const found = simulate({ ...gate, sd: 0.02, effect: 0.02, plantedCases: 20, runs: 100 });
    expect(found.falseAlarms).toBeLessThanOrEqual(0.04);
    expect(found.planted.unchanged).toBeLessThan(0.015);
  });
});
