import { describe, expect, test } from 'vitest';
import { seededRandom, shuffled } from '../random.ts';
import { drawNormal } from './normal.ts';
import { positionEffect } from './position.ts';

describe("Friedman's test, against published exact probabilities (Friedman 1937; Kendall & Babington Smith 1939)", () => {
  test.each([
    [
      '3 places, 3 blocks',
      [
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
      ],
      6,
      0.028,
    ],
    [
      '3 places, 4 blocks',
      [
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
        [2, 1, 3],
      ],
      6.5,
      0.042,
    ],
    [
      '3 places, 4 blocks all alike',
      [
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
      ],
      8,
      0.0046,
    ],
    [
      '4 places, 2 blocks',
      [
        [1, 2, 3, 4],
        [1, 2, 3, 4],
      ],
      6,
      0.042,
    ],
    [
      '4 places, 3 blocks',
      [
        [1, 2, 3, 4],
        [1, 2, 3, 4],
        [2, 1, 4, 3],
      ],
      7.4,
      0.033,
    ],
    [
      '4 places, 4 blocks',
      [
        [1, 2, 3, 4],
        [1, 2, 3, 4],
        [1, 2, 4, 3],
        [2, 3, 1, 4],
      ],
      7.8,
      0.036,
    ],
  ])('%s', (_name, blocks, chiSquare, p) => {
    const found = positionEffect(blocks);
    expect(found.exact).toBe(true);
    expect(found.chiSquare).toBeCloseTo(chiSquare, 10);
    expect(Math.abs(found.p - p)).toBeLessThan(0.0006);
  });

  test('ties: chi-square as SciPy 1.17 friedmanchisquare has it', () => {
    // Ranks of the example of the NAG library's G08AEF, which prints 8.583 without the correction for the one tie.
    const orders = [
      '132',
      '231',
      '132',
      '123',
      '312',
      '231',
      '321',
      '132',
      '312',
      '312',
      '231',
      '231',
      '321',
      '231',
    ];
    const blocks = [...orders, '321', '321', '231'].map((order) => [...order].map(Number));
    const found = positionEffect([...blocks, [2.5, 2.5, 1]]);
    expect(found.chiSquare).toBeCloseTo(8.704225352112656, 10);
    expect(found.p).toBeGreaterThan(0.008);
    expect(found.p).toBeLessThan(0.016);
  });
});

describe('A/A blocks', () => {
  const random = seededRandom(31);
  /** Times of identical code as logarithms; the first place is slower by `cold`. */
  const run = (blocks: number, places: number, cold: number) =>
    Array.from({ length: blocks }, () => {
      const level = drawNormal(random);
      return Array.from(
        { length: places },
        (_, i) => level + 0.01 * drawNormal(random) + (i === 0 ? cold : 0),
      );
    });

  test.each([2, 3, 4, 5])('%i places: a slow first place is found and named', (places) => {
    const found = positionEffect(run(15, places, 0.03));
    expect(found.p).toBeLessThan(0.001);
    expect(found.effects[0]).toBeGreaterThan(0.01);
    expect(found.effects).toHaveLength(places);
  });

  test('no effect is called one as often as stated', () => {
    let called = 0;
    for (let i = 0; i < 300; i++) if (positionEffect(run(4, 4, 0)).p <= 0.05) called++;
    expect(called).toBeGreaterThan(4);
    expect(called).toBeLessThan(27);
  });

  test('two places: the exact signed-rank test', () => {
    const blocks = [1, 2, 3, 4, 5, 6].map((size) => [10, 10 + size]);
    expect(positionEffect(blocks)).toMatchObject({ p: 2 / 64, exact: true });
  });

  test('the order of blocks and the names of places do not matter', () => {
    const blocks = run(8, 4, 0.005);
    const { p } = positionEffect(blocks);
    expect(positionEffect(shuffled(blocks, random)).p).toBeCloseTo(p, 12);
    expect(positionEffect(blocks.map(([a, b, c, d]) => [c, a, d, b] as number[])).p).toBeCloseTo(p, 12);
  });

  test('random orders where all are too many: near the exact p, the same for a seed, never zero', () => {
    for (const cold of [0, 0.004, 0.008]) {
      const blocks = run(10, 4, cold);
      const drawn = positionEffect(blocks, { seed: 5, mostSteps: 0 });
      expect(drawn.exact).toBe(false);
      expect(Math.abs(drawn.p - positionEffect(blocks).p)).toBeLessThan(0.015);
      expect(positionEffect(blocks, { seed: 5, mostSteps: 0 })).toEqual(drawn);
    }
    const many = positionEffect(run(20, 7, 0.2));
    expect(many.exact).toBe(false);
    expect(many.p).toBeGreaterThan(0);
    expect(many.p).toBeLessThan(0.001);
  });
});

test('equal values everywhere are no effect; uneven blocks are refused', () => {
  expect(
    positionEffect([
      [1, 1, 1],
      [2, 2, 2],
    ]),
  ).toMatchObject({ chiSquare: 0, effects: [0, 0, 0] });
  expect(() => positionEffect([])).toThrow(RangeError);
  expect(() => positionEffect([[1], [2]])).toThrow('two places');
  expect(() =>
    positionEffect([
      [1, 2],
      [1, 2, 3],
    ]),
  ).toThrow('block 2 has 3 of 2 places');
  expect(() => positionEffect([[1, Number.NaN]])).toThrow('block 1, place 2 is NaN');
});
