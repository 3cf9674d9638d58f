/** Does what says that it flushed really flush? Counted by the kernel's side of it, where strace is there. */

import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { peers } from './peers.ts';
import suite from './suite.ts';

const CALLS = new URL('./calls.ts', import.meta.url).pathname;
const canTrace = spawnSync('strace', ['-c', 'true']).status === 0;

/** Flushes of files and directories, by all threads of a process that makes so many calls. */
function flushesOf(caseId: string, engine: string, calls: number): number {
  const node = [process.execPath, '--no-warnings', CALLS, caseId, engine, String(calls)];
  const traced = spawnSync(
    'strace',
    ['-f', '-c', '-U', 'name,calls', '-e', 'trace=fsync,fdatasync', ...node],
    {
      encoding: 'utf8',
    },
  );
  if (traced.status !== 0) throw new Error(traced.stderr);
  const counts = traced.stderr.matchAll(/^(?:fsync|fdatasync)\s+(\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** What each further call flushes; opening and closing are in both counts. */
function flushesOfACall(caseId: string, engine: string, calls: number): number {
  return (flushesOf(caseId, engine, 3 * calls) - flushesOf(caseId, engine, calls)) / (2 * calls);
}

/** Both, or one where there is no binding. */
const engines = ['typescript', ...((await hasNative()) ? ['native'] : [])];

async function hasNative(): Promise<boolean> {
  try {
    await suite.engines.native();
    return true;
  } catch {
    return false;
  }
}

const FLUSHED = [
  ['append', 40],
  ['append-64', 8],
  ['save-200k', 16],
  ['spool-512k', 4],
] as const;

describe.skipIf(!canTrace)('every call is flushed', () => {
  const rivals = (caseId: string) =>
    peers
      .filter(({ cases, slowCases }: { cases: readonly string[]; slowCases?: readonly string[] }) =>
        [...cases, ...(slowCases ?? [])].includes(caseId),
      )
      .map(({ id }) => id)
      .filter((id) => id !== 'jsonl-append-file');

  test.each(
    FLUSHED.flatMap(([caseId, calls]) =>
      [...engines, ...rivals(caseId)].map((engine) => [caseId, engine, calls] as const),
    ),
  )('%s by %s', (caseId, engine, calls) => {
    expect(flushesOfACall(caseId, engine, calls)).toBeGreaterThanOrEqual(1);
  });

  test('one that does not flush is seen', () => {
    expect(flushesOfACall('append', 'jsonl-append-file', 40)).toBe(0);
  });

  test('events appended together share a flush', () => {
    for (const engine of engines) expect(flushesOfACall('append-64', engine, 8)).toBeLessThan(16);
  });
});

test('the cases that promise a flush are in the suite', () => {
  expect(suite.cases.map(({ id }) => id)).toEqual(expect.arrayContaining(FLUSHED.map(([id]) => id)));
});
