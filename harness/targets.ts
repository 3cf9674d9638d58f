/** Reads target files: the limits every figure is judged against. Strict: an unknown key is an error. */

import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { HarnessError, issuesOf, messageOf } from './errors.ts';

/**
 * What a target may limit. `speedup`, `p99Speedup` and `growth` are ratios of two times, `p50ExcessNs` is the difference of two,
 * `rateGain` is a ratio of two rates, `retainedRatio` and `operationPeakRatio` of two amounts of memory, `wrongAnswers` is a count over all trials, `other` is a promise in words.
 */
export const TARGET_METRICS = [
  'p50Ns',
  'p99Ns',
  'p50NsOfBatch',
  'slowestInputP50Ns',
  'unitsPerSec',
  'peakRssBytes',
  'retainedBytes',
  'retainedRatio',
  'operationPeakBytes',
  'operationPeakRatio',
  'allocationsPerOperation',
  'wrongAnswers',
  'speedup',
  'p99Speedup',
  'p50ExcessNs',
  'growth',
  'rateGain',
  'other',
] as const;
export type TargetMetric = (typeof TARGET_METRICS)[number];

/** Metrics that compare two engines on one case. */
const AGAINST_ENGINE: readonly TargetMetric[] = [
  'speedup',
  'p99Speedup',
  'p50ExcessNs',
  'retainedRatio',
  'operationPeakRatio',
];
/** Metrics that compare two cases on one engine. */
const AGAINST_CASE: readonly TargetMetric[] = ['growth', 'rateGain'];

const targetSchema = z
  .strictObject({
    case: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, 'must look like suite/case'),
    engine: z.string().min(1),
    metric: z.enum(TARGET_METRICS),
    max: z.number().nonnegative().optional(),
    min: z.number().positive().optional(),
    /** `speedup`, `p99Speedup`, `p50ExcessNs`, `retainedRatio`, `operationPeakRatio`: the engine or peer this engine is compared with. */
    against: z.string().optional(),
    /** `growth`, `rateGain`: the case that this one is compared with, on the same engine. */
    againstCase: z.string().optional(),
    /** What the limit means in words, where the number alone does not say it. */
    means: z.string().optional(),
    source: z.string().min(1),
    status: z.enum(['held', 'open', 'discarded']),
    reason: z.string().optional(),
    evidence: z.string().optional(),
  })
  .superRefine((target, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    if (target.metric === 'other') {
      if (target.status === 'held') refuse('metric "other" cannot be held: the harness cannot measure it');
      if (target.means === undefined) refuse('metric "other" needs `means`');
    } else if ((target.max === undefined) === (target.min === undefined)) {
      refuse('exactly one of `max` and `min` must be given');
    }
    if (target.metric === 'wrongAnswers' && target.min !== undefined) {
      refuse('metric "wrongAnswers" is limited by `max`');
    }
    if (AGAINST_ENGINE.includes(target.metric) !== (target.against !== undefined)) {
      refuse(`\`against\` belongs to metrics ${quoted(AGAINST_ENGINE)}, and only to them`);
    }
    if (AGAINST_CASE.includes(target.metric) !== (target.againstCase !== undefined)) {
      refuse(`\`againstCase\` belongs to metrics ${quoted(AGAINST_CASE)}, and only to them`);
    }
    if (target.status === 'open' && target.reason === undefined) refuse('an open target needs a `reason`');
    if (target.status === 'discarded' && target.evidence === undefined)
      refuse('a discarded target needs its `evidence`');
  });

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

export type Target = z.infer<typeof targetSchema>;

const fileSchema = z.strictObject({ target: z.array(targetSchema).default([]) });

/** @throws HarnessError `ERR_TARGETS` naming the file and the first things wrong in it */
export function parseTargets(text: string, file: string): Target[] {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    throw new HarnessError('ERR_TARGETS', `${file} is not TOML: ${messageOf(error)}`);
  }
  const parsed = fileSchema.safeParse(raw);
  if (!parsed.success) throw new HarnessError('ERR_TARGETS', `${file}: ${issuesOf(parsed.error)}`);
  const seen = new Map<string, number>();
  parsed.data.target.forEach((target, i) => {
    const key = [
      target.case,
      target.engine,
      target.metric,
      target.against,
      target.againstCase,
      target.means,
      target.source,
    ].join(' ');
    const first = seen.get(key);
    if (first !== undefined) {
      throw new HarnessError(
        'ERR_TARGETS',
        `${file}: target ${i + 1} repeats target ${first + 1} (${target.case} ${target.metric})`,
      );
    }
    seen.set(key, i);
  });
  return parsed.data.target;
}

export function readTargets(file: string): Target[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new HarnessError('ERR_TARGETS', `the targets cannot be read: ${messageOf(error)}`);
  }
  return parseTargets(text, file);
}
