import { describe, expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import { marginFrom, SMALLEST_MARGIN } from './margin.ts';
import { drawNormal } from './normal.ts';

const random = seededRandom(41);
/** An A/A run: pairs of standard deviation `sd` around `offset`. */
const run = (pairs: number, sd: number, offset = 0) =>
  Array.from({ length: pairs }, () => offset + sd * drawNormal(random));

describe('margin of a case', () => {
  test('2 % where the noise is small', () => {
    expect(marginFrom([run(20, 0.01)])).toBe(SMALLEST_MARGIN);
    expect(marginFrom([new Array(20).fill(0)])).toBe(0.02);
  });

  test('twice the standard deviation of the estimate where it is not', () => {
    // Of a Hodges-Lehmann estimate: sd x sqrt(pi / 3 / pairs).
    const expected = Math.expm1(2 * 0.1 * Math.sqrt(Math.PI / 3 / 20));
    const runs = Array.from({ length: 40 }, () => run(20, 0.1));
    expect(marginFrom(runs) / expected).toBeGreaterThan(0.85);
    expect(marginFrom(runs) / expected).toBeLessThan(1.3);
    expect(marginFrom([runs.flat().slice(0, 20)]) / expected).toBeGreaterThan(0.6);
  });

  test('what moves whole runs counts, once four of them show it', () => {
    const runs = [0.05, -0.05, 0.05, -0.05].map((offset) => run(20, 0.005, offset));
    expect(marginFrom(runs.slice(0, 3))).toBe(0.02);
    expect(marginFrom(runs)).toBeGreaterThan(0.09);
  });

  test('a bias that all runs share counts too, since the truth is zero', () => {
    expect(marginFrom(Array.from({ length: 5 }, () => run(20, 0.005, 0.03)))).toBeGreaterThan(0.055);
  });

  test('other rules', () => {
    expect(marginFrom([run(20, 0.01)], { smallest: 0.05 })).toBe(0.05);
    const noisy = [run(20, 0.1)];
    expect(Math.log1p(marginFrom(noisy, { multiple: 4 }))).toBeCloseTo(2 * Math.log1p(marginFrom(noisy)), 10);
  });

  test('no runs, one pair, no number', () => {
    expect(() => marginFrom([])).toThrow(RangeError);
    expect(() => marginFrom([[0, 0], [0]])).toThrow('A/A run 2 has fewer than two pairs');
    expect(() => marginFrom([[0, Number.NaN]])).toThrow(RangeError);
  });
});
