/** Rounds of a comparison measured for real: each pair is two fresh processes, one an arm, one after the other. */

import { decodeHistogram } from '../histogram.ts';
import { spawnOptions, specOf } from '../measure.ts';
import { type Profile, SAMPLES_TO_GATE_P99 } from '../profile.ts';
import { type Random, shuffled } from '../random.ts';
import { type QuietReport, Repeats, spawnQuietTrial } from '../trial/quiet.ts';
import type { ArmReading, Block, Fault, Subject, Taken, TakeRound } from './sequence.ts';
import { ARMS, type Arm, type ComparedSubject } from './subjects.ts';

export interface LiveOptions {
  /** Of the harness that runs: its scratch folder is used. */
  readonly root: string;
  readonly profile: Profile;
  readonly core: number | null;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Trials that a run takes at most, for its share of repeats. */
  readonly mostTrials: number;
  readonly onTrial: (subject: ComparedSubject, arm: Arm, report: QuietReport) => void;
}

/** @returns the function that measures one round; subjects in random order, each ABBA or BAAB by the seed */
export function liveRounds(subjects: readonly ComparedSubject[], options: LiveOptions): TakeRound {
  const byId = new Map(subjects.map((subject) => [subject.id, subject]));
  const repeats = new Repeats(options.mostTrials);
  const digests = new Map<string, string>();
  return async (wanted) => {
    const taken = new Map<string, Taken>();
    for (const { id } of shuffled(wanted, options.random)) {
      if (options.signal.aborted) break;
      const subject = byId.get(id) as ComparedSubject;
      const block = await takeBlock(subject, options, repeats, digests);
      if (block !== undefined) taken.set(id, block);
    }
    return taken;
  };
}

async function takeBlock(
  subject: ComparedSubject,
  options: LiveOptions,
  repeats: Repeats,
  digests: Map<string, string>,
): Promise<Taken | undefined> {
  const [first, second] = shuffled(ARMS, options.random) as [Arm, Arm];
  const readings: Record<Arm, ArmReading[]> = { base: [], head: [] };
  for (const arm of [first, second, second, first]) {
    const { root, suiteFile } = subject.arms[arm];
    const report = await spawnQuietTrial(
      specOf(root, { ...subject, suiteFile }, options.profile, 'measure'),
      spawnOptionsOf(subject, options),
      repeats,
    );
    if (options.signal.aborted) return undefined;
    options.onTrial(subject, arm, report);
    const fault = faultOf(arm, report) ?? differingAnswers(subject, report, digests);
    if (fault !== undefined) return fault;
    readings[arm].push(readingOf(report, subject));
  }
  const pair = (i: 0 | 1) => ({ base: readings.base[i] as ArmReading, head: readings.head[i] as ArmReading });
  return [pair(0), pair(1)] satisfies Block;
}

const spawnOptionsOf = (subject: ComparedSubject, { root, profile, core, signal }: LiveOptions) => ({
  ...spawnOptions(root, profile, subject.cold),
  core,
  signal,
});

function faultOf(arm: Arm, report: QuietReport): Fault | undefined {
  if (report.measurement !== undefined) return undefined;
  const what = report.state === 'wrong-answer' ? 'wrong answer' : 'failed';
  return { why: `${arm}: ${what}: ${report.error ?? 'no reason given'}`, fails: arm === 'head' };
}

/** Arms that answer differently did different work: a fixture or an expectation changed, and no time can be compared. */
function differingAnswers(
  { id }: Subject,
  report: QuietReport,
  digests: Map<string, string>,
): Fault | undefined {
  const digest = report.answers?.digest ?? '';
  const known = digests.get(id);
  if (known === undefined) digests.set(id, digest);
  if (known === undefined || known === digest) return undefined;
  return { why: 'both answer rightly, but not the same: the inputs changed', fails: false };
}

/** P50 and, where the samples allow it, P99 of a trial, in nanoseconds of a call (of a batch's mean where it has one). */
export function readingOf(report: QuietReport, subject: Subject): ArmReading {
  const { histogram, batch, samples } = report.measurement as NonNullable<QuietReport['measurement']>;
  const decoded = decodeHistogram(histogram);
  const at = (percentile: number) => decoded.getValueAtPercentile(percentile) / batch;
  const gated = subject.metrics.includes('p99Ns') && samples >= SAMPLES_TO_GATE_P99;
  return { p50Ns: at(50), ...(gated ? { p99Ns: at(99) } : {}) };
}
