/**
 * Planted slowdowns: a busy loop of known size inside the timed call, so that `bench power` can count how often the
 * gate finds it.
 */

import type { Operation } from '../define.ts';
import { median } from '../stats/order.ts';
import type { Plant } from './protocol.ts';

/** The operation with the slowdown in it; synchronous ones only, since a promise's own time is not in the call. */
export function plantInto(operation: Operation, plant: Plant): Operation {
  if (plant.kind === 'share') {
    const ownMs = costOfPlantingMs(plant.share);
    return plantShare(operation, plant.share, ownMs);
  }
  let calls = 0;
  return (i) => {
    const startMs = performance.now();
    const answer = operation(i);
    if (++calls % plant.every === 0) spinUntil(startMs + plant.atLeastNs / 1e6);
    return answer;
  };
}

/** @param ownMs what reading the clock for it takes: that much less is spun */
function plantShare(operation: Operation, share: number, ownMs: number): Operation {
  return (i) => {
    const startMs = performance.now();
    const answer = operation(i);
    spinUntil(startMs + (performance.now() - startMs) * (1 + share) - ownMs);
    return answer;
  };
}

/** Calls that the cost is the median of; the first half is for the compiler. */
const CALLS = 2_000;

/** A quarter of a millisecond. */
function costOfPlantingMs(share: number): number {
  const planted = plantShare(() => 0, share, 0);
  const costs = Array.from({ length: CALLS }, () => {
    const startMs = performance.now();
    planted(0);
    const endMs = performance.now();
    // Less one pair of readings, which a call without a slowdown has around it as well.
    return endMs - startMs - (performance.now() - endMs);
  });
  return median(costs.slice(CALLS / 2));
}

function spinUntil(endMs: number): void {
  while (performance.now() < endMs) {
    // Busy on purpose: a sleep would give the core away.
  }
}
