/** What recording costs: the same operation sampled by the harness and timed by a bare loop, turn by turn. */

import { median } from '../stats/order.ts';
import { takeSamples } from './sample.ts';

export interface RecordingCost {
  /** The operation by itself, mean of a bare loop. */
  readonly operationNs: number;
  /** What a sample is above that. */
  readonly addedNs: number;
  /** `addedNs` in an operation of 10 us. */
  readonly share: number;
}

const OPERATION_NS = 10_000;
/** Samples and bare loop take turns of this many calls: both see the same machine, and a pause falls on one turn. */
const CALLS = 20;
const TURNS = 600;
const WARMUP_TURNS = 200;

/**
 * Takes less than a second. The operation is a search that backtracks: native code that the compiler cannot inline into
 * one loop and not into the other, that needs next to no memory and leaves nothing for the garbage collector.
 */
export async function measureRecording(): Promise<RecordingCost> {
  const pattern = /a*a*a*b/;
  let text = 'a'.repeat(30);
  const operation = () => pattern.test(text);
  for (let turn = 0; turn < WARMUP_TURNS; turn++) {
    // Three stars: the steps grow with the cube of the length.
    const longer = Math.cbrt(OPERATION_NS / median([0, 1, 2].map(() => bareNs(operation))));
    text = 'a'.repeat(Math.max(8, Math.round(text.length * longer)));
  }
  await inTurns(operation, WARMUP_TURNS);
  const { sampled, bare } = await inTurns(operation, TURNS);
  const addedNs = median(bare.map((ns, turn) => (sampled[turn] as number) - ns));
  return { operationNs: median(bare), addedNs, share: addedNs / OPERATION_NS };
}

/** Means of a turn's calls: sampled, and in the bare loop that follows. */
async function inTurns(operation: () => boolean, turns: number) {
  const bare: number[] = [];
  let calls = 0;
  const { ordered } = await takeSamples({
    operation,
    inputCount: 1,
    batch: 1,
    async: false,
    sampleMs: 0,
    minSamples: turns * CALLS,
    maxSampleMs: 10_000,
    onAnswer: () => {
      if (++calls % CALLS === 0) bare.push(bareNs(operation));
    },
  });
  const sampled = bare.map((_, turn) => {
    const own = ordered.subarray(turn * CALLS, (turn + 1) * CALLS);
    return own.reduce((sum, ns) => sum + ns, 0) / CALLS;
  });
  return { sampled, bare };
}

function bareNs(operation: () => boolean): number {
  const startMs = performance.now();
  for (let i = 0; i < CALLS; i++) operation();
  return ((performance.now() - startMs) * 1e6) / CALLS;
}
