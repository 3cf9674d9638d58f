/**
 * Planted slowdowns: a busy loop of known size inside the timed call, so that `bench power` can count how often the
 * gate finds it.
 */

import { z } from 'zod';
import type { Operation } from '../define.ts';

export const plantSchema = z.discriminatedUnion('kind', [
  /** Every call takes this share longer than it took by itself: 0.05 for 5 %. */
  z.strictObject({ kind: z.literal('share'), share: z.number().positive() }),
  /**
   * One call in so many is held until it has taken that long: with one in a hundred, a little more than one percent of
   * the calls last at least `atLeastNs`, so that it becomes the P99 while the P50 stays.
   */
  z.strictObject({
    kind: z.literal('tail'),
    every: z.int().positive(),
    atLeastNs: z.number().positive(),
  }),
]);
export type Plant = z.infer<typeof plantSchema>;

/** The operation with the slowdown in it; synchronous ones only, since a promise's own time is not in the call. */
export function plantInto(operation: Operation, plant: Plant): Operation {
  if (plant.kind === 'share') {
    const factor = 1 + plant.share;
    return (i) => {
      const startMs = performance.now();
      const answer = operation(i);
      spinUntil(startMs + (performance.now() - startMs) * factor);
      return answer;
    };
  }
  let calls = 0;
  return (i) => {
    const startMs = performance.now();
    const answer = operation(i);
    if (++calls % plant.every === 0) spinUntil(startMs + plant.atLeastNs / 1e6);
    return answer;
  };
}

function spinUntil(endMs: number): void {
  while (performance.now() < endMs) {
    // Busy on purpose: a sleep would give the core away.
  }
}
