/**
 * Writes baselines/allocations.json: how often native code allocates in one warm pass over the inputs of each case, as
 * exact numbers. `pnpm allocations` after a change that was meant; `--check` compares and writes nothing.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSuites } from '../harness/house.ts';
import { runTrials } from '../harness/measure.ts';
import { Output } from '../harness/output.ts';
import { makePlan } from '../harness/plan.ts';
import { PROFILES } from '../harness/profile.ts';
import { writeWhole } from '../harness/result.ts';
import { buildAddons } from './build-addons.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FILE = join(ROOT, 'baselines', 'allocations.json');
const SCHEMA_VERSION = 1;

/** Of one warm pass: every input of the case once. */
export interface PassCounts {
  readonly operations: number;
  readonly allocations: number;
  readonly allocatedBytes: number;
}

export type AllocationCounts = Readonly<Record<string, PassCounts>>;

/**
 * One memory trial of each case on its native engine, side by side; takes a second a case. Engines that do not count
 * their allocations are left out, and cases that say that theirs vary.
 * @param unavailable suites whose native engine cannot run here, left out as well
 * @throws Error naming the case whose trial failed
 */
export async function countAllocations(
  unavailable: readonly string[] = [],
  signal = new AbortController().signal,
): Promise<AllocationCounts> {
  const suites = await loadSuites(ROOT);
  const varying = new Set(
    suites.flatMap(({ suite }) =>
      suite.cases.filter((entry) => entry.varyingAllocations).map(({ id }) => `${suite.id}/${id}`),
    ),
  );
  const plan = makePlan(
    suites,
    {
      cases: [],
      engines: ['native'],
      unavailable: new Set(unavailable.map((suite) => `${suite} native`)),
    },
    { ...PROFILES.quick, trials: 0, memoryTrials: 1 },
    [],
    0,
  );
  const trials = plan.memoryTrials.filter((trial) => !varying.has(trial.case));
  const output = new Output(process.stdout, process.stderr, { CI: '1' }, ROOT);
  const rows = await runTrials(ROOT, trials, PROFILES.quick, null, 'memory', { output, signal });
  const counts: [id: string, counts: PassCounts][] = [];
  for (const { case: id, state, error, memory } of rows) {
    if (state !== 'measured') throw new Error(`${id} native: ${state}: ${error}`);
    if (memory?.native == null) continue;
    const { operations, allocations, allocatedBytes } = memory.native;
    counts.push([id, { operations, allocations, allocatedBytes }]);
  }
  return Object.fromEntries(counts.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The counts as recorded. @throws Error for a file of another version */
export function recordedAllocations(): AllocationCounts {
  const { schemaVersion, cases } = JSON.parse(readFileSync(FILE, 'utf8'));
  if (schemaVersion !== SCHEMA_VERSION) throw new Error(`${FILE} has schema version ${schemaVersion}`);
  return cases;
}

/** What differs, one line a case; empty where nothing does. */
export function differences(recorded: AllocationCounts, counted: AllocationCounts): string[] {
  const show = (counts: PassCounts | undefined) =>
    counts === undefined
      ? 'not there'
      : `${counts.allocations} allocations, ${counts.allocatedBytes} bytes in ${counts.operations} operations`;
  const ids = [...new Set([...Object.keys(recorded), ...Object.keys(counted)])].sort();
  return ids
    .filter((id) => show(recorded[id]) !== show(counted[id]))
    .map((id) => `${id}: recorded ${show(recorded[id])}; counted ${show(counted[id])}`);
}

async function main(words: readonly string[]): Promise<number> {
  const problem = buildAddons();
  if (problem !== undefined) {
    process.stderr.write(`allocations: ${problem}\n`);
    return 3;
  }
  const counted = await countAllocations();
  if (words.includes('--check')) {
    const lines = differences(recordedAllocations(), counted);
    for (const line of lines) process.stderr.write(`${line}\n`);
    return lines.length === 0 ? 0 : 1;
  }
  const about =
    'Native allocations of one warm pass over a case. Written by `pnpm allocations`; do not edit.';
  const file = { about, schemaVersion: SCHEMA_VERSION, cases: counted };
  writeWhole(FILE, `${JSON.stringify(file, null, 2)}\n`);
  process.stderr.write(`allocations: ${Object.keys(counted).length} cases in ${FILE}\n`);
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
