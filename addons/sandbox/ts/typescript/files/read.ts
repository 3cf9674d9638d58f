/** Reading a regular file whole. */

import { closeSync, constants, fstatSync, openSync, read, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { asFailure, errnoOf, io, notAFile, notFound, tooLarge } from './failures.ts';
import type { Spot } from './ground.ts';
import { asSymlink } from './way.ts';

const readAsync = promisify(read);

/** Up to this size the file is read here: from the page cache that takes less time than the way to a thread and back. */
const SYNC_BYTES = 128 * 1024;

/** O_NONBLOCK: the open of a FIFO would wait for a writer. O_NOCTTY: that of a terminal would make it ours. Windows has neither. */
const FLAGS =
  constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0) | (constants.O_NOFOLLOW ?? 0);

export async function readFile(spot: Spot, path: string, maxBytes: number): Promise<Uint8Array> {
  const descriptor = open(spot, path);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw notAFile('read', path);
    if (stats.size > maxBytes) throw tooLarge(path, maxBytes);
    return await readToEnd(descriptor, stats.size, path, maxBytes);
  } catch (error) {
    throw asFailure('read', path, error);
  } finally {
    closeSync(descriptor);
  }
}

function open(spot: Spot, path: string): number {
  const name = spot.components.at(-1);
  if (name === undefined) throw notAFile('read', path);
  try {
    const parent = spot.start.descend(spot.components.slice(0, -1));
    try {
      const descriptor = openFinal(`${parent.at}/${name}`);
      try {
        parent.verify();
        return descriptor;
      } catch (error) {
        closeSync(descriptor);
        throw error;
      }
    } finally {
      parent.close();
    }
  } catch (error) {
    switch (errnoOf(error)) {
      case 'ENOENT':
      case 'ENOTDIR':
        throw notFound('read', path);
      // A socket, or a device that is not there.
      case 'ENXIO':
      case 'ENODEV':
      case 'EOPNOTSUPP':
        throw notAFile('read', path);
      default:
        throw asFailure('read', path, error);
    }
  }
}

function openFinal(path: string): number {
  try {
    return openSync(path, FLAGS);
  } catch (error) {
    throw asSymlink(error, path);
  }
}

async function readToEnd(
  descriptor: number,
  size: number,
  path: string,
  maxBytes: number,
): Promise<Uint8Array> {
  // One byte more, so that the end is seen without growing. Not from the pool: the caller keeps it.
  let bytes = allocate(size + 1, path);
  let filled = 0;
  for (;;) {
    const wanted = bytes.length - filled;
    const count =
      wanted <= SYNC_BYTES
        ? readSync(descriptor, bytes, filled, wanted, null)
        : (await readAsync(descriptor, bytes, filled, wanted, null)).bytesRead;
    if (count === 0) return bytes.subarray(0, filled);
    filled += count;
    // It may have grown since its size was asked for.
    if (filled > maxBytes) throw tooLarge(path, maxBytes);
    if (filled === bytes.length) {
      const larger = allocate(Math.min(filled * 2 + 4096, maxBytes + 1), path);
      larger.set(bytes);
      bytes = larger;
    }
  }
}

function allocate(length: number, path: string): Buffer {
  try {
    return Buffer.allocUnsafeSlow(length);
  } catch {
    throw io('read', path, 'ENOMEM');
  }
}
