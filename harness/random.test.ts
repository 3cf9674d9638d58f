import { describe, expect, test } from 'vitest';
import { seededRandom, shuffled } from './random.ts';

describe('seeded randomness', () => {
  test('is even, and the same for the same seed', () => {
    const random = seededRandom(7);
    const again = seededRandom(7);
    const tenths = new Array(10).fill(0);
    for (let i = 0; i < 50_000; i++) {
      const value = random();
      expect(value).toBe(again());
      tenths[Math.floor(value * 10)]++;
    }
    for (const count of tenths) expect(Math.abs(count - 5_000)).toBeLessThan(350);
  });

  test('every order of four comes up about equally often', () => {
    const random = seededRandom(11);
    const seen = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = shuffled([1, 2, 3, 4], random).join('');
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(24);
    for (const count of seen.values()) expect(Math.abs(count - 1_000)).toBeLessThan(160);
  });
});
