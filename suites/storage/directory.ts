/** Directories for what a trial writes: on a disk, since a flush into memory costs nothing, and gone when it ends. */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PREFIX = 'pairbench-storage-';

/** `f_type` of statfs(2). */
const IN_MEMORY = new Set([0x0102_1994, 0x8584_58f6]);
const OVERLAY = 0x794c_7630;

let root: string | undefined;

/** A new empty directory of this process. */
export function newDirectory(name: string): string {
  root ??= makeRoot();
  return mkdtempSync(join(root, `${name}-`));
}

function makeRoot(): string {
  const parent = diskDirectory();
  removeLeftovers(parent);
  const made = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
  process.on('exit', () => rmSync(made, { recursive: true, force: true }));
  return made;
}

/**
 * `PAIRBENCH_STORAGE_DIR` where it is set, else the system's temporary directory, else one beside the packages.
 * @throws Error where all of them lie in memory
 */
export function diskDirectory(): string {
  const set = process.env.PAIRBENCH_STORAGE_DIR;
  const cache = resolve(import.meta.dirname, '../../node_modules/.cache');
  for (const directory of set === undefined ? [tmpdir(), cache] : [resolve(set)]) {
    mkdirSync(directory, { recursive: true });
    if (!isInMemory(directory)) return directory;
  }
  throw new Error(
    `${set ?? 'every directory for temporary files'} lies in memory, where a flush costs nothing: set PAIRBENCH_STORAGE_DIR to a directory on a disk`,
  );
}

/** Known for Linux only; other systems have no temporary directory in memory unless somebody made one. */
function isInMemory(directory: string): boolean {
  if (process.platform !== 'linux') return false;
  const type = statfsSync(directory).type >>> 0;
  if (type !== OVERLAY) return IN_MEMORY.has(type);
  const upper = upperDirectoryOf(directory);
  try {
    return upper !== undefined && IN_MEMORY.has(statfsSync(upper).type >>> 0);
  } catch {
    // A container does not see it; images lie on disks.
    return false;
  }
}

/** Where an overlay keeps what is written. */
function upperDirectoryOf(directory: string): string | undefined {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => ({ point: line.split(' ')[4] ?? '', upper: /upperdir=([^,\s]+)/.exec(line)?.[1] }))
    .filter(({ point }) => point === '/' || directory === point || directory.startsWith(`${point}/`))
    .sort((a, b) => b.point.length - a.point.length);
  return mounts[0]?.upper;
}

/** Of trials that were killed. */
function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]);
    if (Number.isInteger(pid) && !isRunning(pid)) {
      rmSync(join(parent, name), { recursive: true, force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
