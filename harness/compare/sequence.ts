/**
 * The sequential test of two revisions: pairs are taken in rounds, judged at the declared looks, and what has its verdict
 * is not measured again. Where the pairs come from is the caller's: trials of two checkouts, or a pool of earlier ones.
 */

import { type Comparison, compareCases } from '../stats/compare.ts';
import { LOOK_PAIRS, type Look, splitAlpha } from '../stats/error-rate.ts';
import { hodgesLehmann } from '../stats/hodges-lehmann.ts';
import { marginFrom } from '../stats/margin.ts';

export const METRICS = ['p50Ns', 'p99Ns'] as const;
export type Metric = (typeof METRICS)[number];

/** What one trial of an arm gave; the P99 only where it took the samples that a gate needs. */
export type ArmReading = Readonly<Partial<Record<Metric, number>> & { p50Ns: number }>;

export interface Pair {
  readonly base: ArmReading;
  readonly head: ArmReading;
}

/** ABBA or BAAB: the unit in which pairs are taken. */
export type Block = readonly [Pair, Pair];

/** A case on one engine; its metrics are judged side by side. */
export interface Subject {
  readonly id: string;
  readonly metrics: readonly Metric[];
}

/** Why a subject gives no pairs any more. */
export interface Fault {
  readonly why: string;
  /** True where it is the head's own doing: a wrong answer there, a crash. */
  readonly fails: boolean;
}

export type Taken = Block | Fault;

/** Measures one block of each subject, in an order of its own. */
export type TakeRound = (subjects: readonly Subject[]) => Promise<ReadonlyMap<string, Taken>>;

export interface UnitVerdict extends Comparison {
  readonly subject: string;
  readonly metric: Metric;
  readonly margin: number;
}

export interface ControlMovement {
  readonly id: string;
  /** Hodges-Lehmann estimate of head / base of something that is the same in both. */
  readonly ratio: number;
  readonly pairs: number;
}

export interface Sequence {
  readonly verdicts: readonly UnitVerdict[];
  /** Subjects that gave out, with the reason. */
  readonly faults: ReadonlyMap<string, Fault>;
  readonly controls: readonly ControlMovement[];
  /** A control moved: nothing here is to be believed. */
  readonly voided: boolean;
  readonly pairs: ReadonlyMap<string, readonly Pair[]>;
}

export interface SequenceOptions {
  /** Chance of one false `regressed` over all units and looks. */
  readonly alpha?: number;
  readonly pairsAtLooks?: readonly number[];
  /** Measured in every round, judged by `MOST_CONTROL_MOVES` alone. */
  readonly controls?: readonly Subject[];
  /** By unit, where they are settled already: those of an earlier pass. */
  readonly margins?: ReadonlyMap<string, number>;
  /** Called after each look, with the units that go on. */
  readonly onLook?: (look: Look, undecided: readonly Subject[]) => void;
  /** True ends the sequence at the next round: what was decided stays, the rest is left out. */
  readonly isOver?: () => boolean;
}

/** Of a whole run. One in a hundred runs on identical code may say `regressed`, and then has to say it twice. */
export const FAMILY_ALPHA = 0.01;
/** A control that moves by more voids the run. */
export const MOST_CONTROL_MOVES = 0.05;
/**
 * Margin in standard deviations of the estimate. With 2, identical code is inconclusive wherever its noise sets the
 * margin, since the bounds of a look are 2.7 of them away; with 4 about three quarters pass.
 */
const MARGIN_MULTIPLE = 4;
/** Noisier than that and a case is left inconclusive rather than held to next to nothing. */
export const LARGEST_MARGIN = 0.1;

/** @throws RangeError for looks that are not even: pairs come in twos */
export async function compareInLooks(
  subjects: readonly Subject[],
  takeRound: TakeRound,
  options: SequenceOptions = {},
): Promise<Sequence> {
  const { alpha = FAMILY_ALPHA, pairsAtLooks = LOOK_PAIRS, controls = [], onLook, isOver } = options;
  const odd = pairsAtLooks.find((pairs) => pairs % 2 !== 0);
  if (odd !== undefined) throw new RangeError(`a look at ${odd} pairs; blocks give two at a time`);
  const pairs = new Map<string, Pair[]>();
  const faults = new Map<string, Fault>();
  const margins = new Map(options.margins);
  const decided = new Map<string, UnitVerdict>();
  let verdicts: UnitVerdict[] = [];
  let undecided: Subject[] = [...subjects];
  const isVoid = () => movements(controls, pairs).some(({ ratio }) => moved(ratio));
  for (const look of splitAlpha(alpha, pairsAtLooks)) {
    while (undecided.length > 0 && fewestPairs(undecided, pairs) < look.pairs && isOver?.() !== true) {
      for (const [id, taken] of await takeRound([...undecided, ...controls])) {
        if ('fails' in taken) faults.set(id, taken);
        else pairs.set(id, [...(pairs.get(id) ?? []), ...taken]);
      }
      undecided = undecided.filter(({ id }) => !faults.has(id));
      if (controls.some(({ id }) => faults.has(id))) break;
    }
    const whole = subjects.filter(({ id }) => !faults.has(id) && (pairs.get(id)?.length ?? 0) > 0);
    verdicts = judgeAt(look, whole, pairs, margins, decided, pairsAtLooks.at(-1) as number);
    undecided = undecided.filter(({ id }) =>
      verdicts.some((unit) => unit.subject === id && unit.verdict === 'inconclusive'),
    );
    onLook?.(look, undecided);
    if (undecided.length === 0 || isVoid() || isOver?.() === true) break;
    if (controls.some(({ id }) => faults.has(id))) break;
  }
  return { verdicts, faults, controls: movements(controls, pairs), voided: isVoid(), pairs };
}

/** Verdicts of all units at a look; one that is decided keeps the verdict of the look that decided it. */
function judgeAt(
  look: Look,
  subjects: readonly Subject[],
  pairs: ReadonlyMap<string, readonly Pair[]>,
  margins: Map<string, number>,
  decided: Map<string, UnitVerdict>,
  mostPairs: number,
): UnitVerdict[] {
  const units = subjects.flatMap((subject) =>
    metricsOf(subject, pairs.get(subject.id) ?? []).map((metric) => {
      const id = `${subject.id} ${metric}`;
      const own = pairs.get(subject.id) ?? [];
      // Fixed at the first look: a margin that moved with the data would follow what it is to judge.
      const margin = margins.get(id) ?? marginOf(own, metric, mostPairs);
      margins.set(id, margin);
      return {
        id,
        subject: subject.id,
        metric,
        margin,
        logRatios: own.map((pair) => logRatio(pair, metric)),
      };
    }),
  );
  const kept = units.map((unit) => {
    const before = decided.get(unit.id);
    return before === undefined ? unit : { ...unit, logRatios: unit.logRatios.slice(0, before.pairs) };
  });
  return compareCases(kept, look).map((comparison, i) => {
    const { id, subject, metric, margin } = kept[i] as (typeof kept)[number];
    const verdict = decided.get(id) ?? { ...comparison, subject, metric, margin };
    if (verdict.verdict !== 'inconclusive') decided.set(id, verdict);
    return verdict;
  });
}

/** Metrics that every trial of every pair gave. */
function metricsOf(subject: Subject, pairs: readonly Pair[]): Metric[] {
  return subject.metrics.filter((metric) =>
    pairs.every(({ base, head }) => base[metric] !== undefined && head[metric] !== undefined),
  );
}

const logRatio = ({ base, head }: Pair, metric: Metric) =>
  Math.log((head[metric] as number) / (base[metric] as number));

/**
 * The margin from the noise of the same arm within each block: identical code by construction, measured in the very run
 * that is judged, and blind to any difference between the arms.
 * @param mostPairs pairs that the estimate will rest on at the last look
 */
export function marginOf(pairs: readonly Pair[], metric: Metric, mostPairs: number): number {
  const withinArms: number[] = [];
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    for (const arm of ['base', 'head'] as const) {
      const [first, second] = [pairs[i]?.[arm][metric], pairs[i + 1]?.[arm][metric]];
      if (first !== undefined && second !== undefined) withinArms.push(Math.log(second / first));
    }
  }
  if (withinArms.length < 2) return LARGEST_MARGIN;
  const margin = marginFrom([withinArms], { multiple: MARGIN_MULTIPLE, pairs: mostPairs });
  return Math.min(LARGEST_MARGIN, margin);
}

function movements(
  controls: readonly Subject[],
  pairs: ReadonlyMap<string, readonly Pair[]>,
): ControlMovement[] {
  return controls.map(({ id }) => {
    const own = pairs.get(id) ?? [];
    const { estimate } = hodgesLehmann(own.map((pair) => logRatio(pair, 'p50Ns')));
    return { id, ratio: Math.exp(estimate), pairs: own.length };
  });
}

/** NaN, of a control without a pair, has not moved. */
const moved = (ratio: number) => ratio > 1 + MOST_CONTROL_MOVES || ratio < 1 / (1 + MOST_CONTROL_MOVES);

const fewestPairs = (subjects: readonly Subject[], pairs: ReadonlyMap<string, readonly Pair[]>) =>
  Math.min(...subjects.map(({ id }) => pairs.get(id)?.length ?? 0));
