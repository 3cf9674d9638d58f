/** A crosscheck trial: the case under one of three clocks, none of which is ours. Takes no sample of its own. */

import type { Operation } from '../define.ts';
import { HarnessError } from '../errors.ts';
import { isScalar } from './answer.ts';
import { measureClockCostNs } from './clock-cost.ts';
import type { Clock, ClockName } from './clocks/clock.ts';
import { watchCollections } from './collections.ts';
import { watchNoise } from './noise.ts';
import type { Reading } from './protocol.ts';

/** Loaded in the process that runs them and in no other. */
const CLOCKS: Record<ClockName, () => Promise<Clock>> = {
  'bare loop': async () => (await import('./clocks/bare-loop.ts')).bareLoop,
  tinybench: async () => (await import('./clocks/tinybench.ts')).tinybenchClock,
  'benchmark.js': async () => (await import('./clocks/benchmark-js.ts')).benchmarkJs,
};

export interface Subject {
  readonly operation: Operation;
  readonly expected: readonly unknown[];
  readonly async: boolean;
  readonly warmupMs: number;
  readonly measureMs: number;
  /** Compares an answer with the expected one and counts it. */
  readonly see: (i: number, answer: unknown) => void;
}

/**
 * Warms up by whole rotations, then runs the clock. Scalar answers are compared at every call, at a nanosecond or two
 * that every clock has in its figure; of larger ones the last of each input is compared when the clock has stopped.
 * @throws HarnessError `ERR_SAMPLE` when the clock gives no figure
 */
export async function readClock(name: ClockName, subject: Subject): Promise<Reading> {
  const { operation, expected, async, measureMs, see } = subject;
  const inputCount = expected.length;
  const clock = await CLOCKS[name]();
  const rotationMs = await warmUpRotations(subject);
  const clockCostNs = measureClockCostNs();
  const last: unknown[] = new Array(inputCount).fill(undefined);
  const eachCall = expected.every(isScalar);
  let calls = 0;
  const take = (i: number, answer: unknown) => {
    calls++;
    last[i] = answer;
    if (eachCall && answer !== expected[i]) see(i, answer);
  };
  globalThis.gc?.();
  const stopCounting = await watchCollections();
  const stopWatching = watchNoise();
  const rotations = Math.max(1, Math.round(measureMs / rotationMs));
  const clocked = await clock({ operation, inputCount, async, rotations, measureMs, take });
  const endMs = performance.now();
  const noise = stopWatching();
  const gc = await stopCounting(endMs);
  if (!(clocked.meanNs > 0))
    throw new HarnessError('ERR_SAMPLE', `${name}: ${clocked.meanNs} ns is no time of a call`);
  for (const [i, answer] of last.entries()) see(i, answer);
  return { clock: name, ...clocked, async, inputs: inputCount, calls, gc, noise, clockCostNs };
}

/** Whole rotations until `warmupMs` is over, one at least; returns the time of the last in milliseconds. */
async function warmUpRotations({ operation, expected, async, warmupMs }: Subject): Promise<number> {
  const untilMs = performance.now() + warmupMs;
  for (;;) {
    const startMs = performance.now();
    for (let i = 0; i < expected.length; i++) {
      const answer = operation(i);
      if (async) await answer;
    }
    const endMs = performance.now();
    // A clock that stands still would make the number of rotations infinite.
    if (endMs >= untilMs) return Math.max(endMs - startMs, 1e-6);
  }
}
