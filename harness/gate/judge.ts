/** Holds a result against targets. Pure: result and targets in, verdicts out. */

import type { Result, TrialRow } from '../result.ts';
import type { Estimate } from '../stats/order.ts';
import type { Target } from '../targets.ts';
import type { BaselineJudgement } from './against-baseline.ts';
import { formatMetric } from './format.ts';
import { Measured } from './measured.ts';
import { judgeMemory, MeasuredMemory } from './memory.ts';
import { readMetric } from './reading.ts';

export type VerdictName = 'met' | 'missed' | 'inconclusive' | 'unmeasured' | 'discarded';

export interface Verdict {
  readonly target: Target;
  readonly verdict: VerdictName;
  /** The measured value with its bounds; absent where there is none. */
  readonly estimate?: Estimate;
  /** Why this verdict, in one line. */
  readonly why: string;
  /** True where this verdict fails the gate. */
  readonly blocks: boolean;
}

export interface Judgement {
  readonly verdicts: readonly Verdict[];
  /** Trials that gave a wrong answer, crashed or timed out: each kind fails the gate, whatever the targets say. */
  readonly faults: readonly string[];
  /** Held targets that could not be measured because an engine is not available here. */
  readonly couldNotMeasure: boolean;
  readonly passed: boolean;
  /** Only where the result was held against a baseline too. */
  readonly baseline?: BaselineJudgement;
}

/** @returns one verdict a target, in the order of the targets */
export function judge(result: Result, targets: readonly Target[]): Judgement {
  const measured = new Measured(result);
  const memory = new MeasuredMemory(result);
  const verdicts = targets.map((target) => judgeTarget(result, measured, memory, target));
  const faults = faultsOf([...result.trials, ...result.memoryTrials]);
  const blocking = verdicts.filter((verdict) => verdict.blocks);
  const missing = blocking.filter((verdict) => verdict.verdict === 'unmeasured');
  return {
    verdicts,
    faults,
    couldNotMeasure:
      missing.length > 0 &&
      missing.every(({ target }) => unavailableReason(result, target) !== undefined) &&
      missing.length === blocking.length &&
      faults.length === 0,
    passed: faults.length === 0 && blocking.length === 0,
  };
}

function judgeTarget(result: Result, measured: Measured, memory: MeasuredMemory, target: Target): Verdict {
  const held = target.status === 'held';
  const unmeasured = (why: string, blocks = held): Verdict => ({
    target,
    verdict: 'unmeasured',
    why,
    blocks,
  });
  if (target.status === 'discarded') {
    return { target, verdict: 'discarded', why: target.evidence ?? '', blocks: false };
  }
  const lacking = casesOf(target).find((id) => !result.cases.some((entry) => entry.id === id));
  if (lacking !== undefined) {
    if (!result.complete) return unmeasured(`${lacking} is not among the chosen cases`, false);
    return unmeasured(held ? `no suite has the case ${lacking}` : (target.reason ?? 'open'));
  }
  if (!isChosenEngine(result, target)) return unmeasured('not among the chosen engines', false);
  const missing = unavailableReason(result, target);
  if (missing !== undefined) return unmeasured(missing);
  if (target.metric === 'wrongAnswers') return judgeAnswers(result, target, held);

  const ofMemory = judgeMemory(result, memory, target);
  if (ofMemory?.verdict === 'unmeasured')
    return unmeasured(held ? ofMemory.why : (target.reason ?? ofMemory.why));
  if (ofMemory !== undefined) return { target, ...ofMemory, blocks: held && ofMemory.verdict === 'missed' };

  const reading = readMetric(measured, target);
  if (typeof reading === 'string') return unmeasured(reading);
  const { estimate, refused } = reading;
  if (estimate === undefined) return judgeRefused(measured, target, refused);
  if (!Number.isFinite(estimate.value)) {
    return unmeasured(held ? whyNoValue(measured, target) : (target.reason ?? 'open'));
  }
  if (refused !== undefined) return { ...judgeRefused(measured, target, refused), estimate };
  const { verdict, why } = compareWithLimit(estimate, target);
  return { target, verdict, estimate, why, blocks: held && verdict === 'missed' };
}

/** Too few samples for a P99. It is no better than the P50, so a P50 beyond the limit still decides. */
function judgeRefused(measured: Measured, target: Target, refused: string): Omit<Verdict, 'estimate'> {
  const { lowerBound } = measured.p50(target.case, target.engine);
  if (
    target.metric === 'p99Ns' &&
    target.max !== undefined &&
    lowerBound !== null &&
    lowerBound > target.max
  ) {
    const why = `${refused}, but the P50 alone is beyond the limit: ${formatMetric(target.metric, lowerBound)}`;
    return { target, verdict: 'missed', why, blocks: target.status === 'held' };
  }
  return { target, verdict: 'inconclusive', why: refused, blocks: false };
}

function compareWithLimit(estimate: Estimate, target: Target): { verdict: VerdictName; why: string } {
  const limit = (target.max ?? target.min) as number;
  const show = (value: number) => formatMetric(target.metric, value);
  const { lowerBound, upperBound } = estimate;
  if (lowerBound === null || upperBound === null) {
    return { verdict: 'inconclusive', why: `${estimate.n} trials give no 95 % bound; five or more do` };
  }
  const [bestCase, worstCase] =
    target.max === undefined ? [upperBound, lowerBound] : [lowerBound, upperBound];
  const isGood = (value: number) => (target.max === undefined ? value >= limit : value <= limit);
  const [kept, broken] = target.max === undefined ? ['reaches', 'is short of'] : ['is within', 'is beyond'];
  if (isGood(worstCase))
    return { verdict: 'met', why: `95 % bound ${show(worstCase)} ${kept} ${show(limit)}` };
  if (!isGood(bestCase))
    return { verdict: 'missed', why: `95 % bound ${show(bestCase)} ${broken} ${show(limit)}` };
  // With bounds as far from the value as these are, in proportion.
  const told = [worstCase, bestCase].map((bound) => show((limit * estimate.value) / bound));
  return {
    verdict: 'inconclusive',
    why: `${show(limit)} lies between the bounds ${show(lowerBound)} and ${show(upperBound)}; ${told[0]} would have been met, ${told[1]} missed`,
  };
}

function judgeAnswers(result: Result, target: Target, held: boolean): Verdict {
  const rows = [...result.trials, ...result.memoryTrials].filter(
    (row) => row.case === target.case && row.engine === target.engine && row.answers,
  );
  if (rows.length === 0) {
    const why = held ? 'no answer was checked' : (target.reason ?? 'open');
    return { target, verdict: 'unmeasured', why, blocks: held };
  }
  const wrong = rows.reduce((sum, row) => sum + (row.answers?.wrong ?? 0), 0);
  const checked = rows.reduce((sum, row) => sum + (row.answers?.checked ?? 0), 0);
  const met = wrong <= (target.max ?? 0);
  return {
    target,
    verdict: met ? 'met' : 'missed',
    estimate: { value: wrong, interval: null, lowerBound: null, upperBound: null, n: checked },
    why: `${wrong} of ${checked} answers wrong`,
    blocks: held && !met,
  };
}

/** Wrong answers and broken trials, one line each kind. */
function faultsOf(trials: readonly TrialRow[]): string[] {
  const lines = new Map<string, number>();
  for (const row of trials) {
    if (row.state === 'measured' || row.state === 'verified' || row.error === 'interrupted') continue;
    const what = row.state === 'wrong-answer' ? 'wrong answer' : 'failed';
    const line = `${row.case} ${row.engine}: ${what}: ${row.error ?? 'no reason given'}`;
    lines.set(line, (lines.get(line) ?? 0) + 1);
  }
  return [...lines].map(([line, times]) => (times === 1 ? line : `${line} (${times} trials)`));
}

/** Which trials a value is missing for. */
function whyNoValue(measured: Measured, target: Target): string {
  const sides = [
    { id: target.case, engine: target.engine },
    { id: target.case, engine: target.against ?? target.engine },
    { id: target.againstCase ?? target.case, engine: target.engine },
  ];
  const empty = sides.find(({ id, engine }) => measured.of(id, engine).length === 0);
  return empty === undefined
    ? `its trials give no ${target.metric}`
    : `no good trial of ${empty.id} on ${empty.engine}`;
}

const casesOf = (target: Target) => [
  target.case,
  ...(target.againstCase === undefined ? [] : [target.againstCase]),
];

/** An engine that cannot run here; a case that is in no suite is another matter and is never excused by it. */
function unavailableReason(result: Result, target: Target): string | undefined {
  if (casesOf(target).some((id) => !result.cases.some((entry) => entry.id === id))) return undefined;
  const suite = target.case.split('/')[0];
  const needed = [target.engine, target.against].filter((name) => name !== undefined);
  const gone = result.unavailable.find((entry) => entry.suite === suite && needed.includes(entry.engine));
  return gone === undefined ? undefined : `${gone.engine} is not available here`;
}

function isChosenEngine(result: Result, target: Target): boolean {
  if (result.complete) return true;
  const entry = result.cases.find(({ id }) => id === target.case);
  const names = [...(entry?.engines ?? []), ...(entry?.peers.map((peer) => peer.id) ?? [])];
  return names.includes(target.engine) && (target.against === undefined || names.includes(target.against));
}
