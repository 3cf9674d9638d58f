import { expect, test } from 'vitest';
import { rotationEnds } from './rotations.ts';

const WISH = { inputCount: 2, sampleMs: 0, minSamples: 3, maxSampleMs: 1e9 };

/** The samples after which it says that they are enough, of samples that take so long and end so far apart. */
function enoughAfter(wish: Partial<typeof WISH>, elapsedNs: number, stepMs: number): number {
  const isEnough = rotationEnds({ ...WISH, ...wish });
  const startMs = performance.now();
  for (let sample = 1; sample <= 1_000; sample++)
    if (isEnough(elapsedNs, startMs + sample * stepMs)) return sample;
  throw new Error('never enough');
}

test('the rotation that completes the number of samples', () => {
  expect(enoughAfter({}, 1, 0)).toBe(4);
  expect(enoughAfter({ minSamples: 4 }, 1, 0)).toBe(4);
  expect(enoughAfter({ minSamples: 5 }, 1, 0)).toBe(6);
});

test('the rotation that completes the time inside calls', () => {
  expect(enoughAfter({ sampleMs: 1 }, 100_000, 0)).toBe(10);
});

test('no rotation is begun that would end too late', () => {
  // A rotation is two seconds: the fourth would end after eight.
  expect(enoughAfter({ minSamples: 1e9, maxSampleMs: 7_000 }, 1, 1_000)).toBe(6);
});

test('a first rotation that takes too long is left', () => {
  expect(enoughAfter({ inputCount: 100, maxSampleMs: 7_500 }, 1, 1_000)).toBe(8);
});

test('a later one is completed', () => {
  const isEnough = rotationEnds({ ...WISH, minSamples: 1e9, maxSampleMs: 1_000 });
  const startMs = performance.now();
  const said = [1, 2, 5_000, 5_001].map((ms) => isEnough(1, startMs + ms));
  expect(said).toEqual([false, false, false, true]);
});
