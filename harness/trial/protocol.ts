/** What the CLI and a trial process say to each other: one JSON argument in, one JSON line out. */

import { z } from 'zod';
import { trialSchema } from '../result.ts';
import { CLOCK_NAMES, readingSchema } from './clocks/clock.ts';
import { plantSchema } from './plant.ts';

export const specSchema = z.strictObject({
  root: z.string(),
  suiteFile: z.string(),
  case: z.string(),
  engine: z.string(),
  /** `verify` checks the answers once and takes no sample; `memory` reads memory and times nothing. */
  mode: z.enum(['measure', 'verify', 'memory', 'crosscheck']),
  warmupMs: z.number().nonnegative(),
  sampleMs: z.number().nonnegative(),
  minSamples: z.int().positive(),
  maxSampleMs: z.number().positive(),
  /** The clock of a crosscheck; only there. */
  clock: z.enum(CLOCK_NAMES).optional(),
  /** A slowdown of known size, to see whether the gate finds it. */
  plant: plantSchema.optional(),
});
export type TrialSpec = z.infer<typeof specSchema>;

/** The line's own mark, so that a package which prints to stdout cannot be mistaken for the report. */
export const LINE_MARK = 'pairbench-trial ';

export const reportSchema = trialSchema
  .omit({
    case: true,
    engine: true,
    role: true,
    trial: true,
    position: true,
    disturbed: true,
    attempts: true,
  })
  /** Only from a crosscheck trial, which is `measured` and has no measurement. */
  .extend({ reading: readingSchema.optional() });
export type TrialReport = z.infer<typeof reportSchema>;

/** The line itself: native files by their paths, since the CLI hashes each once and a trial would at every start. */
export const lineSchema = reportSchema.omit({ addons: true }).extend({ nativeFiles: z.array(z.string()) });
export type TrialLine = z.infer<typeof lineSchema>;
