/** Two independent runs, figure by figure: from the figures of their trials to verdicts. Pure. */

import { type ChangeName, change, figures, percent } from '../stats/compare.ts';
import { rankSumDetectable } from '../stats/detectable.ts';
import { holm } from '../stats/error-rate.ts';
import { smallestRankSumP } from '../stats/rank-sum.ts';
import {
  type Differences,
  differencesOf,
  pShiftAbove,
  pShiftBelow,
  shiftBounds,
  shiftDeviation,
  shiftOf,
} from '../stats/shift.ts';

/** No figure is held to a smaller change: on another day the same code differs by about this much. */
export const SMALLEST_MARGIN = 0.05;
/** Beyond it a margin would excuse what nobody would call unchanged. */
export const LARGEST_MARGIN = 0.15;
/**
 * Standard deviations of the estimate in a margin. The bounds at 1 % lie 2.3 to 3 of them away, so that at 4 the same
 * code is mostly `unchanged`.
 */
const MULTIPLE = 4;

/** One figure in nanoseconds, trial by trial; the trials of the two sides are no pairs. */
export interface Unit {
  readonly nowNs: readonly number[];
  readonly beforeNs: readonly number[];
}

export interface UnitComparison {
  readonly verdict: ChangeName;
  /** Hodges-Lehmann estimate of now / before. */
  readonly ratio: number;
  /** Each end holds by itself with 1 - alpha; null where there are too few trials for that. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly margin: number;
  /** Smallest relative slowdown that would have shown in nine of ten runs, margin included; null where none could. */
  readonly minimumDetectable: number | null;
  readonly why: string;
}

/**
 * max(5 %, 4 x the standard deviation of the estimate) as a relative change, at most 15 %. `tooNoisy` where more would
 * have been needed: such a figure can regress, but neither be unchanged nor improved. It is learned from the data it
 * judges, which makes `regressed` only rarer: the margin never falls below 5 %.
 */
export function marginOf({ nowNs, beforeNs }: Unit): { margin: number; tooNoisy: boolean } {
  const deviation = shiftDeviation(nowNs.map(Math.log), beforeNs.map(Math.log));
  // Fewer than two trials know nothing of their spread.
  const needed = Number.isNaN(deviation) ? Number.POSITIVE_INFINITY : Math.expm1(MULTIPLE * deviation);
  return {
    margin: Math.min(LARGEST_MARGIN, Math.max(SMALLEST_MARGIN, needed)),
    tooNoisy: needed > LARGEST_MARGIN,
  };
}

interface Evidence {
  readonly differences: Differences;
  readonly ratio: number;
  readonly interval: UnitComparison['interval'];
  readonly margin: number;
  readonly tooNoisy: boolean;
  readonly minimumDetectable: number | null;
  readonly p: { readonly regressed: number; readonly improved: number; readonly unchanged: number };
}

/**
 * - `regressed`: the ratio is above 1 + margin, exact rank-sum p after Holm over all units within alpha. Over all units
 *   together, one false `regressed` has at most the chance alpha.
 * - `improved`: the mirror image, with an error rate of its own; not for units that are too noisy.
 * - `unchanged`: both bounds at alpha lie within the margin; likewise. A statement about this one unit, so no Holm.
 * - `inconclusive`: none of them.
 *
 * O(units x trials^2), and up to 0.25 s more for each pair of trial counts that is met for the first time.
 * @throws RangeError for a time that is not above zero, or more than 100 trials
 */
export function compareUnits(units: readonly Unit[], alpha: number): UnitComparison[] {
  const evidence = units.map((unit) => weigh(unit, alpha, units.length));
  const adjusted = {
    regressed: holm(
      evidence.map(({ p }) => p.regressed),
      alpha,
    ),
    improved: holm(
      evidence.map(({ p, tooNoisy }) => (tooNoisy ? 1 : p.improved)),
      alpha,
    ),
  };
  return evidence.map((found, index) => {
    const verdict: ChangeName = adjusted.regressed.rejected[index]
      ? 'regressed'
      : adjusted.improved.rejected[index]
        ? 'improved'
        : !found.tooNoisy && found.p.unchanged <= alpha
          ? 'unchanged'
          : 'inconclusive';
    const { ratio, interval, margin, minimumDetectable } = found;
    const side = verdict === 'improved' || (verdict !== 'regressed' && ratio < 1) ? 'improved' : 'regressed';
    const p = adjusted[side].adjusted[index] as number;
    const why = explain(verdict, found, { side, p, alpha, units: units.length });
    return { verdict, ratio, interval, margin, minimumDetectable, why };
  });
}

/** What a unit says before the others are heard. */
function weigh(unit: Unit, alpha: number, units: number): Evidence {
  const [now, before] = [unit.nowNs.map(Math.log), unit.beforeNs.map(Math.log)];
  const differences = differencesOf(now, before);
  const { margin, tooNoisy } = marginOf(unit);
  const edge = Math.log1p(margin);
  const bounds = shiftBounds(differences, alpha);
  const { n, m } = differences;
  const detectable = rankSumDetectable({ n, m, alpha: alpha / units });
  // The spread of one trial that would give this deviation, if both sides had the same.
  const trialSd = shiftDeviation(now, before) / Math.sqrt((Math.PI / 3) * (1 / n + 1 / m));
  return {
    differences,
    ratio: Math.exp(shiftOf(differences)),
    interval: bounds === null ? null : { low: Math.exp(bounds.low), high: Math.exp(bounds.high) },
    margin,
    tooNoisy,
    minimumDetectable:
      detectable === null || Number.isNaN(trialSd) ? null : (1 + margin) * Math.exp(detectable * trialSd) - 1,
    p: {
      regressed: pShiftAbove(differences, edge),
      improved: pShiftBelow(differences, -edge),
      unchanged: Math.max(pShiftBelow(differences, edge), pShiftAbove(differences, -edge)),
    },
  };
}

function explain(
  verdict: ChangeName,
  found: Evidence,
  against: { side: 'regressed' | 'improved'; p: number; alpha: number; units: number },
): string {
  const { differences, ratio, interval, margin, tooNoisy, minimumDetectable } = found;
  const { side, alpha, units } = against;
  const trials = `${differences.n} ${differences.n === 1 ? 'trial' : 'trials'} against ${differences.m}`;
  if (interval === null) {
    return `${trials} cannot decide at alpha ${figures(alpha)}: their smallest p is ${figures(smallestRankSumP(differences.n, differences.m))}`;
  }
  const limit = `margin ${percent(margin)}`;
  const p = `p ${figures(against.p)}${units > 1 ? ` after Holm over ${units} figures` : ''}`;
  const seen = `${change(ratio)} (${change(interval.low)} to ${change(interval.high)}), ${limit}, ${trials}`;
  switch (verdict) {
    case 'regressed':
    case 'improved':
      return `${seen}: beyond it, ${p}, within ${figures(alpha)}`;
    case 'unchanged':
      return `${seen}: both bounds within it`;
    default: {
      const noisy = tooNoisy ? 'so noisy that it would need a wider one; ' : '';
      // A bound past the margin that Holm does not let count would puzzle without this.
      const alone = !tooNoisy && found.p[side] <= alpha ? `beyond it alone, but ${p}; ` : '';
      const reach =
        minimumDetectable === null
          ? `so few trials cannot tell one of ${units} figures`
          : `${change(1 + minimumDetectable)} would have shown in nine of ten runs`;
      return `${seen}: ${noisy}${alone}${reach}`;
    }
  }
}
