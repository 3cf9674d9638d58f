/** A trial taken in noise is taken again, a bounded number of times; then it stands, marked. */

import { disturbancesOf } from './noise.ts';
import type { TrialReport, TrialSpec } from './protocol.ts';
import { type SpawnOptions, spawnTrial } from './spawn.ts';

/** Tries of one trial. */
const MOST_ATTEMPTS = 3;
/** Of all trials of a run: a machine that is never quiet must not make the run endless. */
const SHARE_OF_REPEATS = 0.25;

export interface QuietReport extends TrialReport {
  readonly disturbed?: [string, ...string[]];
  readonly attempts?: number;
}

/** Repeats that a run has left. Which trials get them is decided by the noise alone, never by the time they measured. */
export class Repeats {
  #left: number;

  /** @param trials planned in the run */
  constructor(trials: number) {
    this.#left = Math.ceil(trials * SHARE_OF_REPEATS);
  }

  take(): boolean {
    return this.#left-- > 0;
  }
}

/** Runs a trial; again while something else disturbed it and repeats are left. Never throws, like `spawnTrial`. */
export async function spawnQuietTrial(
  spec: TrialSpec,
  options: SpawnOptions,
  repeats: Repeats,
): Promise<QuietReport> {
  for (let attempts = 1; ; attempts++) {
    const report = await spawnTrial(spec, options);
    const [reason, ...others] =
      report.measurement === undefined ? [] : disturbancesOf(report.measurement.noise);
    const tries = attempts > 1 ? { attempts } : {};
    if (reason === undefined) return { ...report, ...tries };
    const isLast = attempts === MOST_ATTEMPTS || options.signal?.aborted === true || !repeats.take();
    if (isLast) return { ...report, ...tries, disturbed: [reason, ...others] };
  }
}
