/**
 * Two revisions, case by case: from the log ratios of pairs to a verdict. Pure; who measured the pairs, and whether a
 * control moved, is the gate's business.
 *
 * Ratios are head / base of something that costs (time, bytes): above 1 is worse. For a rate turn the ratio over.
 */

import { sampleStandardDeviation } from 'simple-statistics';
import { minimumDetectableEffect } from './detectable.ts';
import { holm, type Look, splitAlpha } from './error-rate.ts';
import { boundsOf, estimateOf, pCentreAbove, pCentreBelow, walshAverages } from './hodges-lehmann.ts';

export type ChangeName = 'unchanged' | 'improved' | 'regressed' | 'inconclusive';

export interface ComparedCase {
  readonly id: string;
  /** ln(head / base) of each pair, in any order; at most as many as the look allows. */
  readonly logRatios: readonly number[];
  /** Relative change that is tolerated in either direction: 0.02 for up to 1.02 times, and down to 1 / 1.02. */
  readonly margin: number;
}

export interface Comparison {
  readonly id: string;
  readonly verdict: ChangeName;
  readonly pairs: number;
  /** Hodges-Lehmann estimate of head / base; NaN without a pair. */
  readonly ratio: number;
  /** Each end holds by itself with 1 - `alpha`; null where there are too few pairs for that. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Exact one-sided p values of this case alone. */
  readonly p: {
    /** Of "the ratio is at most 1 + margin". */
    readonly regressed: number;
    /** Of "the ratio is at least 1 / (1 + margin)". */
    readonly improved: number;
    /** Of "the ratio is at or outside the margin": the larger of the two sides. */
    readonly unchanged: number;
  };
  /** The first two after Holm over all cases of the call. */
  readonly adjusted: { readonly regressed: number; readonly improved: number };
  /** What this look may spend. */
  readonly alpha: number;
  /**
   * Smallest relative slowdown that these pairs would show in nine of ten runs, margin included, at Holm's first step;
   * null where they could not show any.
   */
  readonly minimumDetectable: number | null;
  /** Why this verdict, in one line. */
  readonly why: string;
}

/**
 * Verdicts of all cases of a run at one of its declared looks.
 *
 * - `regressed`: the ratio is above 1 + margin, exact signed-rank p after Holm over all cases within the look's alpha.
 *   Over all cases and looks together, one false `regressed` has at most the chance that was split.
 * - `improved`: the mirror image, with an error rate of its own.
 * - `unchanged`: both bounds at the look's alpha lie within the margin. No Holm here: to pass is a statement about this
 *   one case, and the rate at which a case beyond its margin passes is its own.
 * - `inconclusive`: none of them; measure on to the next look, or live with `minimumDetectable`.
 *
 * Give every case at every look, the decided ones with the pairs they were decided on: Holm counts them all, and a
 * verdict once given then stays. O(cases x pairs^2).
 * @throws RangeError for a case with more pairs than the look (looking in between is how false alarms are bred), a log
 * ratio that is no finite number, or a negative margin
 */
export function compareCases(cases: readonly ComparedCase[], look: Look): readonly Comparison[] {
  const evidence = cases.map((entry) => weigh(entry, look));
  const regressed = holm(
    evidence.map(({ p }) => p.regressed),
    look.alpha,
  );
  const improved = holm(
    evidence.map(({ p }) => p.improved),
    look.alpha,
  );
  return evidence.map((found, index) => {
    const adjusted = {
      regressed: regressed.adjusted[index] as number,
      improved: improved.adjusted[index] as number,
    };
    const verdict: ChangeName = regressed.rejected[index]
      ? 'regressed'
      : improved.rejected[index]
        ? 'improved'
        : found.p.unchanged <= look.alpha
          ? 'unchanged'
          : 'inconclusive';
    const minimumDetectable = detectableOf(found, look.alpha / cases.length);
    return {
      id: found.id,
      verdict,
      pairs: found.logRatios.length,
      ratio: found.ratio,
      interval: found.interval,
      p: found.p,
      adjusted,
      alpha: look.alpha,
      minimumDetectable,
      why: explain(verdict, found, adjusted, look, cases.length, minimumDetectable),
    };
  });
}

/**
 * One case by itself, at look `lookIndex` of the declared ones.
 * @throws RangeError as `compareCases` and `splitAlpha`, and for a look that was not declared
 */
export function comparePairs(options: {
  readonly logRatios: readonly number[];
  readonly margin: number;
  readonly alpha: number;
  readonly pairsAtLooks?: readonly number[];
  readonly lookIndex: number;
}): Comparison {
  const look = splitAlpha(options.alpha, options.pairsAtLooks)[options.lookIndex];
  if (look === undefined) throw new RangeError(`look ${options.lookIndex} was not declared`);
  const { logRatios, margin } = options;
  return compareCases([{ id: 'pairs', logRatios, margin }], look)[0] as Comparison;
}

type Evidence = ComparedCase & Pick<Comparison, 'ratio' | 'interval' | 'p'>;

/** What a case says before the others are heard. */
function weigh(entry: ComparedCase, look: Look): Evidence {
  const { id, logRatios, margin } = entry;
  if (!(margin >= 0 && margin < Number.POSITIVE_INFINITY)) throw new RangeError(`${id}: margin ${margin}`);
  if (logRatios.length > look.pairs) {
    throw new RangeError(
      `${id}: ${logRatios.length} pairs at the look that was declared for ${look.pairs}; judge it at its own look`,
    );
  }
  const bad = logRatios.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new RangeError(`${id}: pair ${bad + 1} has the log ratio ${logRatios[bad]}`);
  const averages = walshAverages(logRatios);
  const edge = Math.log1p(margin);
  const bounds = boundsOf(averages, look.alpha);
  return {
    ...entry,
    ratio: Math.exp(estimateOf(averages)),
    interval: bounds === null ? null : { low: Math.exp(bounds.low), high: Math.exp(bounds.high) },
    p: {
      regressed: pCentreAbove(averages, edge),
      improved: pCentreBelow(averages, -edge),
      unchanged: Math.max(pCentreBelow(averages, edge), pCentreAbove(averages, -edge)),
    },
  };
}

function detectableOf({ logRatios, margin }: Evidence, alpha: number): number | null {
  const pairs = logRatios.length;
  if (pairs < 2) return null;
  return minimumDetectableEffect({ pairs, alpha, margin, sd: sampleStandardDeviation([...logRatios]) });
}

function explain(
  verdict: ChangeName,
  found: Evidence,
  adjusted: Comparison['adjusted'],
  look: Look,
  caseCount: number,
  minimumDetectable: number | null,
): string {
  const pairs = `${found.logRatios.length} pairs`;
  const margin = `margin ${percent(found.margin)}`;
  const p = (name: 'regressed' | 'improved') =>
    `p ${figures(adjusted[name])}${caseCount > 1 ? ` after Holm over ${caseCount} cases` : ''}`;
  if (found.interval === null) {
    const needed = Math.ceil(-Math.log2(look.alpha));
    return `${pairs} cannot decide at alpha ${figures(look.alpha)}; ${needed} or more can`;
  }
  const { low, high } = found.interval;
  const seen = `${change(found.ratio)} (${change(low)} to ${change(high)}), ${margin}, ${pairs}`;
  switch (verdict) {
    case 'regressed':
    case 'improved':
      return `${seen}: beyond it, ${p(verdict)}, within ${figures(look.alpha)}`;
    case 'unchanged':
      return `${seen}: both bounds within it`;
    default: {
      const side = found.ratio >= 1 ? 'regressed' : 'improved';
      const reach =
        minimumDetectable === null
          ? `so few pairs cannot tell one of ${caseCount} cases`
          : `${change(1 + minimumDetectable)} would have shown in nine of ten runs`;
      // A bound past the margin that Holm does not let count would puzzle without this.
      const alone = found.p[side] <= look.alpha ? `beyond it alone, but ${p(side)}; ` : '';
      return `${seen}: ${alone}${reach}`;
    }
  }
}

export const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
export const change = (ratio: number) => `${ratio >= 1 ? '+' : '-'}${percent(Math.abs(ratio - 1))}`;
export const figures = (value: number) => String(Number(value.toPrecision(2)));
