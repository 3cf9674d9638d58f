/** Estimates from the order of values alone: no assumption about their distribution. */

export interface Estimate {
  readonly value: number;
  /** Two-sided 95 % interval for the median; null where there are too few values for one. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** One-sided 95 % bounds, for verdicts; null where there are too few values (fewer than five). */
  readonly lowerBound: number | null;
  readonly upperBound: number | null;
  readonly n: number;
}

const ALPHA = 0.05;

/** Middle value; mean of the two middle ones for an even number. NaN for none. */
export function median(values: ArrayLike<number>): number {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[half] as number)
    : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}

/**
 * The largest rank r (from 1) such that the r-th smallest of n values lies below the p-quantile with a probability of
 * at least 1 - alpha; 0 where n is too small. Taken at 1 - p it counts from the top. Exact binomial tail, O(n p).
 */
export function lowerRank(n: number, p: number, alpha: number): number {
  const odds = Math.log(p) - Math.log1p(-p);
  // In logarithms, since the first terms are far below the smallest number.
  let logTerm = n * Math.log1p(-p);
  let tail = Math.exp(logTerm);
  let rank = 0;
  while (rank < n && tail <= alpha) {
    rank++;
    logTerm += Math.log(n - rank + 1) - Math.log(rank) + odds;
    tail += Math.exp(logTerm);
  }
  return rank;
}

/** Median of `values` with the bounds that order statistics give. */
export function estimateMedian(values: readonly number[]): Estimate {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const twoSided = lowerRank(n, 0.5, ALPHA / 2);
  const oneSided = lowerRank(n, 0.5, ALPHA);
  return {
    value: median(sorted),
    interval:
      twoSided === 0 ? null : { low: sorted[twoSided - 1] as number, high: sorted[n - twoSided] as number },
    lowerBound: oneSided === 0 ? null : (sorted[oneSided - 1] as number),
    upperBound: oneSided === 0 ? null : (sorted[n - oneSided] as number),
    n,
  };
}

/**
 * Percentiles between which the p-quantile of the distribution behind `n` samples lies with 95 %; null where even the
 * largest sample does not bound it (for the 99th: below 368 samples on both sides together).
 */
export function quantileRanks(
  n: number,
  p: number,
): { lowPercentile: number; highPercentile: number } | null {
  const low = lowerRank(n, p, ALPHA / 2);
  const fromTop = lowerRank(n, 1 - p, ALPHA / 2);
  if (low === 0 || fromTop === 0) return null;
  return { lowPercentile: (100 * low) / n, highPercentile: (100 * (n + 1 - fromTop)) / n };
}
