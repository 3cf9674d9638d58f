/** Keeps samples in the order they were taken, and what can only be read off that order. */

import { emptyHistogram, recordNs } from '../histogram.ts';
import { median } from '../stats/order.ts';
import { type WarmUpState, warmUpDrift } from '../stats/trend.ts';

/** Samples in one piece of the list; 512 KB, allocated between calls, so that recording costs a store a call. */
const CHUNK = 65_536;
/** Pieces kept in order; samples beyond them count in the histogram, not in what needs the order. */
const MAX_CHUNKS = 16;

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
    if (this.#kept.length < MAX_CHUNKS && samples.length > 0) {
      this.#kept.push(samples);
      this.#chunk = new Float64Array(CHUNK);
    }
    this.#filled = 0;
  }

  /** The first samples (up to a million) in order. */
  inOrder(): Float64Array {
    const ordered = new Float64Array(this.#kept.reduce((sum, samples) => sum + samples.length, 0));
    let at = 0;
    for (const samples of this.#kept) {
      ordered.set(samples, at);
      at += samples.length;
    }
    return ordered;
  }
}

/**
 * Median of the second half over the median of the first: 1 when nothing drifts. Both halves are whole rotations, so
 * that each holds every input equally often; undefined where the inputs did not come round twice.
 */
export function driftOf(ordered: Float64Array, inputCount: number, batch: number): number | undefined {
  const samplesInRotation = inputCount / greatestCommonDivisor(inputCount, batch);
  const half = Math.floor(ordered.length / samplesInRotation / 2) * samplesInRotation;
  if (half === 0) return undefined;
  return median(ordered.subarray(ordered.length - half)) / median(ordered.subarray(0, half));
}

/**
 * Whether the trial was warm: the trend test over samples that were first divided by the median of their own input, so
 * that inputs of unlike size do not hide it. Undefined where the samples are too few to tell.
 */
export function warmUpOf(
  ordered: Float64Array,
  inputCount: number,
  batch: number,
): Exclude<WarmUpState, 'too-few'> | undefined {
  const period = inputCount / greatestCommonDivisor(inputCount, batch);
  if (ordered.length < 2 * period) return undefined;
  const even = new Float64Array(ordered.length);
  for (let phase = 0; phase < period; phase++) {
    const middle = median(everyNth(ordered, phase, period));
    for (let k = phase; k < ordered.length; k += period) even[k] = (ordered[k] as number) / middle;
  }
  const { state } = warmUpDrift(even);
  return state === 'too-few' ? undefined : state;
}

/** The input with the highest median; for samples of single calls, where sample k belongs to input k mod n. */
export function slowestInput(ordered: Float64Array, inputCount: number): { input: number; p50Ns: number } {
  let slowest = { input: 0, p50Ns: 0 };
  for (let input = 0; input < Math.min(inputCount, ordered.length); input++) {
    const p50Ns = median(everyNth(ordered, input, inputCount));
    if (p50Ns > slowest.p50Ns) slowest = { input, p50Ns };
  }
  return slowest;
}

/** Median and longest sample of each input, in whole nanoseconds; as `slowestInput`. Inputs that were not reached are left out. */
export function timesByInput(
  ordered: Float64Array,
  inputCount: number,
): { readonly p50Ns: number[]; readonly maxNs: number[] } {
  const reached = Array.from({ length: Math.min(inputCount, ordered.length) }, (_, input) =>
    everyNth(ordered, input, inputCount),
  );
  const whole = (ns: number) => Math.max(1, Math.round(ns));
  return {
    p50Ns: reached.map((own) => whole(median(own))),
    maxNs: reached.map((own) => whole(own.reduce((most, ns) => Math.max(most, ns), 0))),
  };
}

function everyNth(values: Float64Array, first: number, step: number): Float64Array {
  const own = new Float64Array(Math.ceil((values.length - first) / step));
  for (let k = 0; k < own.length; k++) own[k] = values[first + k * step] as number;
  return own;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
