/** Runs planned trials, each in a fresh process, and keeps every report as a row. */

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Output } from './output.ts';
import type { PlannedTrial } from './plan.ts';
import type { Profile } from './profile.ts';
import type { TrialRow } from './result.ts';
import type { TrialReport, TrialSpec } from './trial/protocol.ts';
import { Repeats, spawnQuietTrial } from './trial/quiet.ts';
import { spawnTrial } from './trial/spawn.ts';

export interface Watch {
  readonly output: Output;
  readonly signal: AbortSignal;
}

export type TrialMode = TrialSpec['mode'];

/**
 * One after another, each bound to a core; side by side, one a core, where times decide nothing (`verify`, `memory`,
 * smoke).
 * Stops at the first abort: the rows until then are returned, in the order of the plan; the trials that were running are
 * not among them.
 */
export async function runTrials(
  root: string,
  trials: readonly PlannedTrial[],
  profile: Profile,
  core: number | null,
  mode: TrialMode,
  { output, signal }: Watch,
): Promise<TrialRow[]> {
  const lanes = mode !== 'measure' || profile.sideBySide ? availableParallelism() : 1;
  const progress = new Progress(trials, output);
  const rows: TrialRow[] = [];
  const repeats = new Repeats(trials.length);
  let next = 0;
  const runLane = async () => {
    while (next < trials.length && !signal.aborted) {
      const position = next++;
      const trial = trials[position] as PlannedTrial;
      progress.starts(trial);
      const spec = specOf(root, trial, profile, mode);
      const options = {
        // With compiled code kept, memory would depend on whether an earlier trial had written it.
        ...spawnOptions(root, profile, trial.cold || mode === 'memory'),
        core: lanes > 1 ? null : core,
        signal,
      };
      // Side by side, each trial is the other's noise, and no time is to be believed.
      const report =
        lanes > 1 || mode === 'memory'
          ? await spawnTrial(spec, options)
          : await spawnQuietTrial(spec, options, repeats);
      if (signal.aborted) return;
      const { case: id, engine, role, trial: number } = trial;
      rows.push({ case: id, engine, role, trial: number, position, ...report });
      progress.ended(trial, report);
    }
  };
  await Promise.all(Array.from({ length: lanes }, runLane));
  output.clearProgress();
  return rows.sort((a, b) => a.position - b.position);
}

/** What holds for every trial of a profile, whoever starts it. */
export function spawnOptions(root: string, profile: Profile, cold: boolean) {
  return {
    // Loading, checking and warming a slow peer may take a while; ten times that is a hang.
    timeoutMs: profile.maxSampleMs + 120_000,
    // Compiled code kept between trials saves a third of a second each; a cold trial starts without.
    compileCache: cold ? null : join(root, '.pairbench', 'compile-cache'),
  };
}

/** The case, engine and place of a trial. */
export type Located = Pick<PlannedTrial, 'suiteFile' | 'case' | 'engine' | 'minSamples'>;

export function specOf(root: string, trial: Located, profile: Profile, mode: TrialMode): TrialSpec {
  return {
    root,
    suiteFile: trial.suiteFile,
    case: trial.case.slice(trial.case.indexOf('/') + 1),
    engine: trial.engine,
    mode,
    warmupMs: profile.warmupMs,
    sampleMs: profile.sampleMs,
    minSamples: trial.minSamples,
    maxSampleMs: profile.maxSampleMs,
  };
}

/** Says how far the run is: a moving line on a terminal, a line a case elsewhere. */
class Progress {
  readonly #trials: readonly PlannedTrial[];
  readonly #output: Output;
  readonly #startedMs = performance.now();
  /** A broken engine breaks every trial alike; one line is enough. */
  readonly #said = new Set<string>();
  readonly #left = new Map<string, number>();
  #done = 0;

  constructor(trials: readonly PlannedTrial[], output: Output) {
    this.#trials = trials;
    this.#output = output;
    for (const trial of trials) this.#left.set(trial.case, (this.#left.get(trial.case) ?? 0) + 1);
  }

  starts(trial: PlannedTrial): void {
    const all = this.#trials.length;
    const remaining = this.#done === 0 ? '' : `, ${etaOf(this.#startedMs, this.#done, all)} left`;
    this.#output.progress(`[${this.#done + 1}/${all}${remaining}] ${trial.case} ${trial.engine}`);
  }

  ended(trial: PlannedTrial, report: TrialReport): void {
    this.#done++;
    const fault = `${trial.case} ${trial.engine}: ${report.error}`;
    if (report.error !== undefined && !this.#said.has(fault)) {
      this.#output.say(`${this.#output.paint('red', report.state)} ${fault}`);
    }
    this.#said.add(fault);
    const left = (this.#left.get(trial.case) ?? 1) - 1;
    this.#left.set(trial.case, left);
    if (left === 0 && !this.#output.isLive) {
      this.#output.say(`[${this.#done}/${this.#trials.length}] ${trial.case}`);
    }
  }
}

function etaOf(startedMs: number, done: number, all: number): string {
  const seconds = Math.round((((performance.now() - startedMs) / done) * (all - done)) / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
