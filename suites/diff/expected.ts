/**
 * Writes expected.json: what npm diff says of the pairs that take it seconds each.
 *
 *   node suites/diff/expected.ts            writes it (minutes)
 *   node suites/diff/expected.ts --check    exits 1 when it is stale
 */

import { hash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadSet } from '@pairbench/fixtures';
import * as npm from 'diff';
import { type ExpectedFile, NAMES, pairOf } from './expectation.ts';
import { patchOfRuns } from './runs.ts';

/** Sets whose answers are recorded. */
export const RECORDED = [
  'diff-real',
  'diff-10k-1000',
  'diff-10k-mixed',
  'diff-curve',
  'diff-shuffled',
] as const;

const FILE = new URL('./expected.json', import.meta.url);

/** Lines kept, removed, added, kept, ... */
export function runsOf(changes: readonly npm.Change[]): number[] {
  const runs: number[] = [];
  for (const { added, removed, count } of changes) {
    const kind = added ? 2 : removed ? 1 : 0;
    // A run that is not there is a zero; a kind that is due before the last one begins the next three.
    while (runs.length % 3 !== kind) runs.push(0);
    runs.push(count);
  }
  return runs;
}

/** npm's own patch of changes that it has just found: finding them once more would double the minutes. */
function printedByNpm(old: string, next: string, changes: npm.Change[]): string {
  const { diff } = npm.lineDiff;
  npm.lineDiff.diff = (() => changes) as unknown as typeof diff;
  try {
    return npm.createTwoFilesPatch(...NAMES, old, next);
  } finally {
    npm.lineDiff.diff = diff;
  }
}

function expectedFile(): string {
  const fixtures: Record<string, ExpectedFile['fixtures'][string]> = {};
  for (const fixture of RECORDED.flatMap((set) => loadSet(set))) {
    const [old, next] = pairOf(fixture);
    const start = performance.now();
    const changes = npm.diffLines(old, next);
    const runs = runsOf(changes);
    const patch = patchOfRuns(NAMES, old, next, runs);
    if (patch !== printedByNpm(old, next, changes))
      throw new Error(`${fixture.id}: the printed runs are not the patch of npm diff`);
    process.stderr.write(`${fixture.id} ${Math.round(performance.now() - start)} ms\n`);
    fixtures[fixture.id] = { sha256: fixture.sha256, patchSha256: hash('sha256', patch), runs };
  }
  const lines = Object.entries(fixtures).map(
    ([id, value]) => `  ${JSON.stringify(id)}: ${JSON.stringify(value)}`,
  );
  return `{ "generated": "by \`node suites/diff/expected.ts\`, npm diff 9.0.0", "fixtures": {\n${lines.join(',\n')}\n} }\n`;
}

if (import.meta.main) {
  const { check } = parseArgs({ options: { check: { type: 'boolean', default: false } } }).values;
  const next = expectedFile();
  if (existsSync(FILE) && readFileSync(FILE, 'utf8') === next) {
    console.error('expected.json is up to date');
  } else if (check) {
    console.error('expected.json is stale: run `node suites/diff/expected.ts`');
    process.exitCode = 1;
  } else {
    writeFileSync(FILE, next);
    console.error('expected.json written');
  }
}
