/**
 * The standard normal distribution. simple-statistics has its cumulative form as a table of four digits, and an error
 * function good to 1e-7: too coarse for the tails beyond 1e-5 that a family of cases is judged at.
 */

import type { Random } from '../random.ts';

const DENSITY_AT_ZERO = 1 / Math.sqrt(2 * Math.PI);

/** Where the series loses more digits to cancellation than the continued fraction loses to its length. */
const SERIES_UP_TO = 4;
const FRACTION_TERMS = 60;

/**
 * P(Z > x), relative error below 1e-11. Power series around zero, Laplace's continued fraction in the tail
 * (Abramowitz & Stegun 26.2.11 and 26.2.14). At most about 60 steps.
 */
export function normalUpperTail(x: number): number {
  if (x < 0) return 1 - normalUpperTail(-x);
  const density = DENSITY_AT_ZERO * Math.exp((-x * x) / 2);
  if (x <= SERIES_UP_TO) {
    let term = x;
    let sum = x;
    for (let odd = 3; term > sum * 1e-17; odd += 2) {
      term *= (x * x) / odd;
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = x;
  for (let k = FRACTION_TERMS; k >= 1; k--) fraction = x + k / fraction;
  return density / fraction;
}

/** One draw of N(0, 1) from two uniform ones (Box-Muller). */
export function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
