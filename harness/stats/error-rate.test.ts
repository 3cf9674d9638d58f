import { describe, expect, test } from 'vitest';
import { holm, splitAlpha } from './error-rate.ts';

describe('Holm', () => {
  test('four hypotheses: the textbook example 0.01 0.04 0.03 0.005 at 0.05', () => {
    const { adjusted, rejected } = holm([0.01, 0.04, 0.03, 0.005], 0.05);
    expect(rejected).toEqual([true, false, false, true]);
    [0.03, 0.06, 0.06, 0.02].forEach((p, i) => {
      expect(adjusted[i]).toBeCloseTo(p, 12);
    });
  });

  test('the fifteen p values of Benjamini & Hochberg 1995, section 4: three stand', () => {
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
      0.759, 1,
    ];
    const { adjusted, rejected } = holm(p, 0.05);
    expect(rejected.filter(Boolean)).toHaveLength(3);
    // statsmodels 0.15 multipletests(..., 'holm').
    const expected = [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, 1, 1, 1, 1, 1, 1];
    expected.forEach((value, i) => {
      expect(adjusted[i]).toBeCloseTo(value, 10);
    });
  });

  test('adjusted never falls below what came before, never above 1', () => {
    expect(holm([0.02, 0.019, 0.9, 0.8], 0.05).adjusted).toEqual([0.076, 0.076, 1, 1]);
    expect(holm([0.5], 0.05)).toEqual({ adjusted: [0.5], rejected: [false] });
    expect(holm([], 0.05)).toEqual({ adjusted: [], rejected: [] });
    expect(holm([0.025, 0.025], 0.05).rejected).toEqual([true, true]);
  });

  test('what is no probability is refused', () => {
    expect(() => holm([0.5, Number.NaN], 0.05)).toThrow('NaN');
    expect(() => holm([-0.1], 0.05)).toThrow(RangeError);
    expect(() => holm([0.5], 1)).toThrow('alpha');
  });
});

describe('alpha over looks', () => {
  test('equal thirds at 14, 20 and 30 pairs', () => {
    const looks = splitAlpha(0.01);
    expect(looks.map(({ pairs }) => pairs)).toEqual([14, 20, 30]);
    expect(looks.map(({ index }) => index)).toEqual([0, 1, 2]);
    for (const { alpha } of looks) expect(alpha).toBeCloseTo(0.01 / 3, 15);
  });

  test('fourteen pairs can tell one of up to 54 cases at a third of 1 %', () => {
    expect(splitAlpha(0.01)[0]?.mostCases).toBe(54);
    expect(splitAlpha(0.01, [13])[0]?.mostCases).toBe(81);
    expect(splitAlpha(0.01, [13, 20, 30])[0]?.mostCases).toBe(27);
  });

  test('looks that do not rise, or none, are refused', () => {
    for (const looks of [[], [14, 14], [20, 14], [0], [1.5]]) {
      expect(() => splitAlpha(0.01, looks)).toThrow(RangeError);
    }
    expect(() => splitAlpha(0)).toThrow('alpha');
  });
});
