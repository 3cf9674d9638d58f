import { type BigIntStats, statSync } from 'node:fs';
import { locked } from '../journal/failures.ts';
import { heldBy, hold, letGo } from '../journal/held.ts';
import { asStorageError } from './errors.ts';

/** A handle that was dropped without `close` has let go of its lock when it was collected. */
const dropped = new FinalizationRegistry<string>(letGo);

/**
 * Runs `open`, the binding's, as a writer that the other engine in this process knows of; `release` undoes that. The registry is asked
 * first: a second writer in one process must not even touch the lock's file.
 * @throws StorageError `ERR_LOCKED` and what `open` throws
 */
export function openAsWriter<T extends object>(
  dir: string,
  readOnly: boolean,
  open: () => T,
): { handle: T; release: () => void } {
  if (readOnly) return { handle: translated(open), release: () => {} };
  const before = keyOf(dir);
  if (before !== undefined && heldBy(before) !== undefined) throw locked(process.pid);
  const handle = translated(open);
  const key = keyOf(dir);
  if (key === undefined) return { handle, release: () => {} };
  hold(key, 'native');
  dropped.register(handle, key, handle);
  let isReleased = false;
  const release = () => {
    if (isReleased) return;
    isReleased = true;
    dropped.unregister(handle);
    letGo(key);
  };
  return { handle, release };
}

/** Runs a call of the binding; its error becomes a `StorageError`. */
export function translated<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw asStorageError(error);
  }
}

/** "device:inode", as the other engine writes it; undefined when there is no such directory. */
function keyOf(dir: string): string | undefined {
  const stats: BigIntStats | undefined = statSync(dir, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.dev}:${stats.ino}`;
}
