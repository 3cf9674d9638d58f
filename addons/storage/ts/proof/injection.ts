/**
 * Makes system calls of a real writer fail, one after another, with strace: the N-th flush fails with EIO, the N-th write is swallowed,
 * finds no space, or kills the process. After each the directory must hold what was acknowledged and the handle must have refused to go on.
 * `node injection.ts --points 1000 --seed 1`
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '@pairbench/testing';
import { StorageError } from '../contract.ts';
import { type EngineId, engineIds, engineOf } from '../testing/engines.ts';
import { startWriter } from './child.ts';
import { Ledger } from './ledger.ts';

const COMMITS = 60;
const REFUSALS = ['ERR_POISONED', 'ERR_CLOSED'];

export interface Fault {
  /** As strace takes it after `inject=`, without `when`. */
  readonly inject: string;
  /** The call that fails is one of the first so many; kinds of calls differ much in number. */
  readonly most: number;
  /** Whether a call that failed so must poison the handle: everything but a short write and running out of space for a new segment. */
  readonly poisons: boolean;
  /** Acknowledged bytes may be missing afterwards, if the error says so. */
  readonly lies?: boolean;
}

export const FAULTS: readonly Fault[] = [
  { inject: 'fdatasync:error=EIO', most: 90, poisons: true },
  { inject: 'fsync:error=EIO', most: 20, poisons: false },
  { inject: 'pwrite64,pwritev,pwritev2:error=EIO', most: 90, poisons: false },
  { inject: 'pwrite64,pwritev,pwritev2:error=ENOSPC', most: 90, poisons: false },
  // The call is not made and says it was: a medium that lies. What it swallowed must be found.
  { inject: 'pwrite64,pwritev,pwritev2:retval=7', most: 90, poisons: false, lies: true },
  { inject: 'pwrite64,pwritev,pwritev2:signal=SIGKILL', most: 90, poisons: false },
  { inject: 'fdatasync:signal=SIGKILL', most: 90, poisons: false },
  { inject: 'fsync:signal=SIGKILL', most: 20, poisons: false },
  { inject: 'rename,renameat,renameat2:error=EIO', most: 6, poisons: false },
  { inject: 'rename,renameat,renameat2:signal=SIGKILL', most: 6, poisons: false },
  { inject: 'unlink,unlinkat:error=EIO', most: 6, poisons: false },
  { inject: 'unlink,unlinkat:signal=SIGKILL', most: 6, poisons: false },
];

/** Why strace cannot be used here, or undefined. */
export const whyNoStrace: string | undefined = (() => {
  const tried = spawnSync('strace', ['-f', '-o', '/dev/null', 'true'], { encoding: 'utf8' });
  if (tried.error !== undefined) return `strace: ${tried.error.message}`;
  return tried.status === 0 ? undefined : tried.stderr.trim();
})();

export interface Point {
  engine: EngineId;
  fault: Fault;
  /** Which call of this kind fails. */
  call: number;
  seed: number;
}

/** Runs one point; returns how the writer ended and what it said. Throws where a promise is broken. */
export async function injectAt(point: Point): Promise<{ end: number | string; ledger: Ledger }> {
  const dir = mkdtempSync(join(tmpdir(), 'pairbench-inject-'));
  const where = `${point.engine}, ${point.fault.inject}:when=${point.call}, seed ${point.seed}`;
  try {
    const ledger = new Ledger();
    const calls = point.fault.inject.slice(0, point.fault.inject.indexOf(':'));
    const under = [
      'strace',
      '-f',
      '-qq',
      '-o',
      '/dev/null',
      '-e',
      `trace=${calls}`,
      '-e',
      `inject=${point.fault.inject}:when=${point.call}`,
    ];
    const writer = startWriter(
      { engine: point.engine, dir, seed: point.seed, commits: COMMITS, under },
      ledger,
    );
    const end = await writer.ended;
    if (end !== 0 && end !== 3 && end !== 'SIGKILL' && end !== 137) {
      throw new Error(
        `${where}: the writer ended with ${end}: ${ledger.failures.join('; ')} ${writer.errors()}`,
      );
    }
    const next = ledger.afterFailure[0];
    // Closed: it was the closing that failed.
    if (end === 3 && point.fault.poisons && next !== undefined && !REFUSALS.includes(next)) {
      throw new Error(`${where}: after ${ledger.failures[0]} the next call said ${next}`);
    }
    for (const id of engineIds) {
      try {
        ledger.verify(engineOf(id), dir);
      } catch (error) {
        if (point.fault.lies === true && error instanceof StorageError && error.code === 'ERR_CORRUPT')
          continue;
        throw new Error(`${where}, read by ${id}: ${error instanceof Error ? error.message : error}`, {
          cause: error,
        });
      }
    }
    return { end, ledger };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export interface InjectionReport {
  points: number;
  /** Points at which the writer did not come to its end: the fault was met. */
  met: number;
}

/** `points` points over all faults and engines, calls chosen by chance among the first hundred of each kind. */
export async function injectEverywhere(points: number, seed: number): Promise<InjectionReport> {
  const random = new Random(seed);
  let met = 0;
  for (let i = 0; i < points; i++) {
    const fault = FAULTS[i % FAULTS.length] as Fault;
    const engine = engineIds[Math.floor(i / FAULTS.length) % engineIds.length] as EngineId;
    const { end, ledger } = await injectAt({
      engine,
      fault,
      call: 1 + random.below(fault.most),
      seed: seed * 1000 + i,
    });
    if (end !== 0 || ledger.failures.length > 0) met++;
  }
  return { points, met };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { points: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
  });
  if (whyNoStrace !== undefined) {
    process.stderr.write(`${whyNoStrace}\n`);
    process.exit(3);
  }
  const { points, met } = await injectEverywhere(Number(values.points), Number(values.seed));
  process.stdout.write(`${points} system calls made to fail, ${met} met by a writer, no promise broken\n`);
}
