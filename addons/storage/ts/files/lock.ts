import { chmodSync, lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { heldBy, hold, letGo } from '../journal/held.ts';
import { type LockResult, systemCode } from './file-system.ts';

const LOCK_FILE = 'LOCK';
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 25;
/** What SQLite says of a lock that another holds. */
const SQLITE_BUSY = 5;

/** A log that was dropped without `close` lets go of its lock when it is collected. */
const dropped = new FinalizationRegistry<string>(letGo);

/**
 * Holds a directory for this process, as SQLite holds a database exclusively: plain Node has no other way to a lock that
 * dies with its process. `LOCK` stays empty. About 0.5 ms.
 * @throws Error without a system code where this Node has no node:sqlite
 */
export function lockDirectory(dir: string, waitMs: number): LockResult {
  const { dev, ino } = statSync(dir, { bigint: true });
  const key = `${dev}:${ino}`;
  // Looked at first: opening and closing LOCK while this process holds a POSIX lock on it would drop that lock.
  // The holder cannot let go while this thread waits, so there is nothing to wait for.
  if (heldBy(key) !== undefined) return { held: false, pid: process.pid };
  const database = acquire(join(dir, LOCK_FILE), waitMs);
  if (database === undefined) return { held: false, pid: undefined };
  hold(key, 'typescript');
  dropped.register(database, key, database);
  let released = false;
  return {
    held: true,
    release() {
      if (released) return;
      released = true;
      dropped.unregister(database);
      database.close();
      letGo(key);
    },
  };
}

function acquire(path: string, waitMs: number): DatabaseSync | undefined {
  const Database = databaseClass();
  const start = performance.now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const database = tryAcquire(Database, path);
    if (database !== undefined) return database;
    const leftMs = waitMs - (performance.now() - start);
    if (leftMs <= 0) return undefined;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.min(pauseMs, leftMs));
  }
}

function tryAcquire(Database: typeof DatabaseSync, path: string): DatabaseSync | undefined {
  const isNew = !exists(path);
  const database = new Database(path, { timeout: 0 });
  try {
    // A rollback journal in memory: no second file appears beside LOCK.
    database.exec('PRAGMA journal_mode=MEMORY; PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE');
    // SQLite creates with 0644. By name: a descriptor of our own, closed, would drop the lock.
    if (isNew) chmodSync(path, 0o600);
    return database;
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

/** SQLite follows a symbolic link, so a link is refused here. */
function exists(path: string): boolean {
  try {
    if (!lstatSync(path).isSymbolicLink()) return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
  throw Object.assign(new Error(`ELOOP: ${path} is a symbolic link`), { code: 'ELOOP' });
}

function isBusy(error: unknown): boolean {
  const { errcode } = error as { errcode?: unknown };
  // The low byte is the primary code; the rest says which kind of busy.
  return typeof errcode === 'number' && (errcode & 0xff) === SQLITE_BUSY;
}

let cached: typeof DatabaseSync | undefined;

/** Loaded at the first lock, without the warning that it is experimental: what is used of it here is the lock. */
function databaseClass(): typeof DatabaseSync {
  if (cached !== undefined) return cached;
  const { emitWarning } = process;
  process.emitWarning = (() => {}) as typeof process.emitWarning;
  try {
    cached = process.getBuiltinModule('node:sqlite')?.DatabaseSync;
  } finally {
    process.emitWarning = emitWarning;
  }
  if (cached === undefined) {
    throw new Error(
      `this Node (${process.version}) has no node:sqlite, which the TypeScript engine locks with: ` +
        'use Node 22.13 or newer, or the native engine',
    );
  }
  return cached;
}
