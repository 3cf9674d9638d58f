/** Runs planned trials one after another, each in a fresh process, and keeps every report as a row. */

import type { Output } from './output.ts';
import type { PlannedTrial } from './plan.ts';
import type { Profile } from './profile.ts';
import type { TrialRow } from './result.ts';
import { spawnTrial } from './trial/spawn.ts';

export interface Watch {
  readonly output: Output;
  readonly signal: AbortSignal;
}

/** Stops at the first abort; the rows until then are returned. The trial that was running is not among them. */
export async function runTrials(
  root: string,
  trials: readonly PlannedTrial[],
  profile: Profile,
  core: number | null,
  mode: 'measure' | 'verify',
  { output, signal }: Watch,
): Promise<TrialRow[]> {
  const rows: TrialRow[] = [];
  /** A broken engine breaks every trial alike; one line is enough. */
  const said = new Set<string>();
  const startedMs = performance.now();
  for (const [position, trial] of trials.entries()) {
    if (signal.aborted) break;
    const remaining = position === 0 ? '' : `, ${etaOf(startedMs, position, trials.length)} left`;
    output.progress(`[${position + 1}/${trials.length}${remaining}] ${trial.case} ${trial.engine}`);
    const report = await spawnTrial(
      {
        root,
        suiteFile: trial.suiteFile,
        case: trial.case.slice(trial.case.indexOf('/') + 1),
        engine: trial.engine,
        mode,
        warmupMs: profile.warmupMs,
        sampleMs: profile.sampleMs,
        minSamples: trial.minSamples,
        maxSampleMs: profile.maxSampleMs,
      },
      // Loading, checking and warming a slow peer may take a while; ten times that is a hang.
      { core, timeoutMs: profile.maxSampleMs + 120_000, signal },
    );
    if (signal.aborted) break;
    rows.push({
      case: trial.case,
      engine: trial.engine,
      role: trial.role,
      trial: trial.trial,
      position,
      ...report,
    });
    const fault = `${trial.case} ${trial.engine}: ${report.error}`;
    if (report.error !== undefined && !said.has(fault))
      output.say(`${output.paint('red', report.state)} ${fault}`);
    said.add(fault);
    if (!output.isLive && trials[position + 1]?.case !== trial.case) {
      output.say(`[${position + 1}/${trials.length}] ${trial.case}`);
    }
  }
  output.clearProgress();
  return rows;
}

function etaOf(startedMs: number, done: number, all: number): string {
  const seconds = Math.round((((performance.now() - startedMs) / done) * (all - done)) / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
