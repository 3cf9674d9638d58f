/** What the CLI and a trial process say to each other: one JSON argument in, one JSON line out. */

import { z } from 'zod';
import { trialSchema } from '../result.ts';

export const specSchema = z.strictObject({
  root: z.string(),
  suiteFile: z.string(),
  case: z.string(),
  engine: z.string(),
  /** `verify` checks the answers once and takes no sample. */
  mode: z.enum(['measure', 'verify']),
  warmupMs: z.number().nonnegative(),
  sampleMs: z.number().nonnegative(),
  minSamples: z.int().positive(),
  maxSampleMs: z.number().positive(),
});
export type TrialSpec = z.infer<typeof specSchema>;

/** The line's own mark, so that a package which prints to stdout cannot be mistaken for the report. */
export const LINE_MARK = 'pairbench-trial ';

export const reportSchema = trialSchema.omit({
  case: true,
  engine: true,
  role: true,
  trial: true,
  position: true,
});
export type TrialReport = z.infer<typeof reportSchema>;
