/** The result file: what one run measured, complete enough to judge and to draw it again. Versioned, read strictly. */

import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { environmentSchema } from './environment.ts';
import { HarnessError, issuesOf, messageOf } from './errors.ts';
import { PROFILE_NAMES } from './profile.ts';
import { timesByInputSchema } from './times-by-input.ts';

export const RESULT_SCHEMA_VERSION = 2;

const count = z.int().nonnegative();

/** Of the time between the first sample and the last; null where the system does not tell. */
export const noiseSchema = z.strictObject({
  spanNs: z.number().nonnegative(),
  /** Processor time of the thread that samples. */
  mainThreadNs: z.number().nonnegative().nullable(),
  /** Processor time of all threads of the process. */
  processNs: z.number().nonnegative(),
  /** How long the sampling thread was ready to run and did not. */
  waitedNs: z.number().nonnegative().nullable(),
  /** Time that the host of a virtual machine gave to others, on the core of the trial or on the mean core. */
  stolenNs: z.number().nonnegative().nullable(),
  voluntarySwitches: count,
  involuntarySwitches: count,
  frequencyMhz: z.strictObject({ before: z.number().positive(), after: z.number().positive() }).nullable(),
  /** Times the core was slowed down for its heat. */
  throttles: count.nullable(),
  /** One-minute load average at the end. */
  load: z.number().nonnegative(),
});
export type Noise = z.infer<typeof noiseSchema>;

/** What a trial says of itself; printed by the trial process as one JSON line. */
export const measurementSchema = z.strictObject({
  /** Calls in one sample; above 1 the samples are means of a batch. */
  batch: z.int().positive(),
  cold: z.boolean(),
  /** True where the engine timed itself, without the crossing into it. */
  selfTimed: z.boolean(),
  samples: z.int().positive(),
  /** Sum of all samples: time inside calls. */
  elapsedNs: z.number().positive(),
  /** Exact, beside the histogram's 0.1 % buckets; of a call, or of a batch's mean. */
  minNs: z.number().positive(),
  maxNs: z.number().positive(),
  /** Nanoseconds of whole samples (a call, or `batch` calls), V2 compressed base64. */
  histogram: z.string().startsWith('HIST'),
  /** Units of work done in `elapsedNs`. */
  units: z.number().nonnegative(),
  /** Median of the second half of the samples over that of the first; absent where no input came twice. */
  drift: z.number().positive().optional(),
  /** Whether that drift is a trend; absent where there are too few samples to say. */
  warmUp: z.enum(['settled', 'speeding-up', 'slowing-down']).optional(),
  /** The input with the highest median, by its place in the set; absent for batches. */
  slowestInput: z.strictObject({ input: count, p50Ns: z.number().positive() }).optional(),
  byInput: timesByInputSchema.optional(),
  warmupCalls: count,
  gc: z.strictObject({ count, pauseNs: z.number().nonnegative() }),
  peakRssBytes: count,
  noise: noiseSchema,
  loadNs: z.number().nonnegative(),
  /** What one reading of the clock costs; samples under twenty times this are not to be trusted. */
  clockCostNs: z.number().nonnegative(),
  /** A whole sample of an operation that does nothing, median; absent where the engine times itself or the clock is coarse. */
  emptyNs: z.number().positive().optional(),
});
export type Measurement = z.infer<typeof measurementSchema>;

/** What a memory trial found: a process of its own that samples no time. */
export const memorySchema = z.strictObject({
  /** What the engine holds after its work and a collection, above what was there before it was loaded; may be negative. */
  retained: z.strictObject({
    heapBytes: z.int(),
    /** Array buffers and what else V8 knows to lie outside its heap. */
    externalBytes: z.int(),
    /** By the counting allocator of the native code; null for an engine without one. */
    nativeBytes: z.int().nullable(),
  }),
  peakRssBytes: count,
  /** Exact counts of one warm pass over all inputs; null for an engine without a counting allocator. */
  native: z
    .strictObject({
      operations: z.int().positive(),
      allocations: count,
      allocatedBytes: count,
      /** Most bytes held at once during the pass, above what was held before it. */
      peakBytes: count,
    })
    .nullable(),
  /**
   * Most that one call held at once above what was held before it, over `operations` inputs, each part by itself: heap
   * and external memory as V8 knew them (what is not collected yet counts), native bytes by the counting allocator.
   * Absent in results from before it was read.
   */
  operationPeak: z
    .strictObject({
      operations: z.int().positive(),
      jsBytes: count,
      nativeBytes: count.nullable(),
    })
    .optional(),
});
export type MemoryReading = z.infer<typeof memorySchema>;

export const trialSchema = z.strictObject({
  case: z.string(),
  engine: z.string(),
  role: z.enum(['engine', 'peer']),
  /** 0 … trials-1; trials of the same number stand in the same block and make a pair. */
  trial: count,
  /** Place in the run, from 0; memory trials, which come after the timed ones, are counted anew. */
  position: count,
  state: z.enum(['measured', 'verified', 'wrong-answer', 'failed']),
  /** What went wrong, one line; only where `state` says that something did. */
  error: z.string().optional(),
  /** Answers compared, and the digest of all of them; engines that agree have the same digest. */
  answers: z.strictObject({ checked: count, wrong: count, digest: z.string() }).optional(),
  /** Native files the process loaded. */
  addons: z.array(z.strictObject({ file: z.string(), sha256: z.string() })),
  /** Why the machine was not quiet, one line a reason; left out where it was. The last try of a bounded number. */
  disturbed: z.array(z.string()).nonempty().optional(),
  /** Tries that this trial took; left out for one. */
  attempts: z.int().min(2).optional(),
  measurement: measurementSchema.optional(),
  /** Only in `memory` rows of a result. */
  memory: memorySchema.optional(),
});
export type TrialRow = z.infer<typeof trialSchema>;

export const caseInfoSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  unit: z.string(),
  inputs: z.string(),
  curve: z.strictObject({ over: z.string(), point: z.string() }).optional(),
  engines: z.array(z.string()),
  peers: z.array(
    z.strictObject({ id: z.string(), note: z.string().optional(), control: z.boolean().optional() }),
  ),
});
export type CaseInfo = z.infer<typeof caseInfoSchema>;

export const resultSchema = z.strictObject({
  schemaVersion: z.literal(RESULT_SCHEMA_VERSION),
  createdAt: z.iso.datetime(),
  /** The command that makes such a file again. */
  command: z.string(),
  profile: z.enum(PROFILE_NAMES),
  seed: z.int().nonnegative(),
  /** Timed trials and memory trials. */
  trialsPlanned: count,
  /** Every case that was chosen, also those without one good trial. */
  cases: z.array(caseInfoSchema),
  /** False when cases or engines were chosen by name: targets outside the choice are then not judged. */
  complete: z.boolean(),
  /** Engines left out because they cannot run here, with the reason. */
  unavailable: z.array(z.strictObject({ engine: z.string(), suite: z.string(), reason: z.string() })),
  interrupted: z.boolean(),
  environment: environmentSchema,
  trials: z.array(trialSchema),
  /** Trials that read memory and time nothing. */
  memoryTrials: z.array(trialSchema),
});
export type Result = z.infer<typeof resultSchema>;

/** @throws HarnessError `ERR_RESULT` for text that is no result file of this version */
export function parseResult(text: string, file: string): Result {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw new HarnessError('ERR_RESULT', `${file} is damaged: ${messageOf(error)}`);
  }
  const version = (raw as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version !== RESULT_SCHEMA_VERSION) {
    throw new HarnessError(
      'ERR_RESULT',
      `${file} has schema version ${JSON.stringify(version) ?? 'none'}; this pairbench reads version ${RESULT_SCHEMA_VERSION}`,
    );
  }
  const parsed = resultSchema.safeParse(raw);
  if (!parsed.success) throw new HarnessError('ERR_RESULT', `${file}: ${issuesOf(parsed.error)}`);
  return parsed.data;
}

export function readResult(file: string): Result {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new HarnessError(
      'ERR_RESULT',
      isMissing
        ? `there is no result ${file}; \`pnpm bench run\` makes one`
        : `the result cannot be read: ${messageOf(error)}`,
    );
  }
  return parseResult(text, file);
}

/** Writes beside the old file and renames: a full disk or a kill leaves the old one whole. */
export function writeResult(file: string, result: Result): void {
  writeWhole(file, `${JSON.stringify(result, null, 1)}\n`);
}

/** Atomic replacement of a text file, flushed before the rename. */
export function writeWhole(file: string, text: string): void {
  const beside = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const handle = openSync(beside, 'w');
    try {
      const bytes = Buffer.from(text);
      for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(beside, file);
  } catch (error) {
    removeIfThere(beside);
    throw new HarnessError('ERR_RESULT', `${file} cannot be written: ${messageOf(error)}`);
  }
}

/** `force` forgives a missing file, not a parent that is no folder. */
function removeIfThere(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Nothing was made, so nothing is left behind.
  }
}
