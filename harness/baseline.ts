/** Baseline files: blessed results of one machine class, in baselines/. Versioned, read strictly, written whole. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { environmentSchema } from './environment.ts';
import { HarnessError, issuesOf, messageOf } from './errors.ts';
import { decodeHistogram } from './histogram.ts';
import {
  classDifferences,
  classSlug,
  describeClass,
  type MachineClass,
  machineClassOf,
  machineClassSchema,
} from './machine-class.ts';
import { PROFILE_NAMES } from './profile.ts';
import { writeWhole } from './result.ts';

export const BASELINE_SCHEMA_VERSION = 1;

/** Shares by which a median may differ from its trials' without a word: the histogram rounds to 0.1 %. */
const ROUNDING = 0.002;

export const baselineEntrySchema = z.strictObject({
  case: z.string(),
  engine: z.string(),
  /** `classSlug` of the machine that measured this entry: shows a file put together from two. */
  machine: z.string(),
  /** Calls in one sample; above 1 all figures are of means of a batch. */
  batch: z.int().positive(),
  trials: z
    .array(
      z.strictObject({
        /** Of a call, or of a batch's mean. */
        p50Ns: z.number().positive(),
        /** Null for batches and for trials with too few samples to gate one. */
        p99Ns: z.number().positive().nullable(),
        samples: z.int().positive(),
      }),
    )
    .nonempty(),
  /** All trials merged by counts; nanoseconds of whole samples, V2 compressed base64. */
  histogram: z.string().startsWith('HIST'),
});
export type BaselineEntry = z.infer<typeof baselineEntrySchema>;

export const baselineSchema = z.strictObject({
  schemaVersion: z.literal(BASELINE_SCHEMA_VERSION),
  machineClass: machineClassSchema,
  /** Commit that was measured. */
  revision: z.string().min(1),
  /** When it was measured. */
  createdAt: z.iso.datetime(),
  command: z.string(),
  profile: z.enum(PROFILE_NAMES).exclude(['smoke']),
  environment: environmentSchema,
  /** Engines only: a peer's time is no promise of ours. */
  entries: z.array(baselineEntrySchema).nonempty(),
});
export type Baseline = z.infer<typeof baselineSchema>;

/** Where the baseline of a class lies. */
export const baselineFile = (root: string, machine: MachineClass) =>
  join(root, 'baselines', `${classSlug(machine)}.json`);

const refuse = (line: string) => new HarnessError('ERR_BASELINE', line);

/** @throws HarnessError `ERR_BASELINE` for text that is no baseline of this version, or not one of a single machine class */
export function parseBaseline(text: string, file: string): Baseline {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw refuse(`${file} is damaged: ${messageOf(error)}`);
  }
  const version = (raw as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version !== BASELINE_SCHEMA_VERSION) {
    throw refuse(
      `${file} has schema version ${JSON.stringify(version) ?? 'none'}; this pairbench reads baselines of version ${BASELINE_SCHEMA_VERSION}`,
    );
  }
  const parsed = baselineSchema.safeParse(raw);
  if (!parsed.success) throw refuse(`${file}: ${issuesOf(parsed.error)}`);
  requireOneSource(parsed.data, file);
  for (const entry of parsed.data.entries) {
    try {
      requireWhole(entry);
    } catch (error) {
      throw refuse(`${file}: ${entry.case} ${entry.engine}: ${messageOf(error)}`);
    }
  }
  return parsed.data;
}

/** One class, one revision, each case once: nothing that was put together by hand or by a merge. */
function requireOneSource({ machineClass, environment, revision, entries }: Baseline, file: string): void {
  const measuredOn = machineClassOf(environment);
  const differing = classDifferences(machineClass, measuredOn);
  if (differing.length > 0) {
    throw refuse(
      `${file} mixes machine classes (${differing.join(', ')}): it says ${describeClass(machineClass)}, and its environment is ${describeClass(measuredOn)}`,
    );
  }
  if (environment.revision !== revision || environment.dirty !== false) {
    throw refuse(`${file} says revision ${revision}, and its environment another or a changed one`);
  }
  const own = classSlug(machineClass);
  const foreign = entries.find(({ machine }) => machine !== own);
  if (foreign !== undefined) {
    throw refuse(
      `${file} mixes machine classes: it is of ${own}, and ${foreign.case} ${foreign.engine} of ${foreign.machine}`,
    );
  }
  const keys = entries.map((entry) => `${entry.case} ${entry.engine}`);
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  if (twice !== undefined) throw refuse(`${file} has ${twice} twice`);
}

/** The figures of the trials and the merged histogram tell of the same samples. */
function requireWhole({ batch, trials, histogram: encoded }: BaselineEntry): void {
  const histogram = decodeHistogram(encoded);
  const samples = trials.reduce((sum, trial) => sum + trial.samples, 0);
  if (histogram.totalCount !== samples)
    throw new Error(`${samples} samples, but ${histogram.totalCount} in the histogram`);
  // The median of merged samples always lies between the smallest and the largest median of the parts.
  const p50Ns = histogram.getValueAtPercentile(50) / batch;
  const p50sNs = trials.map((trial) => trial.p50Ns);
  const [low, high] = [Math.min(...p50sNs) * (1 - ROUNDING), Math.max(...p50sNs) * (1 + ROUNDING)];
  if (!(low <= p50Ns && p50Ns <= high))
    throw new Error(`its trials' medians cannot come from its histogram, whose median is ${p50Ns} ns`);
}

/** @throws HarnessError `ERR_BASELINE` as `parseBaseline`, and for a file that cannot be read */
export function readBaseline(file: string): Baseline {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw refuse(
      isMissing
        ? `there is no baseline ${file}; \`pnpm bench bless\` makes one of a result`
        : `the baseline cannot be read: ${messageOf(error)}`,
    );
  }
  return parseBaseline(text, file);
}

/**
 * Writes beside the old file and renames: a full disk or a kill leaves the old one whole.
 * @throws HarnessError `ERR_RESULT` when it cannot be written
 */
export function writeBaseline(file: string, baseline: Baseline): void {
  writeWhole(file, `${JSON.stringify(baseline, null, 1)}\n`);
}
