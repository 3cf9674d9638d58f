/**
 * `bench power`: what the gate sees and what it cries wolf at, measured on this machine. `bench power DATA.json` works the
 * rates out again from recorded pairs, by the procedure as it is now.
 */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compareTwice, type TwoPasses } from '../compare/confirm.ts';
import { readingOf } from '../compare/live.ts';
import type { Fault } from '../compare/sequence.ts';
import { type ComparedSubject, chooseSubjects } from '../compare/subjects.ts';
import type { Context } from '../context.ts';
import { type Environment, readEnvironment } from '../environment.ts';
import { EXIT, HarnessError, messageOf } from '../errors.ts';
import { suiteFiles } from '../house.ts';
import { spawnOptions, specOf } from '../measure.ts';
import {
  ARMS,
  type ArmName,
  type MeasureArm,
  type PoolBlock,
  plantOf,
  sharedRounds,
  subjectOf,
} from '../power/arms.ts';
import { powerPage, summaryLines } from '../power/page.ts';
import { parsePool } from '../power/pool-file.ts';
import { analyse, type LiveRun, type PowerRecord } from '../power/record.ts';
import { replayRuns } from '../power/replay.ts';
import { PROFILES, type Profile, type ProfileName, SAMPLES_TO_GATE_P99 } from '../profile.ts';
import { seededRandom } from '../random.ts';
import { writeWhole } from '../result.ts';
import { LOOK_PAIRS } from '../stats/error-rate.ts';
import { median } from '../stats/order.ts';
import { readTargets, type Target } from '../targets.ts';
import { Repeats, spawnQuietTrial } from '../trial/quiet.ts';

/** Live runs and resampled ones. Twenty live ones are what a published figure rests on. */
const EFFORT: Record<ProfileName, Effort> = {
  // Shows that everything runs: four pairs decide nothing.
  smoke: { liveRuns: 1, looks: [4], resampled: 5, measured: PROFILES.smoke },
  quick: { liveRuns: 5, looks: LOOK_PAIRS, resampled: 300, measured: PROFILES.quick },
  full: { liveRuns: 20, looks: LOOK_PAIRS, resampled: 2_000, measured: PROFILES.quick },
};

interface Effort {
  readonly liveRuns: number;
  /** Pairs at the looks of a live run. */
  readonly looks: readonly number[];
  /** Resampled runs a setting. */
  readonly resampled: number;
  /** How long a trial takes, as in `bench compare`. */
  readonly measured: Profile;
}
const PILOT_TRIALS = 5;

export async function power(context: Context): Promise<number> {
  const { root, options, output, signal } = context;
  const effort = EFFORT[options.profile];
  if (options.publish && options.profile !== 'full')
    throw new HarnessError('ERR_USAGE', 'only --profile full is published: it has twenty live runs');
  const [file] = options.operands;
  if (file !== undefined) return again(context, file, effort.resampled);
  const targets = readTargets(join(root, 'baselines', 'phase6.toml'));
  const subject = await subjectOfPower(context, targets);
  const environment = readEnvironment(root);
  const counts = { trials: 0, disturbed: 0 };
  const measureTrial = trialsOf(context, subject, environment, effort.measured, counts);
  output.say(`${subject.id}: ${effort.liveRuns} live runs`);
  const p99Ns = await pilot(measureTrial);
  const random = seededRandom(options.seed);
  const pool: PoolBlock[] = [];
  const live: LiveRun[] = [];
  const startedMs = performance.now();
  for (let run = 0; run < effort.liveRuns && !signal.aborted; run++) {
    const measureArm: MeasureArm = (arm) => {
      output.progress(`[run ${run + 1}/${effort.liveRuns}, trial ${counts.trials + 1}] ${arm}`);
      return measureTrial(arm, p99Ns);
    };
    const passes = await compareTwice(
      ARMS.map(subjectOf),
      sharedRounds(measureArm, random, run, (block) => pool.push(block)),
      { pairsAtLooks: effort.looks, isOver: () => signal.aborted },
    );
    if (signal.aborted) break;
    refuseFaults(passes);
    live.push({ run, verdicts: passes.verdicts });
    output.say(`run ${run + 1}: ${passes.verdicts.map((unit) => `${unit.id} ${unit.verdict}`).join(', ')}`);
  }
  output.clearProgress();
  if (live.length === 0) return EXIT.interrupted;
  // After Ctrl-C nobody wants to wait for minutes of it.
  const resampled = signal.aborted ? EFFORT.smoke.resampled : effort.resampled;
  output.say(`resampling ${resampled} runs a setting`);
  const record = await analyse(
    {
      createdAt: new Date().toISOString(),
      command: `npx -y pnpm@12 bench power --case ${subject.case} --engine ${subject.engine} --profile ${options.profile} --seed ${options.seed}`,
      subject: subject.id,
      seed: options.seed,
      environment,
      seconds: Math.round((performance.now() - startedMs) / 1000),
      trials: counts.trials,
      disturbedTrials: counts.disturbed,
      p99BeforeNs: p99Ns,
    },
    live,
    pool,
    resampled,
  );
  report(context, record);
  return signal.aborted ? EXIT.interrupted : EXIT.good;
}

/** From the data of an earlier run: no trial is started. */
async function again(context: Context, file: string, resampled: number): Promise<number> {
  let text: string;
  try {
    text = readFileSync(resolve(context.cwd, file), 'utf8');
  } catch (error) {
    throw new HarnessError('ERR_RESULT', `the data cannot be read: ${messageOf(error)}`);
  }
  const { facts, pool } = parsePool(text, file);
  report(context, await analyse(facts, await replayRuns(pool), pool, resampled));
  return EXIT.good;
}

function report({ root, options, output, signal }: Context, record: PowerRecord): void {
  for (const line of summaryLines(record)) output.say(line);
  output.say(`report: ${write(root, record, options.publish && !signal.aborted)}`);
  output.json(options.json, record);
}

/** The case named, or the first whose P99 is limited on the native engine. */
async function subjectOfPower(
  { root, options }: Context,
  targets: readonly Target[],
): Promise<ComparedSubject> {
  const ids = suiteFiles(root).map(({ id }) => id);
  const suites = new Set(ids);
  const limited = targets.find(
    ({ metric, engine, case: id }) =>
      metric === 'p99Ns' && engine === 'native' && suites.has(id.split('/')[0] ?? ''),
  );
  const cases = options.cases.length > 0 ? options.cases : limited === undefined ? [] : [limited.case];
  const engines = options.engines.length > 0 ? options.engines : ['native'];
  const { subjects } = await chooseSubjects(
    { base: root, head: root },
    { cases, engines },
    ids,
    PROFILES.quick,
    targets,
  );
  const [subject] = subjects;
  if (subject === undefined) throw new HarnessError('ERR_USAGE', 'no case matches the choice');
  return { ...subject, minSamples: SAMPLES_TO_GATE_P99, metrics: ['p50Ns', 'p99Ns'] };
}

/** The function that measures one trial of an arm. */
function trialsOf(
  { root, signal }: Context,
  subject: ComparedSubject,
  { pinnedToCore }: Environment,
  profile: Profile,
  counts: { trials: number; disturbed: number },
) {
  // A third of a run's trials may be repeats, whatever its length.
  const repeats = new Repeats(10_000);
  const options = { ...spawnOptions(root, profile, subject.cold), core: pinnedToCore, signal };
  return async (arm: ArmName, p99Ns: number) => {
    const plant = plantOf(arm, p99Ns);
    const report = await spawnQuietTrial(
      {
        ...specOf(root, { ...subject, suiteFile: subject.arms.base.suiteFile }, profile, 'measure'),
        ...(plant === undefined ? {} : { plant }),
      },
      options,
      repeats,
    );
    counts.trials++;
    if (report.disturbed !== undefined) counts.disturbed++;
    if (report.measurement === undefined)
      return { why: report.error ?? report.state, fails: true } satisfies Fault;
    return readingOf(report, subject);
  };
}

/** The P99 without a slowdown, from a few trials of their own. */
async function pilot(measureTrial: ReturnType<typeof trialsOf>): Promise<number> {
  const found: number[] = [];
  for (let i = 0; i < PILOT_TRIALS; i++) {
    const reading = await measureTrial('base', 0);
    if ('fails' in reading) throw new HarnessError('ERR_NOT_MEASURED', reading.why);
    if (reading.p99Ns === undefined)
      throw new HarnessError('ERR_NOT_MEASURED', 'the case is too slow or batched: its trials give no P99');
    found.push(reading.p99Ns);
  }
  return median(found);
}

function refuseFaults({ first, second }: TwoPasses): void {
  for (const pass of [first, second]) {
    for (const { why } of pass?.faults.values() ?? []) throw new HarnessError('ERR_NOT_MEASURED', why);
  }
}

function write(root: string, record: PowerRecord, publish: boolean): string {
  const folder = join(root, publish ? 'reports' : '.pairbench');
  const file = join(folder, 'gate-power.md');
  writeWhole(join(folder, ...(publish ? ['data'] : []), 'gate-power.json'), `${JSON.stringify(record)}\n`);
  writeWhole(file, powerPage(record));
  return file;
}
