import { describe, expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import { drawNormal } from '../stats/normal.ts';
import { compareUnits, marginOf, type Unit, type UnitComparison } from './units.ts';

/** `n` times around `ns`, evenly spread by up to `spread` (0.01 is 1 %) on either side. */
const around = (ns: number, spread: number, n: number) =>
  Array.from({ length: n }, (_, i) => ns * Math.exp(spread * ((2 * i) / (n - 1) - 1)));

const unit = (ratio: number, spread = 0.005, n = 6, m = 20): Unit => ({
  nowNs: around(1_000 * ratio, spread, n),
  beforeNs: around(1_000, spread, m),
});

const one = (found: Unit, others = 0) =>
  compareUnits([found, ...Array.from({ length: others }, () => unit(1))], 0.01)[0] as UnitComparison;

describe('verdicts of six trials against twenty, among twenty figures', () => {
  test.each([
    ['unchanged', 1],
    ['unchanged', 1.03],
    ['unchanged', 0.97],
    ['inconclusive', 1.05],
    ['inconclusive', 1 / 1.05],
    ['regressed', 1.1],
    ['regressed', 2],
    ['improved', 0.9],
    ['improved', 0.5],
  ] as const)('%s at %f', (verdict, ratio) => {
    const found = one(unit(ratio), 19);
    expect(found.verdict).toBe(verdict);
    expect(found.ratio).toBeCloseTo(ratio, 10);
    expect(found.margin).toBe(0.05);
    expect(found.minimumDetectable).toBeGreaterThan(0.05);
    expect(found.minimumDetectable).toBeLessThan(0.07);
  });

  test('say why, in the words of compare', () => {
    expect(one(unit(1)).why).toMatch(
      /^[+-]0\.0 % \(-0\.\d % to \+0\.\d %\), margin 5\.0 %, 6 trials against 20: both bounds within it$/,
    );
    expect(one(unit(1.1), 19).why).toMatch(
      /^\+10\.0 % \(\+9\.\d % to \+10\.\d %\), margin 5\.0 %, 6 trials against 20: beyond it, p 0\.000087 after Holm over 20 figures, within 0\.01$/,
    );
    expect(one(unit(1.05)).why).toMatch(/: \+\d\.\d % would have shown in nine of ten runs$/);
  });
});

describe('the margin', () => {
  test('5 % where the trials are close, four deviations where not, 15 % at most', () => {
    expect(marginOf(unit(1, 0.001))).toEqual({ margin: 0.05, tooNoisy: false });
    const wide = marginOf(unit(1, 0.05));
    expect(wide.margin).toBeGreaterThan(0.06);
    expect(wide).toMatchObject({ tooNoisy: false });
    expect(marginOf(unit(1, 0.2))).toEqual({ margin: 0.15, tooNoisy: true });
    expect(marginOf({ nowNs: [1], beforeNs: [1, 2] })).toEqual({ margin: 0.15, tooNoisy: true });
  });

  test('a figure that is too noisy is never unchanged nor improved, but may regress', () => {
    for (const ratio of [0.3, 1, 1.1]) {
      const found = one(unit(ratio, 0.12));
      expect(found).toMatchObject({ verdict: 'inconclusive', margin: 0.15 });
      expect(found.why).toContain('so noisy that it would need a wider one; ');
    }
    expect(one(unit(3, 0.12)).verdict).toBe('regressed');
  });
});

describe('too few trials', () => {
  test('one is no evidence, whatever it says', () => {
    const found = one({ nowNs: [9_000], beforeNs: around(1_000, 0.01, 20) });
    expect(found).toMatchObject({ verdict: 'inconclusive', interval: null, minimumDetectable: null });
    expect(found.why).toBe('1 trial against 20 cannot decide at alpha 0.01: their smallest p is 0.048');
  });

  test('six against six can tell one of nine figures, not one of ten', () => {
    const slower = unit(2, 0.005, 6, 6);
    const among = (others: number) =>
      compareUnits([slower, ...Array.from({ length: others }, () => unit(1, 0.005, 6, 6))], 0.01)[0];
    expect(among(8)?.verdict).toBe('regressed');
    expect(among(9)?.verdict).toBe('inconclusive');
    expect(among(9)?.why).toContain('beyond it alone, but p 0.011 after Holm over 10 figures; so few trials');
  });

  test('nothing at all', () => {
    expect(compareUnits([], 0.01)).toEqual([]);
  });
});

test('turned over, the verdict turns over', () => {
  const mirrored = { regressed: 'improved', improved: 'regressed' } as const;
  for (const ratio of [0.8, 0.93, 1, 1.04, 1.08, 1.3]) {
    const there = unit(ratio, 0.01, 10, 10);
    const back = one({ nowNs: there.beforeNs, beforeNs: there.nowNs });
    const { verdict } = one(there);
    expect(back.verdict).toBe(
      verdict === 'regressed' || verdict === 'improved' ? mirrored[verdict] : verdict,
    );
  }
});

test('noise of 2 % and runs that differ by up to 3 %: no false alarm, mostly unchanged; 15 % slower is seen', () => {
  const random = seededRandom(77);
  const noisy = (ns: number, n: number) =>
    Array.from({ length: n }, () => ns * Math.exp(0.02 * drawNormal(random)));
  const counts = { unchanged: 0, improved: 0, regressed: 0, inconclusive: 0 };
  let seen = 0;
  for (let run = 0; run < 100; run++) {
    const units = Array.from({ length: 20 }, (_, i) => {
      const drift = 1 + 0.06 * (random() - 0.5);
      return { nowNs: noisy(1_000 * (i === 0 ? 1.15 : drift), 6), beforeNs: noisy(1_000, 20) };
    });
    const [planted, ...others] = compareUnits(units, 0.01);
    if (planted?.verdict === 'regressed') seen++;
    for (const { verdict } of others) counts[verdict]++;
  }
  expect(counts.regressed + counts.improved).toBe(0);
  expect(counts.unchanged / 1_900).toBeGreaterThan(0.5);
  expect(seen).toBeGreaterThan(90);
});

test('all of twenty figures exactly at their margin: a false alarm in about one run of a hundred at most', () => {
  const random = seededRandom(78);
  const noisy = (ns: number, n: number) =>
    Array.from({ length: n }, () => ns * Math.exp(0.01 * drawNormal(random)));
  let alarms = 0;
  for (let run = 0; run < 500; run++) {
    const units = Array.from({ length: 20 }, () => ({ nowNs: noisy(1_050, 6), beforeNs: noisy(1_000, 20) }));
    if (compareUnits(units, 0.01).some(({ verdict }) => verdict === 'regressed')) alarms++;
  }
  expect(alarms / 500).toBeLessThan(0.02);
});

test('a time that is none is refused', () => {
  expect(() => compareUnits([{ nowNs: [0, 1], beforeNs: [1, 2] }], 0.01)).toThrow(RangeError);
});
