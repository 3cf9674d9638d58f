/** The index file on disk: it is read whole, and written whole beside its place before it takes it. */

import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SymbolsError } from './contract.ts';
import { DamagedError } from './core.ts';

/**
 * What `read` makes of a file; `undefined` where there is none.
 * @throws SymbolsError `ERR_IO` where it cannot be read; DamagedError as `read` does
 */
export function readIndexFile<T>(path: string, read: (path: string) => T): T | undefined {
  try {
    // A pipe or a device would be waited for.
    if (!statSync(path).isFile()) throw new Error('it is not a file');
    return read(path);
  } catch (error) {
    if (error instanceof DamagedError || error instanceof SymbolsError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw ioError('read', path, error);
  }
}

/**
 * Writes a file that is there whole or not at all, whatever happens meanwhile. A process that is killed may leave
 * `.symbols-<uuid>.tmp` behind.
 * @throws SymbolsError `ERR_IO`
 */
export async function writeIndexFile(path: string, bytes: Uint8Array): Promise<void> {
  const directory = dirname(path);
  const temporary = join(directory, `.symbols-${randomUUID()}.tmp`);
  try {
    await writeDurably(temporary, bytes);
    try {
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await syncDirectory(directory);
  } catch (error) {
    throw ioError('write', path, error);
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** A name is on disk when its directory is. Windows has no such call, and needs none. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function ioError(what: 'read' | 'write', path: string, cause: unknown): SymbolsError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new SymbolsError('ERR_IO', `cannot ${what} the index file ${path}: ${message}`, { cause });
}
