/** How a rate of false alarms is shared: over the cases of a run, and over the looks at a growing run. */

import { requireProbability } from './ranks.ts';

export interface Holm {
  /** Adjusted p values, in the order given: a case is rejected at alpha when its own is at most alpha. */
  readonly adjusted: readonly number[];
  readonly rejected: readonly boolean[];
}

/**
 * Holm's step-down procedure (Holm 1979): with it the chance of even one false rejection among all is at most alpha,
 * however the p values depend on each other. O(n log n).
 * @throws RangeError for a p value outside 0 to 1 or an alpha outside it
 */
export function holm(pValues: readonly number[], alpha: number): Holm {
  requireProbability(alpha, 'alpha');
  for (const p of pValues) if (!(p >= 0 && p <= 1)) throw new RangeError(`p value ${p} is not within 0 to 1`);
  const order = pValues.map((_, i) => i).sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
  const adjusted = new Array<number>(pValues.length);
  let highest = 0;
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * (pValues[index] as number)));
    adjusted[index] = highest;
  });
  return { adjusted, rejected: adjusted.map((p) => p <= alpha) };
}

/** One of the looks that were declared before the run. */
export interface Look {
  /** From 0. */
  readonly index: number;
  /** Pairs a case has at this look. */
  readonly pairs: number;
  /** What this look may spend, for all cases together. */
  readonly alpha: number;
  /** The most cases among which one can be told at all: the smallest p of n pairs is 2^-n. */
  readonly mostCases: number;
}

/** Pairs at each look: an early stop for large changes, the working size, the last word. */
export const LOOK_PAIRS: readonly number[] = [14, 20, 30];

/**
 * Splits alpha evenly over the looks, declared before anything is measured. By Bonferroni's inequality the chance of a
 * false alarm at any look is then at most alpha, at the price of about one pair in eight.
 * It holds as long as the looks are kept: a case may stop at a look, never in between, and a case that has its verdict
 * is not measured again.
 * @throws RangeError for an alpha outside 0 to 1, no look, or pair counts that do not rise
 */
export function splitAlpha(alpha: number, pairsAtLooks: readonly number[] = LOOK_PAIRS): readonly Look[] {
  requireProbability(alpha, 'alpha');
  if (pairsAtLooks.length === 0) throw new RangeError('no look was declared');
  return pairsAtLooks.map((pairs, index) => {
    if (!Number.isInteger(pairs) || pairs <= (pairsAtLooks[index - 1] ?? 0)) {
      throw new RangeError(`looks at ${pairsAtLooks.join(', ')} pairs: whole numbers that rise are needed`);
    }
    const share = alpha / pairsAtLooks.length;
    return { index, pairs, alpha: share, mostCases: Math.floor(share * 2 ** pairs) };
  });
}
