/**
 * Planted slowdowns: a busy loop of known size inside the timed call, so that `bench power` can count how often the
 * gate finds it.
 */

import type { Operation } from '../define.ts';
import type { Plant } from './protocol.ts';

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
