/**
 * How far one sample lies above another that is no pair of it, with the interval that belongs to the rank-sum test
 * (Hodges & Lehmann 1963; Moses 1965; Hollander, Wolfe & Chicken, sections 4.2 and 4.3). The estimate is the median of
 * all differences. The interval holds the shift with at least the stated confidence where both samples have one
 * distribution, of any form, moved by it; logarithms make a shift of a factor. Where the spread of the two differs the
 * confidence is approximate.
 *
 * Equal values (a histogram rounds to three digits) make the interval wider than needed, never too narrow: its ends
 * belong to it.
 */

import { sampleVariance } from 'simple-statistics';
import { rankSumCritical, rankSumCumulative } from './rank-sum.ts';
import { requireFinite } from './ranks.ts';

/** Each value of the one sample less each of the other, in rising order. */
export interface Differences {
  readonly n: number;
  readonly m: number;
  readonly sorted: Float64Array;
}

/**
 * `now` less `before`. O(n m log n m): 20 microseconds at 6 and 20.
 * @throws RangeError for a value that is no finite number
 */
export function differencesOf(now: readonly number[], before: readonly number[]): Differences {
  requireFinite(now, 'value now');
  requireFinite(before, 'value before');
  const sorted = new Float64Array(now.length * before.length);
  let at = 0;
  for (const a of now) for (const b of before) sorted[at++] = a - b;
  return { n: now.length, m: before.length, sorted: sorted.sort() };
}

/** Median of the differences; NaN where a sample is empty. */
export function shiftOf({ sorted }: Differences): number {
  if (sorted.length === 0) return Number.NaN;
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
}

/**
 * The bounds that each by itself hold with probability 1 - alpha; null where the samples are too small, that is
 * 1 / C(n + m, n) > alpha.
 * @throws RangeError for more than 100 values in a sample
 */
export function shiftBounds(
  { n, m, sorted }: Differences,
  alpha: number,
): { readonly low: number; readonly high: number } | null {
  const cut = sorted.length === 0 ? -1 : rankSumCritical(n, m, alpha);
  if (cut < 0) return null;
  return { low: sorted[cut] as number, high: sorted[sorted.length - 1 - cut] as number };
}

/**
 * Exact p of the hypothesis that the shift is at most `shift`, against a larger one. The mirror of the bound: p <= alpha
 * exactly when the lower bound at alpha lies above `shift`, so that a verdict and the interval beside it cannot disagree.
 * It is the rank-sum p of `now` less `shift`; differences that equal `shift` speak against the alternative. O(n m).
 */
export function pShiftAbove({ n, m, sorted }: Differences, shift: number): number {
  const against = sorted.reduce((count, difference) => count + (difference <= shift ? 1 : 0), 0);
  return rankSumCumulative(n, m)[against] as number;
}

/** Exact p of the hypothesis that the shift is at least `shift`, against a smaller one. */
export function pShiftBelow({ n, m, sorted }: Differences, shift: number): number {
  const against = sorted.reduce((count, difference) => count + (difference >= shift ? 1 : 0), 0);
  return rankSumCumulative(n, m)[against] as number;
}

/** Variance of the estimate over that of a difference of means, for normal noise: pi / 3. */
const VARIANCE_OVER_MEANS = Math.PI / 3;

/**
 * Standard deviation of the estimated shift, from the spread of either sample; that of normal noise, a guide for
 * others. NaN where a sample has fewer than two values.
 */
export function shiftDeviation(now: readonly number[], before: readonly number[]): number {
  if (now.length < 2 || before.length < 2) return Number.NaN;
  const ofMean = (values: readonly number[]) => sampleVariance([...values]) / values.length;
  return Math.sqrt(VARIANCE_OVER_MEANS * (ofMean(now) + ofMean(before)));
}
