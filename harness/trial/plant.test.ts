import { expect, test } from 'vitest';
import type { Operation } from '../define.ts';
import { plantInto } from './plant.ts';
import { plantSchema } from './protocol.ts';

const spin = (ms: number) => {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
};
const timed = (operation: () => unknown) => {
  const startMs = performance.now();
  operation();
  return performance.now() - startMs;
};

test('a share makes every call longer by it, and keeps the answer', () => {
  const twoMs: Operation = (i) => {
    spin(2);
    return i;
  };
  const slowed = plantInto(twoMs, { kind: 'share', share: 0.5 });
  expect(slowed(7)).toBe(7);
  const times = Array.from({ length: 9 }, () => timed(() => slowed(0))).sort((a, b) => a - b);
  // The fastest is the least disturbed one; 2 ms and half of them again.
  expect(times[0]).toBeGreaterThanOrEqual(2.95);
  expect(times[0]).toBeLessThan(4);
});

test('a tail holds every so manieth call, and no other', () => {
  const slowed = plantInto((i) => i, { kind: 'tail', every: 10, atLeastNs: 3e6 });
  const times = Array.from({ length: 40 }, (_, i) => timed(() => expect(slowed(i)).toBe(i)));
  expect(times.filter((_, i) => (i + 1) % 10 === 0).every((ms) => ms >= 2.95)).toBe(true);
  const others = times.filter((_, i) => (i + 1) % 10 !== 0).sort((a, b) => a - b);
  expect(others[18]).toBeLessThan(1);
});

test.each([
  { kind: 'share', share: 0 },
  { kind: 'share', share: -0.1 },
  { kind: 'tail', every: 0, atLeastNs: 5 },
  { kind: 'tail', every: 2 },
  { kind: 'other' },
])('refused: %o', (plant) => {
  expect(plantSchema.safeParse(plant).success).toBe(false);
});
