/**
 * The crash suites of checkpoints and spool without a test runner: `node addons/storage/ts/testing/crash-stores.ts --seeds 1000`.
 * A failure prints where, and ends with status 1.
 */
import { parseArgs } from 'node:util';
import {
  CHECKPOINT_WORKLOADS,
  checkCheckpointFaults,
  checkRandomCheckpoints,
  exhaustCheckpoints,
} from './checkpoint-crash.ts';
import {
  checkBufferedSpace,
  checkChunkDamage,
  checkEqualChecksums,
  checkMissingSegment,
  checkStoreDamage,
} from './checkpoint-damage.ts';
import { checkSpoolDamage, checkSpoolFaults, checkSpoolRemoval, exhaustSpool } from './spool-crash.ts';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '60' } } });

try {
  const start = performance.now();
  for (const check of [checkChunkDamage, checkMissingSegment, checkBufferedSpace, checkEqualChecksums])
    check();
  checkSpoolRemoval();
  let states = exhaustSpool();
  checkSpoolFaults();
  const damage = checkSpoolDamage() + checkStoreDamage();
  for (const [name, steps] of Object.entries(CHECKPOINT_WORKLOADS)) states += exhaustCheckpoints(name, steps);
  checkCheckpointFaults();
  const random = checkRandomCheckpoints(Number(values.seeds));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `${states} exhaustive and ${random} random crash states, ${damage} damaged files: ${seconds} s`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
