/**
 * Takes the samples. tinybench drives the loop; each call is timed here, by two readings of the clock with nothing
 * else between them, and goes into the histogram one by one.
 */

import { Bench } from 'tinybench';
import type { Operation } from '../define.ts';
import { HarnessError, messageOf } from '../errors.ts';
import type { Histogram } from '../histogram.ts';
import { driftOf, Recorder, slowestInput, timesByInput, warmUpOf } from './recorder.ts';
import { rotationEnds } from './rotations.ts';

export interface SamplingPlan {
  readonly operation: Operation;
  readonly inputCount: number;
  readonly batch: number;
  readonly async: boolean;
  readonly sampleMs: number;
  readonly minSamples: number;
  readonly maxSampleMs: number;
  /** Takes whole rotations of the inputs, and tells the times of each. Not for batches. */
  readonly byInput?: boolean;
  /** Sees every call's answer, outside the timed span. */
  readonly onAnswer: (i: number, answer: unknown) => void;
  /** Called once, right after the last sample and before anything is computed from the samples. */
  readonly onEnd?: () => void;
  /** Where the engine times itself: its own figure for the last call. */
  readonly selfElapsedNs?: () => number;
}

export interface Samples {
  /** Nanoseconds of whole samples: a call, or a batch of them. */
  readonly histogram: Histogram;
  readonly count: number;
  /** Exact extremes of a call, or of a batch's mean. */
  readonly minNs: number;
  readonly maxNs: number;
  /** Sum over samples: time inside calls. */
  readonly elapsedNs: number;
  /** Nanoseconds of the first samples (up to a million) as they were taken. */
  readonly ordered: Float64Array;
  /** Calls made on each input. */
  readonly callsByInput: Float64Array;
  /** Absent where the inputs did not come round twice. */
  readonly drift?: number;
  /** Absent where there are too few samples to tell. */
  readonly warmUp?: 'settled' | 'speeding-up' | 'slowing-down';
  /** The input with the highest median; absent for batches, whose samples mix inputs. */
  readonly slowestInput?: { readonly input: number; readonly p50Ns: number };
  /** With `byInput`: of the inputs that were reached, in their order. */
  readonly byInput?: { readonly p50Ns: number[]; readonly maxNs: number[] };
}

/**
 * Runs until both `sampleMs` and `minSamples` are reached, or `maxSampleMs`, whichever comes first. Inputs rotate; with
 * `byInput` it ends with a rotation, unless the first one takes longer than `maxSampleMs`.
 * @throws HarnessError `ERR_SAMPLE` when the operation throws or the clock gives no usable time
 */
export async function takeSamples(plan: SamplingPlan): Promise<Samples> {
  const { inputCount, batch } = plan;
  const recorder = new Recorder();
  const callsByInput = new Float64Array(inputCount);
  const stop = new AbortController();
  const bench = new Bench({
    time: plan.sampleMs,
    // tinybench knows nothing of rotations: there the sampler says when it is enough.
    iterations: plan.byInput ? Number.MAX_SAFE_INTEGER : plan.minSamples,
    warmup: false,
    throws: true,
    signal: stop.signal,
    teardown: () => plan.onEnd?.(),
  });
  bench.add('case', sampler(plan, recorder, callsByInput, stop), { async: plan.async });
  try {
    if (plan.async) await bench.run();
    else bench.runSync();
    recorder.flush();
  } catch (error) {
    throw error instanceof HarnessError
      ? error
      : new HarnessError('ERR_SAMPLE', messageOf(error), { cause: error });
  }
  if (recorder.count === 0) throw new HarnessError('ERR_SAMPLE', 'not one sample was taken');
  const ordered = recorder.inOrder();
  const drift = driftOf(ordered, inputCount, batch);
  const warmUp = warmUpOf(ordered, inputCount, batch);
  return {
    histogram: recorder.histogram,
    count: recorder.count,
    minNs: recorder.minNs / batch,
    maxNs: recorder.maxNs / batch,
    elapsedNs: recorder.sumNs,
    ordered,
    callsByInput,
    ...(drift === undefined ? {} : { drift }),
    ...(warmUp === undefined ? {} : { warmUp }),
    ...(batch === 1 ? { slowestInput: slowestInput(ordered, inputCount) } : {}),
    ...(plan.byInput ? { byInput: timesByInput(ordered, inputCount) } : {}),
  };
}

/** The function tinybench calls for each sample: one loop body a kind of case, none with a branch in its timed span. */
function sampler(plan: SamplingPlan, recorder: Recorder, callsByInput: Float64Array, stop: AbortController) {
  const { operation, inputCount, batch, onAnswer, selfElapsedNs } = plan;
  const answers: unknown[] = new Array(batch).fill(undefined);
  const deadlineMs = performance.now() + plan.maxSampleMs;
  const isEnough = plan.byInput ? rotationEnds(plan) : (_: number, endMs: number) => endMs > deadlineMs;
  // tinybench counts this against `time`. Its `overriddenDuration` would do too, but keeps an index of every sample.
  const sample = { overriddenIterationCost: 0 };
  let next = 0;

  const finish = (elapsedNs: number, endMs: number, first: number) => {
    recorder.add(elapsedNs);
    for (let k = 0; k < batch; k++) {
      const i = (first + k) % inputCount;
      callsByInput[i] = (callsByInput[i] as number) + 1;
      onAnswer(i, answers[k]);
      answers[k] = undefined;
    }
    next = (first + batch) % inputCount;
    sample.overriddenIterationCost = elapsedNs / 1e6;
    if (isEnough(elapsedNs, endMs)) stop.abort();
    return sample;
  };

  if (plan.async) {
    return async () => {
      const i = next;
      const startMs = performance.now();
      const answer = await operation(i);
      const endMs = performance.now();
      answers[0] = answer;
      return finish(selfElapsedNs?.() ?? (endMs - startMs) * 1e6, endMs, i);
    };
  }
  if (selfElapsedNs !== undefined) {
    return () => {
      const first = next;
      let elapsedNs = 0;
      for (let k = 0; k < batch; k++) {
        answers[k] = operation((first + k) % inputCount);
        elapsedNs += selfElapsedNs();
      }
      return finish(elapsedNs, performance.now(), first);
    };
  }
  if (batch > 1) {
    return () => {
      const first = next;
      const startMs = performance.now();
      for (let k = 0; k < batch; k++) answers[k] = operation((first + k) % inputCount);
      const endMs = performance.now();
      return finish((endMs - startMs) * 1e6, endMs, first);
    };
  }
  return () => {
    const i = next;
    const startMs = performance.now();
    const answer = operation(i);
    const endMs = performance.now();
    answers[0] = answer;
    return finish((endMs - startMs) * 1e6, endMs, i);
  };
}
