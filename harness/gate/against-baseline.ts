/**
 * Holds a result against a baseline of the same machine class: P50 and P99 of each case and engine. Pure: result and
 * baseline in, verdicts out. Trials of two days are no pairs, hence the rank-sum test, and two runs differ by more
 * than their trials show (memory layout, other guests of the host), hence a margin wider than that of `compare`.
 */

import type { Baseline, BaselineEntry } from '../baseline.ts';
import { HarnessError } from '../errors.ts';
import { classDifferences, describeClass, type MachineClass, machineClassOf } from '../machine-class.ts';
import { SAMPLES_TO_GATE_P99 } from '../profile.ts';
import type { Result } from '../result.ts';
import type { ChangeName } from '../stats/compare.ts';
import { median } from '../stats/order.ts';
import type { Judgement } from './judge.ts';
import { Measured } from './measured.ts';
import { compareUnits, type Unit } from './units.ts';

/** Chance of even one false `regressed` in a run, and of one false `improved`. */
export const FAMILY_ALPHA = 0.01;

export type BaselineMetric = 'p50Ns' | 'p50NsOfBatch' | 'p99Ns';

export interface BaselineVerdict {
  readonly case: string;
  readonly engine: string;
  readonly metric: BaselineMetric;
  readonly verdict: ChangeName | 'unmeasured';
  /** Median over the trials of the baseline. */
  readonly beforeNs: number;
  /** Median over the trials of the result; null where it has none. */
  readonly nowNs: number | null;
  /** Estimate of now / before; null likewise. */
  readonly ratio: number | null;
  /** Each end holds by itself with 1 - `FAMILY_ALPHA`; null where there are too few trials for that. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Relative change that is tolerated; null where nothing was compared. */
  readonly margin: number | null;
  /** Smallest slowdown that would have shown in nine of ten runs; null where none could, or nothing was compared. */
  readonly minimumDetectable: number | null;
  /** Why this verdict, in one line. */
  readonly why: string;
  /** True where this verdict fails the gate. */
  readonly blocks: boolean;
}

export interface BaselineJudgement {
  /** Of the baseline. */
  readonly revision: string;
  readonly createdAt: string;
  readonly verdicts: readonly BaselineVerdict[];
  /** `case engine` that the baseline does not know. */
  readonly added: readonly string[];
  /** All that blocks could not be measured because an engine is not available here. */
  readonly couldNotMeasure: boolean;
  readonly passed: boolean;
}

/** @throws HarnessError `ERR_BASELINE` naming both classes and what differs */
export function requireSameClass(machine: MachineClass, baseline: Pick<Baseline, 'machineClass'>): void {
  const differing = classDifferences(machine, baseline.machineClass);
  if (differing.length === 0) return;
  throw new HarnessError(
    'ERR_BASELINE',
    `the baseline is of another machine class (${differing.join(', ')}): ${describeClass(baseline.machineClass)}, and the result of ${describeClass(machine)}`,
  );
}

/**
 * One verdict a figure of the baseline, in its order: the P50 of every entry, the P99 where all trials of both sides
 * have the samples for one. A figure that the result does not have is `unmeasured` and blocks, unless it was not
 * chosen; what only the result has is `added`.
 * @throws HarnessError `ERR_BASELINE` for another machine class, `ERR_RESULT` as `Measured`
 */
export function judgeAgainstBaseline(result: Result, baseline: Baseline): BaselineJudgement {
  requireSameClass(machineClassOf(result.environment), baseline);
  const measured = new Measured(result);
  const rows = baseline.entries.flatMap((entry) => rowsOf(result, measured, entry));
  const units = rows.flatMap((row) => ('unit' in row ? [row.unit] : []));
  const found = compareUnits(units, FAMILY_ALPHA).values();
  const verdicts = rows.map((row): BaselineVerdict => {
    if (!('unit' in row)) return row.verdict;
    const comparison = found.next().value as ReturnType<typeof compareUnits>[number];
    return {
      ...row.head,
      ...comparison,
      nowNs: median(row.unit.nowNs),
      blocks: comparison.verdict === 'regressed',
    };
  });
  const known = new Set(baseline.entries.map((entry) => `${entry.case} ${entry.engine}`));
  const blocking = verdicts.filter((verdict) => verdict.blocks);
  return {
    revision: baseline.revision,
    createdAt: baseline.createdAt,
    verdicts,
    added: result.cases.flatMap(({ id, engines }) =>
      engines
        .filter((engine) => measured.of(id, engine).length > 0)
        .map((engine) => `${id} ${engine}`)
        .filter((name) => !known.has(name)),
    ),
    couldNotMeasure:
      blocking.length > 0 && blocking.every((verdict) => isUnavailable(result, verdict.case, verdict.engine)),
    passed: blocking.length === 0,
  };
}

type Head = Pick<BaselineVerdict, 'case' | 'engine' | 'metric' | 'beforeNs'>;
type Row = { readonly head: Head; readonly unit: Unit } | { readonly verdict: BaselineVerdict };

/** The figures of an entry, each ready to be compared, or with the verdict that it cannot be. */
function rowsOf(result: Result, measured: Measured, entry: BaselineEntry): Row[] {
  const { case: id, engine, batch, trials: before } = entry;
  const trials = measured.of(id, engine);
  const p50sNs = before.map(({ p50Ns }) => p50Ns);
  const head: Head = {
    case: id,
    engine,
    metric: batch === 1 ? 'p50Ns' : 'p50NsOfBatch',
    beforeNs: median(p50sNs),
  };
  const batchNow = trials[0]?.measurement.batch;
  if (batchNow === undefined) return [{ verdict: absent(head, ...whyAbsent(result, id, engine)) }];
  if (batchNow !== batch) {
    const why = `a sample was ${calls(batch)} in the baseline and is ${calls(batchNow)} now: bless anew`;
    return [{ verdict: absent(head, why, true) }];
  }
  const rows: Row[] = [{ head, unit: { nowNs: trials.map(({ p50Ns }) => p50Ns), beforeNs: p50sNs } }];
  const p99sNs = before.flatMap(({ p99Ns }) => p99Ns ?? []);
  const haveP99 = trials.every(({ measurement }) => measurement.samples >= SAMPLES_TO_GATE_P99);
  if (batch === 1 && haveP99 && p99sNs.length === before.length) {
    rows.push({
      head: { ...head, metric: 'p99Ns', beforeNs: median(p99sNs) },
      unit: { nowNs: trials.map(({ p99Ns }) => p99Ns), beforeNs: p99sNs },
    });
  }
  return rows;
}

const absent = (head: Head, why: string, blocks: boolean): BaselineVerdict => ({
  ...head,
  verdict: 'unmeasured',
  nowNs: null,
  ratio: null,
  interval: null,
  margin: null,
  minimumDetectable: null,
  why,
  blocks,
});

/** Why a figure of the baseline is not in the result, and whether that blocks. */
function whyAbsent(result: Result, id: string, engine: string): [why: string, blocks: boolean] {
  const entry = result.cases.find((one) => one.id === id);
  const isThere = entry?.engines.includes(engine) === true;
  if (!isThere && !result.complete) return [`${id} ${engine} is not among what was chosen`, false];
  if (entry === undefined) return [`no suite has the case ${id} any more; bless anew if that is meant`, true];
  if (!isThere) return [`${id} has no engine ${engine} any more; bless anew if that is meant`, true];
  if (isUnavailable(result, id, engine)) return [`${engine} is not available here`, true];
  return [`no good trial of ${id} on ${engine}`, true];
}

function isUnavailable(result: Result, id: string, engine: string): boolean {
  const suite = id.split('/')[0];
  const isThere = result.cases.some((entry) => entry.id === id && entry.engines.includes(engine));
  return isThere && result.unavailable.some((gone) => gone.suite === suite && gone.engine === engine);
}

const calls = (batch: number) => (batch === 1 ? 'one call' : `a batch of ${batch} calls`);

/** Targets and baseline in one judgement: it passes when both do. Without a baseline, the judgement as it is. */
export function withBaseline(
  judgement: Judgement,
  result: Result,
  baseline: Baseline | undefined,
): Judgement {
  if (baseline === undefined) return judgement;
  const against = judgeAgainstBaseline(result, baseline);
  const passed = judgement.passed && against.passed;
  const excused = (part: { passed: boolean; couldNotMeasure: boolean }) =>
    part.passed || part.couldNotMeasure;
  return {
    ...judgement,
    baseline: against,
    couldNotMeasure: !passed && excused(judgement) && excused(against),
    passed,
  };
}
