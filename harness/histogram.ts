/** HDR histograms of nanoseconds: 1 ns to 1 hour, three significant digits (0.1 %). */

import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';
import { HarnessError, messageOf } from './errors.ts';

export type { Histogram };

const HIGHEST_NS = 3_600_000_000_000;

export function emptyHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_NS,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 32,
    autoResize: false,
  });
}

/**
 * Records one sample in whole nanoseconds.
 * The library takes NaN and Infinity without a word and then answers 0 for every percentile, so they stop here.
 * @throws HarnessError `ERR_SAMPLE` for NaN, infinity, zero, a negative value or more than an hour
 */
export function recordNs(histogram: Histogram, elapsedNs: number): void {
  const rounded = Math.round(elapsedNs);
  if (!(rounded >= 1 && rounded <= HIGHEST_NS)) {
    throw new HarnessError(
      'ERR_SAMPLE',
      `a sample of ${elapsedNs} ns is no time: the clock did not move or is broken`,
    );
  }
  histogram.recordValue(rounded);
}

/** V2 compressed base64, the form other HDR implementations read. */
export function encodeHistogram(histogram: Histogram): string {
  return encodeIntoCompressedBase64(histogram);
}

/** @throws HarnessError `ERR_RESULT` when the text is no V2 histogram */
export function decodeHistogram(encoded: string): Histogram {
  try {
    return decodeFromCompressedBase64(encoded);
  } catch (error) {
    throw new HarnessError('ERR_RESULT', `a histogram cannot be decoded: ${messageOf(error)}`);
  }
}

/** Adds the counts exactly; no percentile is averaged. */
export function mergeHistograms(histograms: readonly Histogram[]): Histogram {
  const merged = emptyHistogram();
  for (const histogram of histograms) merged.add(histogram);
  return merged;
}
