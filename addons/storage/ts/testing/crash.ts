/**
 * Crash states of the event log by the million: `node addons/storage/ts/testing/crash.ts --states 2000000 --seed 1`.
 * A failure prints its seed and the operations before it, and ends with status 1.
 */
import { parseArgs } from 'node:util';
import { checkRandomRuns, exhaustWorkload } from './crash-suites.ts';
import { checkDamage } from './damage.ts';
import { checkFaults, checkRecoveryFaults } from './faults.ts';
import { WORKLOADS } from './workloads.ts';

const { values } = parseArgs({
  options: {
    states: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    // Every so manieth byte of the damaged files.
    step: { type: 'string', default: '16' },
  },
});

try {
  const start = performance.now();
  const damage = checkDamage(Number(values.step));
  const faults = checkRecoveryFaults() + (await checkFaults());
  const random = await checkRandomRuns(Number(values.states), Number(values.seed));
  let exhaustive = 0;
  for (const name of Object.keys(WORKLOADS)) exhaustive += await exhaustWorkload(name);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `${random} random and ${exhaustive} exhaustive crash states, ${faults} faults, ${damage} damaged files: ${seconds} s`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
