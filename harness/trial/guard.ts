/** Guards against a figure of work that was not done: the sampled answers count, and an empty call shows the floor. */

import { HarnessError } from '../errors.ts';
import { median } from '../stats/order.ts';
import { takeSamples } from './sample.ts';

type See = (i: number, answer: unknown) => void;

/** A prime, so that with any number of inputs each has its turn. */
const EVERY = 1_021;

/**
 * Which sampled answers are compared, outside the timed span. Scalars all. Of larger ones the 1st, 2nd, 4th, 8th, ... and
 * one in 1,021: 35 comparisons in 20,000 samples. A comparison costs about what it costs to build the answer anew, and
 * leaves the next call a colder cache; so many more of them would show in the times.
 */
export function seeSampled(eachCall: boolean, see: See): See {
  if (eachCall) return see;
  let calls = 0;
  let nextPower = 1;
  return (i, answer) => {
    calls++;
    if (calls === nextPower) nextPower *= 2;
    else if (calls % EVERY !== 0) return;
    see(i, answer);
  };
}

const EMPTY_SAMPLES = 500;
/** Not less: a pause that ended it after the first few would leave the time of code not yet compiled. */
const LONGEST_MS = 1_000;
/** The first half is for the compiler. */
const KEPT_FROM = EMPTY_SAMPLES / 2;

/**
 * Median nanoseconds of a whole sample (a call, or `batch` calls) of an operation that does nothing, taken by the same
 * loop. After the samples, since the loop is compiled anew once it has seen two operations; about a millisecond, for
 * batches of many thousand calls some tens.
 * Undefined where the clock is too coarse to see an empty sample at all.
 */
export async function measureEmptyNs(
  batch: number,
  inputCount: number,
  async: boolean,
): Promise<number | undefined> {
  try {
    const { ordered } = await takeSamples({
      operation: async ? async () => undefined : () => undefined,
      inputCount,
      batch,
      async,
      sampleMs: 0,
      minSamples: EMPTY_SAMPLES,
      maxSampleMs: LONGEST_MS,
      onAnswer: () => {},
    });
    return median(ordered.subarray(Math.min(KEPT_FROM, ordered.length - 1)));
  } catch (error) {
    if (error instanceof HarnessError && error.code === 'ERR_SAMPLE') return undefined;
    throw error;
  }
}
