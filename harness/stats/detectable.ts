/**
 * How small a change a number of pairs, or of trials on either side, can still show: what an inconclusive verdict owes
 * its reader.
 */

import { quantile } from 'simple-statistics';
import { seededRandom } from '../random.ts';
import { walshAverages } from './hodges-lehmann.ts';
import { drawNormal, normalUpperTail } from './normal.ts';
import { rankSumCritical } from './rank-sum.ts';
import { requireProbability } from './ranks.ts';
import { differencesOf } from './shift.ts';
import { signedRankCritical } from './signed-rank.ts';

export interface DetectableOptions {
  readonly pairs: number;
  /** One-sided, of the single test: after the split over looks and Holm's first step over cases. */
  readonly alpha: number;
  readonly power?: number;
}

const POWER = 0.9;
/** Past it the signed-rank test is as good as its limit, a t test with 3/pi of the pairs. */
const SIMULATED_UP_TO = 40;
/** Gives the figure to about 0.006 standard deviations. */
const REPLICATIONS = 4_000;
const SEED = 20_261_122;

/**
 * The smallest relative change (0.04 is 4 %) that the signed-rank test finds with the wanted power against a margin:
 * margin x a multiple of the noise. Null where no outcome of so few pairs could be significant. A guide, not a
 * promise: it takes the noise for normal and its measured standard deviation for the true one.
 * @param sd standard deviation of one pair's log ratio
 * @param margin relative change that is tolerated, default none
 */
export function minimumDetectableEffect(
  options: DetectableOptions & { readonly sd: number; readonly margin?: number },
): number | null {
  const multiple = signedRankDetectable(options);
  if (multiple === null) return null;
  return (1 + (options.margin ?? 0)) * Math.exp(multiple * options.sd) - 1;
}

const simulatedBounds = new Map<string, number[]>();

/**
 * The shift of normal differences, in their standard deviations, that the exact signed-rank test rejects with the wanted
 * power; null where 2^-pairs > alpha. The test rejects a sample z shifted by d exactly when d exceeds the lower bound of
 * -z, so one seeded simulation of that bound answers for every power. At few pairs and a small alpha this is much more than
 * `tTestDetectable`: with 14 pairs at 8.3e-5 all of them must lie on one side.
 * First call for a number of pairs and a critical value: 0.1 s at 14, 0.3 s at 30; then nothing.
 * @throws RangeError for a probability outside 0 to 1
 */
export function signedRankDetectable({ pairs, alpha, power = POWER }: DetectableOptions): number | null {
  requireProbability(alpha, 'alpha');
  requireProbability(power, 'power');
  if (pairs < 1 || 2 ** -pairs > alpha) return null;
  if (pairs > SIMULATED_UP_TO) return tTestDetectable({ pairs, alpha, power }) * Math.sqrt(Math.PI / 3);
  const cut = signedRankCritical(pairs, alpha);
  const key = `${pairs} ${cut}`;
  let needed = simulatedBounds.get(key);
  if (needed === undefined) {
    const random = seededRandom(SEED);
    needed = Array.from({ length: REPLICATIONS }, () => {
      const { sorted } = walshAverages(Array.from({ length: pairs }, () => drawNormal(random)));
      return -(sorted[cut] as number);
    });
    simulatedBounds.set(key, needed);
  }
  return quantile(needed, power);
}

/**
 * The same of the paired t test, from the noncentral t distribution; 5 ms. The textbook figure that others publish,
 * and the limit for many pairs.
 * @throws RangeError for fewer than five pairs or a probability outside 0 to 1
 */
export function tTestDetectable({ pairs, alpha, power = POWER }: DetectableOptions): number {
  requireProbability(alpha, 'alpha');
  requireProbability(power, 'power');
  if (!(pairs >= 5)) throw new RangeError(`${pairs} pairs; five or more are needed`);
  const spread = chiSpread(pairs - 1);
  const critical = risingRoot((t) => alpha - tUpperTail(spread, t, 0));
  return risingRoot((shift) => tUpperTail(spread, critical, shift) - power) / Math.sqrt(pairs);
}

/** Points and weights (adding up to 1) of the distribution of s / sigma. */
interface Spread {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/**
 * s / sigma is chi over the root of its degrees of freedom. Simpson's rule over nine standard deviations, weights
 * brought to 1, which does away with the gamma function.
 */
function chiSpread(degrees: number): Spread {
  const steps = 400;
  const reach = 9 / Math.sqrt(2 * degrees);
  const from = Math.max(0, 1 - reach);
  const points = Float64Array.from({ length: steps + 1 }, (_, i) => from + ((1 + reach - from) * i) / steps);
  const weights = points.map((u, i) => {
    const simpson = i === 0 || i === steps ? 1 : 2 + 2 * (i % 2);
    // Logarithm of the density, less that at 1 to stay within range.
    return u === 0 ? 0 : simpson * Math.exp((degrees - 1) * Math.log(u) - (degrees / 2) * (u * u - 1));
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { points, weights: weights.map((weight) => weight / total) };
}

/** P(T > t) for noncentral t: a normal tail averaged over the spread of the estimated standard deviation. */
function tUpperTail({ points, weights }: Spread, t: number, shift: number): number {
  return points.reduce((sum, u, i) => sum + (weights[i] as number) * normalUpperTail(t * u - shift), 0);
}

/** Where a rising function of a positive number crosses zero, to eight digits. */
function risingRoot(f: (x: number) => number): number {
  let low = 0;
  let high = 1;
  while (f(high) < 0) [low, high] = [high, 2 * high];
  while (high - low > 1e-8 * high) {
    const middle = (low + high) / 2;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return high;
}

/** Differences of two samples past which the normal limit is as good as a simulation, and much quicker. */
const SHIFTS_SIMULATED_UP_TO = 400;
const simulatedShifts = new Map<string, number[]>();

/**
 * The shift between independent samples of n and m normal values, in their standard deviations, that the exact rank-sum
 * test finds in nine of ten runs; null where no outcome of so few values could be significant. First
 * call for two sizes and a critical value: 0.1 s at 6 and 20, 0.25 s at 20 and 20; then nothing.
 * @param alpha one-sided, of the single test
 * @throws RangeError for an alpha outside 0 to 1, or more than 100 values in a sample
 */
export function rankSumDetectable({
  n,
  m,
  alpha,
}: {
  readonly n: number;
  readonly m: number;
  readonly alpha: number;
}): number | null {
  requireProbability(alpha, 'alpha');
  const cut = rankSumCritical(n, m, alpha);
  if (cut < 0) return null;
  if (n * m > SHIFTS_SIMULATED_UP_TO) {
    const z = (upperTail: number) => risingRoot((x) => upperTail - normalUpperTail(x));
    return (z(alpha) + z(1 - POWER)) * Math.sqrt((Math.PI / 3) * (1 / n + 1 / m));
  }
  const key = `${n} ${m} ${cut}`;
  let needed = simulatedShifts.get(key);
  if (needed === undefined) {
    const random = seededRandom(SEED);
    const draws = (count: number) => Array.from({ length: count }, () => drawNormal(random));
    needed = Array.from(
      { length: REPLICATIONS },
      () => -(differencesOf(draws(n), draws(m)).sorted[cut] as number),
    );
    simulatedShifts.set(key, needed);
  }
  return quantile(needed, POWER);
}
