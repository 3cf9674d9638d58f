/** The entries of a directory, without those that are not to be seen. */

import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type { Entry, Intent, Verdict } from '../../contract.ts';
import { asFailure, errnoOf, notADirectory, notFound } from './failures.ts';
import type { Spot } from './ground.ts';

/** Judging takes some microseconds an entry: the event loop gets its turn after as many. */
const ENTRIES_A_TURN = 256;

interface Judge {
  /** For what is no link. */
  plain(path: string, intent: Intent): Verdict;
  link(path: string): Verdict;
}

export async function listDirectory(spot: Spot, path: string, judge: Judge): Promise<readonly Entry[]> {
  const found = await readEntries(spot, path);
  const beginning = spot.resolved === '/' ? '/' : `${spot.resolved}/`;
  const entries: Entry[] = [];
  for (const [index, dirent] of found.entries()) {
    if (index % ENTRIES_A_TURN === ENTRIES_A_TURN - 1) await setImmediate();
    // No string of JavaScript names it, so nothing could be done with it.
    if (!isUtf8(dirent.name)) continue;
    const entry: Entry = { name: dirent.name.toString(), kind: kindOf(dirent) };
    // `confirm` is shown: it is there, and reading it asks.
    if (verdictOf(beginning + entry.name, entry.kind, judge).decision !== 'deny') entries.push(entry);
  }
  return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
}

async function readEntries(spot: Spot, path: string): Promise<Dirent<Buffer>[]> {
  try {
    const directory = spot.start.descend(spot.components);
    try {
      const entries = await readdir(directory.at, { withFileTypes: true, encoding: 'buffer' });
      directory.verify();
      return entries;
    } finally {
      directory.close();
    }
  } catch (error) {
    switch (errnoOf(error)) {
      case 'ENOENT':
        throw notFound('list', path);
      case 'ENOTDIR':
        throw notADirectory(path);
      default:
        throw asFailure('list', path, error);
    }
  }
}

function verdictOf(path: string, kind: Entry['kind'], judge: Judge): Verdict {
  if (kind === 'symlink') return judge.link(path);
  return judge.plain(path, kind === 'directory' ? 'list' : 'read');
}

function kindOf(dirent: Dirent<Buffer>): Entry['kind'] {
  if (dirent.isFile()) return 'file';
  if (dirent.isDirectory()) return 'directory';
  return dirent.isSymbolicLink() ? 'symlink' : 'other';
}
