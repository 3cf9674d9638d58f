/**
 * Is a sequence still moving? Kendall's rank correlation with the order of measuring (Mann 1945; Kendall 1975; variance
 * with ties as in Gilbert 1987, section 16.4), and with it the check that a trial was warm when it began to sample.
 */

import { median } from 'simple-statistics';
import { normalUpperTail } from './normal.ts';
import { requireFinite } from './ranks.ts';

export interface Trend {
  /** Pairs of values that rise in time, less those that fall. */
  readonly s: number;
  /** `s` over what it would be if all pairs rose, ties left out (tau-b): from -1 to 1. */
  readonly tau: number;
  /** `s` in standard deviations, one pair nearer to zero for continuity. */
  readonly z: number;
  /** Two-sided, by the normal approximation: to be trusted from ten values on. */
  readonly p: number;
}

/**
 * Takes the values for independent of each other; those that follow closely on one another in time mostly are not, and
 * then p is too small. Counts by merging (Knight 1966), O(n log n): 5 ms for 20,000 values.
 * @throws RangeError for a value that is no finite number
 */
export function kendallTrend(values: ArrayLike<number>): Trend {
  requireFinite(values, 'value');
  const n = values.length;
  const sorted = Float64Array.from(values);
  const falling = sortCountingFalls(sorted);
  const allPairs = (n * (n - 1)) / 2;
  let tiedPairs = 0;
  let variance = (n * (n - 1) * (2 * n + 5)) / 18;
  for (let start = 0, end = 1; start < n; start = end++) {
    while (end < n && sorted[end] === sorted[start]) end++;
    const tied = end - start;
    tiedPairs += (tied * (tied - 1)) / 2;
    variance -= (tied * (tied - 1) * (2 * tied + 5)) / 18;
  }
  const s = allPairs - tiedPairs - 2 * falling;
  if (s === 0) return { s: 0, tau: 0, z: 0, p: 1 };
  const z = (s - Math.sign(s)) / Math.sqrt(variance);
  return {
    s,
    tau: s / Math.sqrt(allPairs * (allPairs - tiedPairs)),
    z,
    p: Math.min(1, 2 * normalUpperTail(Math.abs(z))),
  };
}

/** Sorts in place; returns how many pairs stood in falling order. Merges runs of doubling length. */
function sortCountingFalls(values: Float64Array): number {
  const n = values.length;
  let from = values;
  let to: Float64Array = new Float64Array(n);
  let falls = 0;
  for (let width = 1; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) {
      const middle = Math.min(start + width, n);
      const end = Math.min(start + 2 * width, n);
      let left = start;
      let right = middle;
      for (let at = start; at < end; at++) {
        if (left < middle && (right >= end || (from[left] as number) <= (from[right] as number))) {
          to[at] = from[left++] as number;
        } else {
          // It passes all that are still waiting on the left, each of them larger.
          falls += middle - left;
          to[at] = from[right++] as number;
        }
      }
    }
    [from, to] = [to, from];
  }
  if (from !== values) values.set(from);
  return falls;
}

export type WarmUpState = 'settled' | 'speeding-up' | 'slowing-down' | 'too-few';

export interface WarmUp {
  readonly state: WarmUpState;
  /** Median of the second half over that of the first, less one: -0.03 is 3 % faster. NaN below `FEWEST_SAMPLES`. */
  readonly drift: number;
  /** Of the trend over `BLOCKS` medians; 1 below `FEWEST_SAMPLES`. */
  readonly p: number;
}

/** Stretches of equal length whose medians are tested: one after another they are nearly independent. */
const BLOCKS = 50;
const FEWEST_SAMPLES = 2 * BLOCKS;

/**
 * Whether a trial was warm: it was not when the medians of its fifty stretches have a trend (Kendall, p <= alpha) and
 * the second half differs from the first by more than `tolerance`. Both are asked, since with thousands of samples any
 * drift is significant, and with a few any two halves differ. `slowing-down` is no matter of warming up, but of a
 * growing heap or a throttled core. Medians of stretches even out inputs that rotate, if a stretch holds a few rounds
 * of them. O(n log n): 5 ms for 20,000 samples.
 * @param samples times in the order of measuring, any unit, above zero
 * @throws RangeError for a sample that is no finite number
 */
export function warmUpDrift(
  samples: ArrayLike<number>,
  { tolerance = 0.02, alpha = 0.01 }: { readonly tolerance?: number; readonly alpha?: number } = {},
): WarmUp {
  requireFinite(samples, 'sample');
  const all = Array.from(samples);
  const n = all.length;
  if (n < FEWEST_SAMPLES) return { state: 'too-few', drift: Number.NaN, p: 1 };
  const stretch = (i: number) => Math.floor((i * n) / BLOCKS);
  const medians = Array.from({ length: BLOCKS }, (_, i) => median(all.slice(stretch(i), stretch(i + 1))));
  const { p, s } = kendallTrend(medians);
  const drift = median(all.slice(n >> 1)) / median(all.slice(0, n >> 1)) - 1;
  const moving = p <= alpha && Math.abs(drift) > tolerance && Math.sign(s) === Math.sign(drift);
  return { state: moving ? (drift < 0 ? 'speeding-up' : 'slowing-down') : 'settled', drift, p };
}
