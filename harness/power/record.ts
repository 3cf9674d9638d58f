/** What `bench power` found, from live runs and their pool to rates. Pure. */

import { sampleStandardDeviation } from 'simple-statistics';
import type { FinalVerdict } from '../compare/confirm.ts';
import { type Block, FAMILY_ALPHA, METRICS, type Metric, marginOf, type Pair } from '../compare/sequence.ts';
import type { Environment } from '../environment.ts';
import { LOOK_PAIRS } from '../stats/error-rate.ts';
import { median } from '../stats/order.ts';
import { positionEffect } from '../stats/position.ts';
import {
  ARMS,
  type ArmName,
  blockOf,
  METRIC_OF,
  PLANTED_SHARE,
  PLANTED_TAIL,
  type PoolBlock,
  type PowerArm,
} from './arms.ts';
import { type CurvePoint, detectionCurve, logRatiosOf, type Rates, resampleRuns } from './resample.ts';

export interface LiveRun {
  readonly run: number;
  readonly verdicts: readonly FinalVerdict[];
}

/** What was planted, and what it came to in the measured pairs. */
export interface PlantedEffect {
  readonly arm: PowerArm;
  readonly metric: Metric;
  /** Median over all pairs of head / base. */
  readonly ratio: number;
}

export interface PowerRecord extends PowerFacts {
  /** Verdicts of the procedure on the pairs of each run. */
  readonly live: readonly LiveRun[];
  readonly pool: readonly PoolBlock[];
  /** Standard deviation of a pair's log ratio, identical code. */
  readonly pairSd: Readonly<Record<Metric, number>>;
  /** Margin that a run with this noise has. */
  readonly margin: Readonly<Record<Metric, number>>;
  readonly effects: readonly PlantedEffect[];
  /** Does the place within a block matter? Friedman's test over all blocks. */
  readonly position: Readonly<Record<Metric, { readonly p: number; readonly effects: readonly number[] }>>;
  readonly rates: {
    /** A suite of identical code. */
    readonly none: Rates;
    /** One case of the suite slowed down. */
    readonly share: Rates;
    readonly tail: Rates;
    /** One case of the suite by exactly 5 % slower, P50 and P99: pairs of identical code with the effect put on them. */
    readonly exactShare: Rates;
    /** The same with its P99 alone by exactly 10 %. */
    readonly exactTail: Rates;
    /** One case compared by itself. */
    readonly shareAlone: Rates;
    readonly tailAlone: Rates;
  };
  readonly curve: Readonly<Record<Metric, readonly CurvePoint[]>>;
}

export interface PowerFacts {
  readonly createdAt: string;
  readonly command: string;
  readonly subject: string;
  readonly seed: number;
  readonly environment: Environment;
  readonly seconds: number;
  readonly trials: number;
  readonly disturbedTrials: number;
  /** What the planted tail was added to. */
  readonly p99BeforeNs: number;
}

/** Cases of a run that rates are given for: each with a P50 and a P99. */
export const CASES = 20;
const EFFECTS = [0.02, 0.03, 0.05, 0.07, 0.1, 0.15];

export async function analyse(
  facts: PowerFacts,
  live: readonly LiveRun[],
  pool: readonly PoolBlock[],
  runs: number,
): Promise<PowerRecord> {
  const blocksOf = (arm: PowerArm) => pool.map((block) => blockOf(block, arm)).filter(isThere);
  const [same, share, tail] = [blocksOf('same'), blocksOf('share'), blocksOf('tail')];
  const each = <T>(of: (metric: Metric) => T) =>
    Object.fromEntries(METRICS.map((metric) => [metric, of(metric)])) as Record<Metric, T>;
  const margin = each((metric) => marginOf(same.flat(), metric, LOOK_PAIRS.at(-1) as number));
  const { seed } = facts;
  return {
    ...facts,
    live,
    pool,
    pairSd: each((metric) => sampleStandardDeviation(logRatiosOf(same, metric))),
    margin,
    effects: ARMS.map((arm) => ({
      arm,
      metric: METRIC_OF[arm],
      ratio: Math.exp(median(logRatiosOf({ same, share, tail }[arm], METRIC_OF[arm]))),
    })),
    position: each((metric) => positionsOf(pool, metric, seed)),
    rates: {
      none: await resampleRuns({ same, cases: CASES, runs, seed }),
      share: await resampleRuns({ same, planted: share, cases: CASES, runs, seed: seed + 1 }),
      tail: await resampleRuns({ same, planted: tail, cases: CASES, runs, seed: seed + 2 }),
      exactShare: await resampleRuns({
        same,
        planted: same.map((block) => slowed(block, 1 + PLANTED_SHARE, 1 + PLANTED_SHARE)),
        cases: CASES,
        runs,
        seed: seed + 6,
      }),
      exactTail: await resampleRuns({
        same,
        planted: same.map((block) => slowed(block, 1, 1 + PLANTED_TAIL)),
        cases: CASES,
        runs,
        seed: seed + 7,
      }),
      shareAlone: await resampleRuns({ same, planted: share, cases: 1, runs, seed: seed + 3 }),
      tailAlone: await resampleRuns({ same, planted: tail, cases: 1, runs, seed: seed + 4 }),
    },
    curve: each((metric) =>
      detectionCurve(same, metric, {
        effects: EFFECTS,
        pairs: LOOK_PAIRS,
        margin: margin[metric],
        alpha: FAMILY_ALPHA,
        cases: CASES * METRICS.length,
        draws: runs,
        seed: seed + 5,
      }),
    ),
  };
}

/** The block with its head slower by these factors. */
function slowed([first, second]: Block, p50: number, p99: number): Block {
  const slow = ({ base, head }: Pair): Pair => ({
    base,
    head: { p50Ns: head.p50Ns * p50, p99Ns: (head.p99Ns as number) * p99 },
  });
  return [slow(first), slow(second)];
}

const isThere = (block: Block | undefined) => block !== undefined;

/** Each value against the median of its arm, so that planted arms may take part; halves of blocks with all arms only. */
function positionsOf(pool: readonly PoolBlock[], metric: Metric, seed: number) {
  const whole = pool.filter(({ order }) => order.length === ARMS.length + 1);
  const middle = Object.fromEntries(
    (['base', ...ARMS] as const).map((arm) => [
      arm,
      median(
        whole.flatMap(({ readings }) => (readings[arm] ?? []).map((reading) => reading[metric] as number)),
      ),
    ]),
  ) as Record<ArmName, number>;
  const halves = whole.flatMap(({ order, readings }) => {
    const at = (arm: ArmName, half: 0 | 1) =>
      Math.log((readings[arm]?.[half]?.[metric] as number) / middle[arm]);
    return [order.map((arm) => at(arm, 0)), [...order].reverse().map((arm) => at(arm, 1))];
  });
  const { p, effects } = positionEffect(halves, { seed });
  return { p, effects };
}
