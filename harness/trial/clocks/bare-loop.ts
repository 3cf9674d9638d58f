/** The bare loop: the clock is read before the first call, after half of the rotations and after the last, no more. */

import type { Clocked, ClockPlan } from './clock.ts';

export async function bareLoop(plan: ClockPlan): Promise<Clocked> {
  const firstHalf = Math.ceil(plan.rotations / 2);
  const secondHalf = plan.rotations - firstHalf;
  const startMs = performance.now();
  if (plan.async) await rotateAsync(plan, firstHalf);
  else rotate(plan, firstHalf);
  const middleMs = performance.now();
  if (plan.async) await rotateAsync(plan, secondHalf);
  else rotate(plan, secondHalf);
  const endMs = performance.now();
  const meanNs = ((endMs - startMs) * 1e6) / plan.rotations / plan.inputCount;
  if (secondHalf === 0) return { meanNs, rotations: plan.rotations };
  const drift = (endMs - middleMs) / secondHalf / ((middleMs - startMs) / firstHalf);
  return { meanNs, rotations: plan.rotations, drift };
}

function rotate({ operation, inputCount, take }: ClockPlan, rotations: number): void {
  for (let rotation = 0; rotation < rotations; rotation++) {
    for (let i = 0; i < inputCount; i++) take(i, operation(i));
  }
}

async function rotateAsync({ operation, inputCount, take }: ClockPlan, rotations: number): Promise<void> {
  for (let rotation = 0; rotation < rotations; rotation++) {
    for (let i = 0; i < inputCount; i++) take(i, await operation(i));
  }
}
