/** Writing a file whole: a new one beside it, flushed, renamed over it. */

import { randomBytes } from 'node:crypto';
import { type BigIntStats, constants, lstatSync, renameSync, unlinkSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { asFailure, errnoOf, notAFile, notFound } from './failures.ts';
import type { Spot } from './ground.ts';
import { type Directory, isSame, SymlinkMet } from './way.ts';

/** Mode of a file that was not there; the umask takes from it. */
const NEW_MODE = 0o644;

/** O_EXCL: whoever guesses the name makes this fail, and gets nothing written through a link. */
const TEMPORARY_FLAGS =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

export async function writeFile(spot: Spot, path: string, data: Uint8Array): Promise<void> {
  const name = spot.components.at(-1);
  if (name === undefined) throw notAFile('write', path);
  let parent: Directory | undefined;
  let flushed: FileHandle | undefined;
  try {
    parent = spot.start.descend(spot.components.slice(0, -1));
    // Windows opens no directory.
    if (process.platform !== 'win32') {
      flushed = await open(parent.at, constants.O_RDONLY | constants.O_DIRECTORY);
    }
    await replace(parent, name, path, data);
    await flushDirectory(flushed);
  } catch (error) {
    switch (errnoOf(error)) {
      // No such directory, or it was removed since.
      case 'ENOENT':
      case 'ENOTDIR':
        throw notFound('write', path);
      // Something else got there since.
      case 'EISDIR':
      case 'ENOTEMPTY':
        throw notAFile('write', path);
      default:
        throw asFailure('write', path, error);
    }
  } finally {
    await flushed?.close();
    parent?.close();
  }
}

/** A name's old inode is left alone: with more than one link to it, the others keep what they had. */
async function replace(parent: Directory, name: string, path: string, data: Uint8Array): Promise<void> {
  const target = `${parent.at}/${name}`;
  const old = lstatSync(target, { bigint: true, throwIfNoEntry: false });
  // Renaming would replace the link itself and harm nobody, but the verdict meant what it leads to.
  if (old?.isSymbolicLink()) throw new SymlinkMet();
  if (old !== undefined && !old.isFile()) throw notAFile('write', path);
  // Protected names are fixed ones: none is like this.
  const temporary = `${parent.at}/.pairbench-${randomBytes(16).toString('hex')}.tmp`;
  const file = await open(temporary, TEMPORARY_FLAGS, old === undefined ? NEW_MODE : 0o600);
  let renamed = false;
  try {
    await file.writeFile(data);
    if (old !== undefined) await keepAccess(file, old);
    await file.sync();
    parent.verify();
    // A command that watches the directory may have put something else under the temporary's name while it was flushed.
    // What is left of that race is the moment between these two calls.
    const found = lstatSync(temporary, { bigint: true, throwIfNoEntry: false });
    if (found === undefined || !isSame(found, await file.stat({ bigint: true }))) throw replaced();
    renameSync(temporary, target);
    renamed = true;
  } finally {
    if (!renamed) removeQuietly(temporary);
    await file.close();
  }
}

function replaced(): Error {
  return Object.assign(new Error('ESTALE: the temporary file was replaced'), { code: 'ESTALE', errno: -116 });
}

/** The first failure is the one to tell. */
function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {}
}

/** Owner, group and permission bits of the old file; set-uid and its like are not for new contents. */
async function keepAccess(file: FileHandle, old: BigIntStats): Promise<void> {
  const mine = await file.stat({ bigint: true });
  let mode = Number(old.mode) & 0o777;
  if (mine.uid !== old.uid || mine.gid !== old.gid) {
    try {
      await file.chown(Number(old.uid), Number(old.gid));
    } catch {
      // Another group than before gets no more than everybody.
      mode = (mode & ~0o070) | ((mode & 0o007) << 3);
    }
  }
  await file.chmod(mode);
}

async function flushDirectory(directory: FileHandle | undefined): Promise<void> {
  try {
    await directory?.sync();
  } catch (error) {
    // Some file systems cannot flush a directory; nothing better can be done there.
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'].includes(errnoOf(error) ?? '')) throw error;
  }
}
