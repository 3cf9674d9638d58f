/** The margin of a case, learned from runs of identical code against itself. */

import { sampleVariance } from 'simple-statistics';
import { hodgesLehmann } from './hodges-lehmann.ts';

/** No case is held to a smaller change: code layout alone moves figures by about this much. */
export const SMALLEST_MARGIN = 0.02;

/** Variance of the Hodges-Lehmann estimate over that of a mean, for normal noise: pi / 3. */
const VARIANCE_OVER_MEAN = Math.PI / 3;

/**
 * max(2 %, 2 x the standard deviation of the estimate) as a relative change: 0.02 is 2 %.
 *
 * With a multiple of 2 a noisy case fails only for what is there, but does not pass either: the bounds at a look's alpha
 * of 0.0033 are 2.8 standard deviations away, so identical code is `inconclusive` wherever the noise sets the margin.
 * With 4.5, seven of eight unchanged cases pass at 30 pairs, at the price of seeing less.
 *
 * The standard deviation is taken two ways, and the larger one counts. Within runs: the spread of the pairs, brought
 * down to a run's number of pairs. Between runs: how far the runs' estimates lie from zero, which is the truth here;
 * it alone sees what is the same for all pairs of a run (layout of the build, the host). From four runs on only, since
 * fewer do not know it.
 * @param aaRuns log ratios of the pairs of each A/A run; two pairs or more each, about as many as a gate run has
 * @param options.pairs pairs that the estimate to be judged will rest on, where they are not those of the runs
 * @throws RangeError for no run, a run of fewer than two pairs, or a log ratio that is no finite number
 */
export function marginFrom(
  aaRuns: readonly (readonly number[])[],
  {
    smallest = SMALLEST_MARGIN,
    multiple = 2,
    pairs,
  }: { readonly smallest?: number; readonly multiple?: number; readonly pairs?: number } = {},
): number {
  if (aaRuns.length === 0) throw new RangeError('a margin needs at least one A/A run');
  const estimates: number[] = [];
  let withinVariance = 0;
  for (const [index, logRatios] of aaRuns.entries()) {
    if (logRatios.length < 2) throw new RangeError(`A/A run ${index + 1} has fewer than two pairs`);
    estimates.push(hodgesLehmann(logRatios).estimate);
    withinVariance +=
      (VARIANCE_OVER_MEAN * sampleVariance([...logRatios])) / ((pairs ?? logRatios.length) * aaRuns.length);
  }
  const aroundZero = estimates.reduce((sum, value) => sum + value * value, 0) / estimates.length;
  const variance = estimates.length < 4 ? withinVariance : Math.max(withinVariance, aroundZero);
  return Math.max(smallest, Math.expm1(multiple * Math.sqrt(variance)));
}
