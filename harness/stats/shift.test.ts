import { describe, expect, test } from 'vitest';
import { type Random, seededRandom } from '../random.ts';
import { drawNormal } from './normal.ts';
import { rankSum } from './rank-sum.ts';
import { differencesOf, pShiftAbove, pShiftBelow, shiftBounds, shiftDeviation, shiftOf } from './shift.ts';

const draw = (n: number, one: () => number) => Array.from({ length: n }, one);

describe('worked examples', () => {
  test('by hand: 3 5 less 1 2 is 1 2 3 4', () => {
    const differences = differencesOf([5, 3], [1, 2]);
    expect([...differences.sorted]).toEqual([1, 2, 3, 4]);
    expect(shiftOf(differences)).toBe(2.5);
    expect(shiftOf(differencesOf([7], [4]))).toBe(3);
  });

  test('permeability of membranes (Hollander & Wolfe 1973, p. 69 and 79): shift 0.305, 96 % from -0.15 to 0.76', () => {
    const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const early = [1.15, 0.88, 0.9, 0.74, 1.21];
    const differences = differencesOf(term, early);
    expect(shiftOf(differences)).toBeCloseTo(0.305, 10);
    const bounds = shiftBounds(differences, 0.02);
    expect(bounds?.low).toBeCloseTo(-0.15, 10);
    expect(bounds?.high).toBeCloseTo(0.76, 10);
  });
});

describe('how many values bounds need', () => {
  test.each([
    [3, 3, 0.05, true],
    [3, 3, 0.025, false],
    [6, 6, 0.01, true],
    [6, 6, 0.001, false],
    [6, 20, 0.00001, true],
    [1, 20, 0.05, true],
    [1, 18, 0.05, false],
  ])('%i against %i at %f: %s', (n, m, alpha, expected) => {
    const rising = (count: number) => draw(count, () => 0).map((_, i) => i);
    expect(shiftBounds(differencesOf(rising(n), rising(m)), alpha) !== null).toBe(expected);
  });

  test('none at all', () => {
    const nothing = differencesOf([], [1, 2]);
    expect(shiftOf(nothing)).toBeNaN();
    expect(shiftBounds(nothing, 0.05)).toBeNull();
    expect(pShiftAbove(nothing, 0)).toBe(1);
  });
});

describe('p values and bounds say the same', () => {
  const random = seededRandom(6);
  const shifts = [-1, -0.25, 0, 0.25, 0.5, 1];

  test('p <= alpha exactly when the bound lies beyond, ties or not', () => {
    for (let i = 0; i < 300; i++) {
      // Quarters, so that many differences equal a shift.
      const quarters = (count: number, move: number) =>
        draw(count, () => Math.round(8 * random() + move) / 4);
      const differences = differencesOf(quarters(3 + (i % 8), 3 * random()), quarters(6 + (i % 15), 0));
      for (const alpha of [0.05, 0.01, 0.003]) {
        const bounds = shiftBounds(differences, alpha);
        for (const shift of shifts) {
          expect(pShiftAbove(differences, shift) <= alpha).toBe(bounds !== null && bounds.low > shift);
          expect(pShiftBelow(differences, shift) <= alpha).toBe(bounds !== null && bounds.high < shift);
        }
      }
    }
  });

  test('they are those of the rank-sum test, ties or not', () => {
    for (let i = 0; i < 100; i++) {
      const whole = () => Math.round(4 * random());
      const [now, before] = [draw(6, whole), draw(9, whole)];
      for (const shift of [-1, 0, 1]) {
        const moved = rankSum(
          now.map((value) => value - shift),
          before,
        );
        expect(pShiftAbove(differencesOf(now, before), shift)).toBe(moved.pGreater);
        expect(pShiftBelow(differencesOf(now, before), shift)).toBe(moved.pLess);
      }
    }
  });
});

describe('coverage, seeded', () => {
  /** Share of 2,000 intervals at 95 % that hold the shift. */
  const coverage = (n: number, m: number, one: (random: Random) => number) => {
    const random = seededRandom(20_261_122);
    let held = 0;
    for (let i = 0; i < 2_000; i++) {
      const now = draw(n, () => 0.3 + one(random));
      const bounds = shiftBounds(
        differencesOf(
          now,
          draw(m, () => one(random)),
        ),
        0.025,
      );
      if (bounds !== null && bounds.low <= 0.3 && 0.3 <= bounds.high) held++;
    }
    return held / 2_000;
  };
  const lognormal = (random: Random) => Math.exp(0.8 * drawNormal(random));
  const bursts = (random: Random) => 0.01 * drawNormal(random) + (random() < 0.1 ? 0.2 : 0);

  test.each([
    ['skewed times', 6, 20, lognormal],
    ['skewed times', 20, 20, lognormal],
    ['one process in ten a fifth slower', 6, 20, bursts],
  ] as const)('%s, %i against %i: 95 %% within 93 to 97', (_, n, m, one) => {
    const covered = coverage(n, m, one);
    expect(covered).toBeGreaterThan(0.93);
    expect(covered).toBeLessThan(0.97);
  });

  test('values rounded until most are equal: at least as often as stated', () => {
    const random = seededRandom(4);
    let held = 0;
    for (let i = 0; i < 1_000; i++) {
      const rounded = () => Math.round(2 * drawNormal(random));
      const bounds = shiftBounds(differencesOf(draw(6, rounded), draw(20, rounded)), 0.025);
      if (bounds !== null && bounds.low <= 0 && 0 <= bounds.high) held++;
    }
    expect(held / 1_000).toBeGreaterThan(0.95);
  });
});

test('the deviation of the estimate is that of simulated estimates', () => {
  const random = seededRandom(8);
  const noise = (n: number) => draw(n, () => 0.03 * drawNormal(random));
  const runs = Array.from({ length: 2_000 }, () => ({ now: noise(6), before: noise(20) }));
  const rootMeanSquare = (values: number[]) =>
    Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  const simulated = rootMeanSquare(runs.map((run) => shiftOf(differencesOf(run.now, run.before))));
  const stated = rootMeanSquare(runs.map((run) => shiftDeviation(run.now, run.before)));
  expect(Math.abs(stated / simulated - 1)).toBeLessThan(0.05);
  expect(shiftDeviation([1], [1, 2])).toBeNaN();
});

test('what is no number is refused', () => {
  expect(() => differencesOf([Number.NaN], [1])).toThrow('value now 1 is NaN');
  expect(() => differencesOf([1], [1, Number.POSITIVE_INFINITY])).toThrow('value before 2 is Infinity');
});
