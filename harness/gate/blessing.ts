/** From a result to a baseline: whether it is fit for one, what it becomes, what it changes. Pure. */

import type { Baseline, BaselineEntry } from '../baseline.ts';
import type { HarnessErrorCode } from '../errors.ts';
import { encodeHistogram, mergeHistograms } from '../histogram.ts';
import { classSlug, machineClassOf } from '../machine-class.ts';
import { PROFILES, SAMPLES_TO_GATE_P99 } from '../profile.ts';
import type { Result } from '../result.ts';
import { median } from '../stats/order.ts';
import { smallestRankSumP } from '../stats/rank-sum.ts';
import { FAMILY_ALPHA } from './against-baseline.ts';
import { judge } from './judge.ts';
import { Measured } from './measured.ts';

/** Share of the trials that may have been disturbed. */
const MOST_DISTURBED = 0.1;
/** One-minute load average before the run; a machine that did nothing is well below. */
const MOST_LOAD = 0.5;
/** Change of a P50 that a new baseline is asked to tell of. */
const WORTH_TELLING = 0.05;

export interface Refusal {
  readonly code: HarnessErrorCode;
  readonly why: string;
}

/**
 * Why a result is no baseline, the first reason found; null for one that is fit.
 * @param head the commit that is checked out now, null where there is none
 */
export function whyNotBlessed(result: Result, head: string | null): Refusal | null {
  const { environment, trials } = result;
  const unfit = (why: string): Refusal => ({ code: 'ERR_BASELINE', why });
  const unmeasured = (why: string): Refusal => ({ code: 'ERR_NOT_MEASURED', why });
  if (result.profile === 'smoke') return unfit('profile smoke times nothing that could be kept');
  if (environment.revision === null || environment.dirty === null)
    return unfit('the result is of no known revision; measure in a git checkout');
  if (environment.dirty) return unfit('the tree had uncommitted changes when it was measured; commit first');
  if (environment.revision !== head) {
    const now = head === null ? 'no commit' : shortRevision(head);
    return unfit(
      `the result is of ${shortRevision(environment.revision)}, and ${now} is checked out; measure again`,
    );
  }
  if (result.interrupted) return unmeasured('the run was interrupted');
  if (!result.complete) return unmeasured('cases or engines were chosen by name; a baseline holds all');
  const gone = result.unavailable.find(({ engine }) => engine === 'native' || engine === 'typescript');
  if (gone !== undefined) return unmeasured(`${gone.suite} ${gone.engine} was left out: ${gone.reason}`);
  const { faults } = judge(result, []);
  if (faults.length > 0) return unmeasured(`the run has faults (${faults.length}), the first: ${faults[0]}`);
  const fewest = tooFewTrials(result);
  if (fewest !== null) return unmeasured(fewest);
  if (environment.loadBefore > MOST_LOAD) {
    return unmeasured(
      `the machine was not idle: load ${environment.loadBefore.toFixed(2)} before the run, at most ${MOST_LOAD} may be`,
    );
  }
  const disturbed = trials.filter((row) => row.disturbed !== undefined);
  if (disturbed.length > MOST_DISTURBED * trials.length) {
    return unmeasured(
      `the machine was noisy: ${disturbed.length} of ${trials.length} trials were disturbed, at most ${100 * MOST_DISTURBED} % may be; the first ${disturbed[0]?.disturbed?.[0]}`,
    );
  }
  return null;
}

/** A baseline that no quick run could ever show a regression against would pass everything. */
function tooFewTrials(result: Result): string | null {
  const entries = entriesOf(result);
  if (entries.length === 0) return 'no engine was measured';
  const figures = entries.length + entries.filter(hasP99).length;
  const trials = Math.min(...entries.map((entry) => entry.trials.length));
  const quick = PROFILES.quick.trials;
  if (figures * smallestRankSumP(quick, trials) <= FAMILY_ALPHA) return null;
  return `${trials} trials a case are too few: a quick run of ${quick} could not show one regression among ${figures} figures; measure with --profile full`;
}

/** @param result one that `whyNotBlessed` has nothing against */
export function baselineOf(result: Result): Baseline {
  return {
    schemaVersion: 1,
    machineClass: machineClassOf(result.environment),
    revision: result.environment.revision as string,
    createdAt: result.createdAt,
    command: result.command,
    profile: result.profile as Baseline['profile'],
    environment: result.environment,
    entries: entriesOf(result),
  };
}

function entriesOf(result: Result): BaselineEntry[] {
  const measured = new Measured(result);
  const machine = classSlug(machineClassOf(result.environment));
  return result.cases.flatMap(({ id, engines }) =>
    engines.flatMap((engine): BaselineEntry[] => {
      const trials = measured.of(id, engine);
      if (trials.length === 0) return [];
      const batch = trials[0]?.measurement.batch ?? 1;
      const figures = trials.map(({ p50Ns, p99Ns, measurement: { samples } }) => ({
        p50Ns,
        p99Ns: batch === 1 && samples >= SAMPLES_TO_GATE_P99 ? p99Ns : null,
        samples,
      }));
      const histogram = encodeHistogram(mergeHistograms(trials.map((trial) => trial.histogram)));
      return [{ case: id, engine, machine, batch, trials: figures, histogram }];
    }),
  );
}

/** Whether every trial has a P99 to compare. */
export const hasP99 = ({ trials }: BaselineEntry) => trials.every(({ p99Ns }) => p99Ns !== null);

export interface BaselineChanges {
  /** `case engine` */
  readonly added: readonly string[];
  readonly gone: readonly string[];
  /** P50s that differ by more than 5 %; `ratio` is new over old. */
  readonly moved: readonly { readonly what: string; readonly ratio: number }[];
}

/** What a new baseline says otherwise than the old one; everything is `added` where there was none. */
export function changesSince(old: Baseline | null, fresh: Baseline): BaselineChanges {
  const nameOf = (entry: BaselineEntry) => `${entry.case} ${entry.engine}`;
  const p50Of = (entry: BaselineEntry) => median(entry.trials.map(({ p50Ns }) => p50Ns));
  const before = new Map((old?.entries ?? []).map((entry) => [nameOf(entry), p50Of(entry)]));
  const now = new Map(fresh.entries.map((entry) => [nameOf(entry), p50Of(entry)]));
  return {
    added: [...now.keys()].filter((what) => !before.has(what)),
    gone: [...before.keys()].filter((what) => !now.has(what)),
    moved: [...now].flatMap(([what, p50Ns]) => {
      const ratio = p50Ns / (before.get(what) ?? Number.NaN);
      return Math.max(ratio, 1 / ratio) > 1 + WORTH_TELLING ? [{ what, ratio }] : [];
    }),
  };
}

export const shortRevision = (revision: string) => revision.slice(0, 12);
