/** Reads the data of a published `bench power`, so that anybody can work its rates out again. Strict where it counts. */

import { z } from 'zod';
import { environmentSchema } from '../environment.ts';
import { HarnessError, issuesOf, messageOf } from '../errors.ts';
import type { ArmName, PoolBlock } from './arms.ts';
import type { PowerFacts } from './record.ts';

const reading = z.strictObject({ p50Ns: z.number().positive(), p99Ns: z.number().positive() });
const armName = z.enum(['base', 'same', 'share', 'tail'] satisfies ArmName[]);

const factsSchema = z.object({
  createdAt: z.iso.datetime(),
  command: z.string(),
  subject: z.string(),
  seed: z.int().nonnegative(),
  environment: environmentSchema,
  seconds: z.number().nonnegative(),
  trials: z.int().positive(),
  disturbedTrials: z.int().nonnegative(),
  p99BeforeNs: z.number().positive(),
});

const poolSchema = z
  .array(
    z.strictObject({
      run: z.int().nonnegative(),
      order: z.array(armName),
      readings: z.partialRecord(armName, z.tuple([reading, reading])),
    }),
  )
  .min(2);

/** @throws HarnessError `ERR_RESULT` for text that is no such data */
export function parsePool(text: string, file: string): { facts: PowerFacts; pool: PoolBlock[] } {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw new HarnessError('ERR_RESULT', `${file} is damaged: ${messageOf(error)}`);
  }
  const facts = factsSchema.safeParse(raw);
  if (!facts.success) throw new HarnessError('ERR_RESULT', `${file}: ${issuesOf(facts.error)}`);
  const pool = poolSchema.safeParse((raw as { pool?: unknown }).pool);
  if (!pool.success) throw new HarnessError('ERR_RESULT', `${file}: pool.${issuesOf(pool.error)}`);
  return { facts: facts.data, pool: pool.data as PoolBlock[] };
}
