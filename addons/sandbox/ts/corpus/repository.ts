/** Repositories as a ground holds them, and what of a directory has changed since. */

import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ground } from '../testing/ground.ts';
import { changed, type Snapshot, snapshot } from '../testing/snapshot.ts';
import type { Finding } from './case.ts';

/** Commits are allowed. */
export const limited = () => ({ git: 'limited' as const });

const before = new WeakMap<Ground, Map<string, Snapshot>>();

/** From here on changes in these directories are found. */
export function remember(ground: Ground, ...directories: readonly string[]): void {
  before.set(ground, new Map(directories.map((directory) => [directory, snapshot(directory)])));
}

/** A repository at the root, with these files in its `.git` as well. */
export function withRepository(...present: readonly string[]) {
  return (ground: Ground) => {
    const git = ground.repository();
    for (const path of present) ground.file(join(git, path));
    remember(ground, git);
  };
}

/** As people lay it out by hand: the git directory is called `.bare`, and a `.git` file says so. */
export function bareRepository(ground: Ground): void {
  const git = ground.repository();
  ground.file(join(git, 'hooks/pre-commit'));
  renameSync(git, ground.in('.bare'));
  writeFileSync(ground.in('.git'), 'gitdir: ./.bare\n');
  remember(ground, ground.in('.bare'));
}

/** A line of `changed` is about this path or what is below it. */
const isAt = (line: string, path: string) => line.startsWith(`${path} `) || line.startsWith(`${path}/`);

/** Entries of the remembered directories that are not as they were; `below` narrows, empty does not. */
export function changedSince(below: readonly string[] = []) {
  return (ground: Ground): Finding => {
    for (const [directory, then] of before.get(ground) ?? []) {
      if (!existsSync(directory)) return `${directory} is gone`;
      const found = changed(then, snapshot(directory)).filter(
        (line) => below.length === 0 || below.some((path) => isAt(line, join(directory, path))),
      );
      if (found.length > 0) return found.slice(0, 6).join(', ');
    }
    return undefined;
  };
}
