/** What a directory tree looks like: enough to see any change that a process could make to it. */

import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

export type Snapshot = ReadonlyMap<string, string>;

/** The time of the last change of the inode is in it: every change of mode, owner, times, links or attributes moves it. */
export function snapshot(directory: string): Snapshot {
  const found = new Map<string, string>();
  const visit = (path: string) => {
    const status = lstatSync(path, { bigint: true });
    const parts = [status.mode.toString(8), status.uid, status.gid, status.ino, status.ctimeNs];
    if (status.isSymbolicLink()) parts.push(readlinkSync(path));
    if (status.isFile())
      parts.push(status.size, createHash('sha256').update(readFileSync(path)).digest('hex'));
    found.set(path, parts.join(' '));
    if (status.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name));
  };
  visit(directory);
  return found;
}

export function changed(before: Snapshot, after: Snapshot): string[] {
  const differing = [...before].filter(([path, state]) => after.has(path) && after.get(path) !== state);
  return [
    ...[...after.keys()].filter((path) => !before.has(path)).map((path) => `${path} appeared`),
    ...[...before.keys()].filter((path) => !after.has(path)).map((path) => `${path} is gone`),
    ...differing.map(([path]) => `${path} is not as it was`),
  ];
}
