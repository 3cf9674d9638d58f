/** The other half of `bench power`: thousands of runs whose pairs are drawn from those that were measured. Pure. */

import { compareTwice } from '../compare/confirm.ts';
import type { Block, Metric, Pair, Subject } from '../compare/sequence.ts';
import { type Random, seededRandom } from '../random.ts';
import { splitAlpha } from '../stats/error-rate.ts';
import { boundsOf, walshAverages } from '../stats/hodges-lehmann.ts';
import { noVerdicts, type VerdictCounts, verdictShares } from '../stats/verdict-counts.ts';

export interface Setting {
  /** Blocks of identical code. */
  readonly same: readonly Block[];
  /** Blocks of one planted slowdown; the first case of each run draws from them. Left out, no case has any. */
  readonly planted?: readonly Block[];
  /** Cases of a run; each has a P50 and a P99. */
  readonly cases: number;
  readonly runs: number;
  readonly seed: number;
}

export interface Rates {
  readonly runs: number;
  readonly cases: number;
  /** Runs that failed a case of identical code, after the second pass. */
  readonly falseAlarms: number;
  /** The same before the second pass. */
  readonly firstPassAlarms: number;
  /** Verdicts on the planted case, by metric; shares of the runs. */
  readonly planted: Readonly<Record<Metric, Readonly<VerdictCounts>>>;
  /** Verdicts on cases of identical code, by metric; shares of the cases. */
  readonly same: Readonly<Record<Metric, Readonly<VerdictCounts>>>;
  /** Mean pairs that a case of identical code took. */
  readonly pairs: number;
}

const PLANTED = 'planted';

/** Runs the very procedure of `bench compare`, on pairs drawn with replacement. About 4 ms a case of a run. */
export async function resampleRuns({ same, planted, cases, runs, seed }: Setting): Promise<Rates> {
  const random = seededRandom(seed);
  const subjects: Subject[] = Array.from({ length: cases }, (_, i) => ({
    id: i === 0 && planted !== undefined ? PLANTED : `same-${i}`,
    metrics: ['p50Ns', 'p99Ns'],
  }));
  const counts = { planted: byMetric(), same: byMetric() };
  let [falseAlarms, firstPassAlarms, pairs, sameUnits] = [0, 0, 0, 0];
  for (let run = 0; run < runs; run++) {
    const { verdicts, first } = await compareTwice(
      subjects,
      async (wanted) =>
        new Map(
          wanted.map(({ id }) => [id, draw(id === PLANTED ? (planted as readonly Block[]) : same, random)]),
        ),
    );
    const isSame = ({ subject }: { subject: string }) => subject !== PLANTED;
    if (verdicts.some((unit) => isSame(unit) && unit.verdict === 'regressed')) falseAlarms++;
    if (first.verdicts.some((unit) => isSame(unit) && unit.verdict === 'regressed')) firstPassAlarms++;
    for (const unit of verdicts) {
      counts[isSame(unit) ? 'same' : 'planted'][unit.metric][unit.verdict]++;
      if (isSame(unit)) [pairs, sameUnits] = [pairs + unit.pairs, sameUnits + 1];
    }
  }
  return {
    runs,
    cases,
    falseAlarms,
    firstPassAlarms,
    planted: { p50Ns: verdictShares(counts.planted.p50Ns), p99Ns: verdictShares(counts.planted.p99Ns) },
    same: { p50Ns: verdictShares(counts.same.p50Ns), p99Ns: verdictShares(counts.same.p99Ns) },
    pairs: pairs / sameUnits,
  };
}

const draw = <T>(items: readonly T[], random: Random): T => items[Math.floor(random() * items.length)] as T;

const byMetric = () => ({ p50Ns: noVerdicts(), p99Ns: noVerdicts() });

export interface CurvePoint {
  readonly pairs: number;
  /** Relative slowdown. */
  readonly effect: number;
  /** Share of draws whose lower bound lies above the margin, at Holm's first step over `cases` cases. */
  readonly found: number;
}

/**
 * How often a slowdown of each size would be seen with each number of pairs: pairs of identical code, drawn with
 * replacement, with the effect added to their log ratios.
 */
export function detectionCurve(
  same: readonly Block[],
  metric: Metric,
  options: {
    readonly effects: readonly number[];
    readonly pairs: readonly number[];
    readonly margin: number;
    readonly alpha: number;
    readonly cases: number;
    readonly draws: number;
    readonly seed: number;
  },
): CurvePoint[] {
  const random = seededRandom(options.seed);
  const ratios = logRatiosOf(same, metric);
  return splitAlpha(options.alpha, options.pairs).flatMap(({ pairs, alpha }) => {
    // The bound of identical code, drawn once for all effects: an effect moves it by its own size.
    const bounds = Array.from({ length: options.draws }, () => {
      const drawn = Array.from({ length: pairs }, () => draw(ratios, random));
      return boundsOf(walshAverages(drawn), alpha / options.cases)?.low ?? Number.NEGATIVE_INFINITY;
    });
    return options.effects.map((effect) => ({
      pairs,
      effect,
      found:
        bounds.filter((low) => low + Math.log1p(effect) > Math.log1p(options.margin)).length / bounds.length,
    }));
  });
}

export function logRatiosOf(blocks: readonly Block[], metric: Metric): number[] {
  const ratio = ({ base, head }: Pair) => Math.log((head[metric] as number) / (base[metric] as number));
  return blocks.flatMap((block) => block.map(ratio));
}
