/**
 * Takes the samples. tinybench drives the loop; each call is timed here, by two readings of the clock with nothing
 * else between them, and goes into the histogram one by one.
 */

import { Bench } from 'tinybench';
import type { Operation } from '../define.ts';
import { HarnessError, messageOf } from '../errors.ts';
import { emptyHistogram, type Histogram, recordNs } from '../histogram.ts';
import { median } from '../stats/order.ts';

export interface SamplingPlan {
  readonly operation: Operation;
  readonly inputCount: number;
  readonly batch: number;
  readonly async: boolean;
  readonly sampleMs: number;
  readonly minSamples: number;
  readonly maxSampleMs: number;
  /** Sees every call's answer, outside the timed span. */
  readonly onAnswer: (i: number, answer: unknown) => void;
  /** Where the engine times itself: its own figure for the last call. */
  readonly selfElapsedNs?: () => number;
}

export interface Samples {
  readonly histogram: Histogram;
  readonly count: number;
  readonly minNs: number;
  readonly maxNs: number;
  /** Sum over samples times batch. */
  readonly elapsedNs: number;
  /** Calls made on each input. */
  readonly callsByInput: Float64Array;
  readonly drift: number;
  /** The input with the highest median; absent for batches, whose samples mix inputs. */
  readonly slowestInput?: { readonly input: number; readonly p50Ns: number };
}

/** Samples in one piece of the list; 512 KB, allocated between calls, so that recording costs a store a call. */
const CHUNK = 65_536;
/** Pieces kept in order; samples beyond them count in the histogram, not in what needs the order. */
const MAX_CHUNKS = 16;

/** Collects samples in the order they were taken. */
export class Recorder {
  readonly histogram = emptyHistogram();
  count = 0;
  minNs = Number.POSITIVE_INFINITY;
  maxNs = 0;
  sumNs = 0;
  readonly #kept: Float64Array[] = [];
  #chunk = new Float64Array(CHUNK);
  #filled = 0;

  add(elapsedNs: number): void {
    this.#chunk[this.#filled++] = elapsedNs;
    if (this.#filled === CHUNK) this.flush();
  }

  /** Moves what was collected into the histogram. */
  flush(): void {
    const samples = this.#chunk.subarray(0, this.#filled);
    for (const elapsedNs of samples) {
      recordNs(this.histogram, elapsedNs);
      if (elapsedNs < this.minNs) this.minNs = elapsedNs;
      if (elapsedNs > this.maxNs) this.maxNs = elapsedNs;
      this.sumNs += elapsedNs;
    }
    this.count += samples.length;
    if (this.#kept.length < MAX_CHUNKS) {
      this.#kept.push(samples);
      this.#chunk = new Float64Array(CHUNK);
    }
    this.#filled = 0;
  }

  /** The first samples (up to a million) in order. */
  inOrder(): number[] {
    return this.#kept.flatMap((samples) => [...samples]);
  }
}

/** Median of the second half over the median of the first: 1 when nothing drifts. */
function driftOf(ordered: readonly number[]): number {
  const half = ordered.length >> 1;
  return half === 0 ? 1 : median(ordered.slice(half)) / median(ordered.slice(0, half));
}

/** Inputs rotate, so sample k belongs to input k mod n. */
function slowestInput(ordered: readonly number[], inputCount: number): { input: number; p50Ns: number } {
  let slowest = { input: 0, p50Ns: 0 };
  for (let input = 0; input < Math.min(inputCount, ordered.length); input++) {
    const p50Ns = median(ordered.filter((_, k) => k % inputCount === input));
    if (p50Ns > slowest.p50Ns) slowest = { input, p50Ns };
  }
  return slowest;
}

/**
 * Runs until both `sampleMs` and `minSamples` are reached, or `maxSampleMs`, whichever comes first. Inputs rotate.
 * @throws HarnessError `ERR_SAMPLE` when the operation throws or the clock gives no usable time
 */
export async function takeSamples(plan: SamplingPlan): Promise<Samples> {
  const { operation, inputCount, batch, onAnswer, selfElapsedNs } = plan;
  const recorder = new Recorder();
  const callsByInput = new Float64Array(inputCount);
  const answers: unknown[] = new Array(batch).fill(undefined);
  const stop = new AbortController();
  const deadlineMs = performance.now() + plan.maxSampleMs;
  const sample = { overriddenDuration: 0 };
  let next = 0;

  const finish = (startMs: number, endMs: number, first: number) => {
    const elapsedNs = selfElapsedNs === undefined ? ((endMs - startMs) * 1e6) / batch : selfElapsedNs();
    recorder.add(elapsedNs);
    for (let k = 0; k < batch; k++) {
      const i = (first + k) % inputCount;
      callsByInput[i] = (callsByInput[i] as number) + 1;
      onAnswer(i, answers[k]);
      answers[k] = undefined;
    }
    next = (first + batch) % inputCount;
    sample.overriddenDuration = (elapsedNs * batch) / 1e6;
    if (endMs > deadlineMs) stop.abort();
    return sample;
  };

  const one = () => {
    const i = next;
    const startMs = performance.now();
    const answer = operation(i);
    const endMs = performance.now();
    answers[0] = answer;
    return finish(startMs, endMs, i);
  };
  const many = () => {
    const first = next;
    const startMs = performance.now();
    for (let k = 0; k < batch; k++) answers[k] = operation((first + k) % inputCount);
    const endMs = performance.now();
    return finish(startMs, endMs, first);
  };
  const awaited = async () => {
    const i = next;
    const startMs = performance.now();
    const answer = await operation(i);
    const endMs = performance.now();
    answers[0] = answer;
    return finish(startMs, endMs, i);
  };

  const bench = new Bench({
    time: plan.sampleMs,
    iterations: plan.minSamples,
    warmup: false,
    throws: true,
    signal: stop.signal,
  });
  bench.add('case', plan.async ? awaited : batch === 1 ? one : many, { async: plan.async });
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
  return {
    histogram: recorder.histogram,
    count: recorder.count,
    minNs: recorder.minNs,
    maxNs: recorder.maxNs,
    elapsedNs: recorder.sumNs * batch,
    callsByInput,
    drift: driftOf(ordered),
    ...(batch === 1 ? { slowestInput: slowestInput(ordered, inputCount) } : {}),
  };
}
