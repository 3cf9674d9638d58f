/**
 * What the CLI and a trial process say to each other: one JSON argument in, one JSON line out. The CLI reads strictly; a
 * trial imports types of this file only, since loading zod would cost each about 70 ms.
 */

import { z } from 'zod';
import { noiseSchema, trialSchema } from '../result.ts';
import { CLOCK_NAMES } from './clocks/clock.ts';

export const plantSchema = z.discriminatedUnion('kind', [
  /** Every call takes this share longer than it took by itself: 0.05 for 5 %. */
  z.strictObject({ kind: z.literal('share'), share: z.number().positive() }),
  /**
   * One call in so many is held until it has taken that long: with one in a hundred, a little more than one percent of
   * the calls last at least `atLeastNs`, so that it becomes the P99 while the P50 stays.
   */
  z.strictObject({
    kind: z.literal('tail'),
    every: z.int().positive(),
    atLeastNs: z.number().positive(),
  }),
]);
export type Plant = z.infer<typeof plantSchema>;

const count = z.int().nonnegative();

/** What a crosscheck trial says of itself. */
export const readingSchema = z.strictObject({
  clock: z.enum(CLOCK_NAMES),
  meanNs: z.number().positive(),
  rotations: z.int().positive(),
  drift: z.number().positive().optional(),
  async: z.boolean(),
  inputs: z.int().positive(),
  /** Calls made while the clock ran; benchmark.js makes some that it does not count. */
  calls: z.int().positive(),
  gc: z.strictObject({ count, pauseNs: z.number().nonnegative() }),
  /** Its `spanNs` is the time the clock ran, its own work between calls included. */
  noise: noiseSchema,
  clockCostNs: z.number().nonnegative(),
});
export type Reading = z.infer<typeof readingSchema>;

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
