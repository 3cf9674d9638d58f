/** The most that one call holds at once, read without a look inside it. */

import { GCProfiler } from 'node:v8';
import type { CountsMemory, Operation } from '../define.ts';
import type { MemoryReading } from '../result.ts';

/** Inputs that are measured, spread evenly: each costs some collections. */
const MOST_INPUTS = 16;
/** The collector gives array buffers back one collection later than the objects they belonged to. */
const COLLECTIONS = 3;

/** Long enough for the finalizers that a collection has made ready. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/**
 * What JavaScript holds grows from one collection to the next and shrinks only in one, so its peak within a call stands
 * either at the end of the call or right before one of its collections; the profiler of collections tells the latter.
 * Garbage that waits for its collection counts: it is held. Native code has its own counter of the most it held. The two
 * peaks need not fall on the same moment, so their sum is an upper bound.
 */
export async function measureOperationPeak(
  operation: Operation,
  inputCount: number,
  counter: CountsMemory | null,
): Promise<NonNullable<MemoryReading['operationPeak']>> {
  const operations = Math.min(inputCount, MOST_INPUTS);
  let jsBytes = 0;
  let nativeBytes = 0;
  for (let k = 0; k < operations; k++) {
    const input = Math.floor((k * inputCount) / operations);
    for (let collection = 0; collection < COLLECTIONS; collection++) {
      globalThis.gc?.();
      await nextTurn();
    }
    const peak = await peakOf(operation, input, counter);
    jsBytes = Math.max(jsBytes, peak.jsBytes);
    nativeBytes = Math.max(nativeBytes, peak.nativeBytes);
  }
  return { operations, jsBytes, nativeBytes: counter === null ? null : nativeBytes };
}

async function peakOf(operation: Operation, input: number, counter: CountsMemory | null) {
  const collections = new GCProfiler();
  collections.start();
  counter?.resetNativePeak();
  const nativeBefore = counter?.nativeMemory().liveBytes ?? 0;
  const before = heldByJs();
  const given = operation(input);
  if (given instanceof Promise) await given;
  const after = heldByJs();
  const nativePeak = counter?.nativeMemory().peakBytes ?? 0;
  const { statistics } = collections.stop();
  const held = statistics.map(({ beforeGC: { heapStatistics } }) => {
    return heapStatistics.usedHeapSize + heapStatistics.externalMemory;
  });
  return {
    jsBytes: Math.max(0, after - before, ...held.map((bytes) => bytes - before)),
    nativeBytes: Math.max(0, nativePeak - nativeBefore),
  };
}

/** `external` holds the array buffers already. */
function heldByJs(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
