/** What a comparison leaves behind: complete enough to judge again, and to draw on as A/A data. */

import type { Environment } from '../environment.ts';
import type { FinalVerdict, TwoPasses } from './confirm.ts';
import type { Revision } from './revision.ts';
import type { ControlMovement, Pair, Sequence } from './sequence.ts';
import type { Chosen } from './subjects.ts';

export const COMPARISON_SCHEMA_VERSION = 1;

export interface ComparedUnit extends FinalVerdict {
  /** Nanoseconds of the trials of the first pass, pair by pair. */
  readonly baseNs: readonly number[];
  readonly headNs: readonly number[];
}

export type Outcome = 'passed' | 'failed' | 'void' | 'unmeasured' | 'interrupted';

export interface ComparisonRecord {
  readonly schemaVersion: typeof COMPARISON_SCHEMA_VERSION;
  readonly createdAt: string;
  readonly command: string;
  readonly base: Revision;
  readonly head: Revision;
  readonly seed: number;
  readonly environment: Environment;
  readonly outcome: Outcome;
  readonly voided: boolean;
  readonly units: readonly ComparedUnit[];
  readonly faults: readonly { readonly subject: string; readonly why: string; readonly fails: boolean }[];
  readonly gone: readonly string[];
  readonly added: readonly string[];
  readonly controls: readonly ControlMovement[];
  readonly trials: number;
  readonly disturbedTrials: number;
  readonly seconds: number;
}

export type Facts = Pick<
  ComparisonRecord,
  | 'createdAt'
  | 'command'
  | 'base'
  | 'head'
  | 'seed'
  | 'environment'
  | 'trials'
  | 'disturbedTrials'
  | 'seconds'
> & { readonly interrupted: boolean };

/** Pure: passes and facts in, the record with its outcome out. */
export function recordOf(
  { interrupted, ...facts }: Facts,
  chosen: Chosen,
  passes: TwoPasses,
): ComparisonRecord {
  const sequences = [passes.first, passes.second].filter((pass) => pass !== undefined);
  const faults = sequences.flatMap((pass) =>
    [...pass.faults].map(([subject, { why, fails }]) => ({ subject, why, fails })),
  );
  const units = passes.verdicts.map((verdict) => withTimes(verdict, passes.first));
  const isBroken = faults.some(({ fails }) => fails) || chosen.gone.length > 0;
  const outcome: Outcome = isBroken
    ? 'failed'
    : passes.voided
      ? 'void'
      : units.some(({ verdict }) => verdict === 'regressed')
        ? 'failed'
        : interrupted
          ? 'interrupted'
          : units.length === 0
            ? 'unmeasured'
            : 'passed';
  return {
    schemaVersion: COMPARISON_SCHEMA_VERSION,
    ...facts,
    outcome,
    voided: passes.voided,
    units,
    faults,
    gone: chosen.gone,
    added: chosen.added,
    controls: (passes.second ?? passes.first).controls,
  };
}

function withTimes(verdict: FinalVerdict, { pairs }: Sequence): ComparedUnit {
  const own = (pairs.get(verdict.subject) ?? []).slice(0, verdict.pairs);
  const timesOf = (arm: keyof Pair) => own.map((pair) => pair[arm][verdict.metric] as number);
  return { ...verdict, baseNs: timesOf('base'), headNs: timesOf('head') };
}
