/** What recording costs: the same operation sampled by the harness and timed by a bare loop around many calls. */

import { median } from '../stats/order.ts';
import { takeSamples } from './sample.ts';

export interface RecordingCost {
  /** The operation by itself, mean of a bare loop. */
  readonly operationNs: number;
  /** What the mean sample is above that. */
  readonly addedNs: number;
  readonly share: number;
}

/** Rounds of alternating loops; medians of both decide, so that one pause does not. */
const ROUNDS = 9;
const CALLS = 4_000;

/** Takes about a second. The operation is integer arithmetic of about 10 us that no compiler can drop. */
export async function measureRecording(): Promise<RecordingCost> {
  const state = new Uint32Array([1]);
  const spin = (turns: number) => {
    let x = state[0] as number;
    for (let i = 0; i < turns; i++) x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    state[0] = x;
    return x;
  };
  const bareNs = (turns: number, calls: number) => {
    const startMs = performance.now();
    for (let i = 0; i < calls; i++) spin(turns);
    return ((performance.now() - startMs) * 1e6) / calls;
  };
  bareNs(2_000, CALLS);
  const turns = Math.max(1, Math.round((2_000 * 10_000) / bareNs(2_000, CALLS)));
  const bare: number[] = [];
  const sampled: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(bareNs(turns, CALLS));
    const samples = await takeSamples({
      operation: () => spin(turns),
      inputCount: 1,
      batch: 1,
      async: false,
      sampleMs: 0,
      minSamples: CALLS,
      maxSampleMs: 5_000,
      onAnswer: () => {},
    });
    sampled.push(samples.elapsedNs / samples.count);
  }
  const operationNs = median(bare);
  const addedNs = median(sampled) - operationNs;
  return { operationNs, addedNs, share: addedNs / operationNs };
}
