/**
 * What protected names lead to: a `.git` that is a file or a link and names a directory called otherwise (`.bare`), a
 * settings directory that is a link. The name alone would guard the sign and not the place, so the place gets a rule.
 */

import { type Dirent, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { CompiledPathRule, CompiledRoot, ProtectedPattern } from './compiled.ts';
import { GIT_OBEYED, indexPatterns, isProtected, type ProtectedIndex, patternOf } from './names.ts';
import { isWithin, lexicalComponents } from './paths.ts';

/** The id of these rules in verdicts and in the log. */
export const LED_BY_PROTECTED = 'protected:leads-here';

/** Worktrees beside a bare repository lie at the top or one below (`feature/x`); deeper ones share its directory. */
const DEPTH = 2;
/** Directories that are read for it: a root is a workspace, and this happens once when a sandbox is opened. */
const DIRECTORIES = 1000;
/** What git itself reads of such a file at most, roughly: a path. */
const POINTER_BYTES = 8192;

/** One rule for each place in a root that is written, which no protected name guards already. Reads the roots' upper directories. */
export function rulesForLeads(
  roots: readonly CompiledRoot[],
  git: 'read' | 'limited',
  patterns: readonly ProtectedPattern[],
): CompiledPathRule[] {
  const written = roots.filter((root) => root.access === 'write');
  const index = indexPatterns(patterns);
  const places = written.flatMap((root) =>
    protectedEntries(root.path, index).flatMap((entry) => placesOf(entry, git, index)),
  );
  const unguarded = [...new Set(places)].filter((place) => needsRule(place, written, index));
  return unguarded
    .filter((place) => !unguarded.some((other) => other !== place && isWithin(place, other)))
    .map((path) => ({ id: LED_BY_PROTECTED, path, intents: ['write'], decision: 'deny' }));
}

interface Entry {
  readonly path: string;
  readonly pattern: string;
}

/** Entries whose name begins a protected pattern, level by level. */
function protectedEntries(root: string, index: ProtectedIndex): Entry[] {
  const found: Entry[] = [];
  let level = [root];
  let left = DIRECTORIES;
  for (let depth = 0; depth <= DEPTH; depth++) {
    const next: string[] = [];
    for (const directory of level) {
      if (left-- === 0) return found;
      const entries = entriesOf(directory);
      if (isGitDirectory(entries)) continue;
      for (const entry of entries) {
        const path = `${directory}/${entry.name}`;
        const pattern = patternOf(entry.name);
        if (index.has(pattern)) found.push({ path, pattern });
        else if (entry.isDirectory() && entry.name !== 'node_modules') next.push(path);
      }
    }
    level = next;
  }
  return found;
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

function isGitDirectory(entries: readonly Dirent[]): boolean {
  return ['HEAD', 'objects', 'refs'].every((name) => entries.some((entry) => entry.name === name));
}

function placesOf({ path, pattern }: Entry, git: 'read' | 'limited', index: ProtectedIndex): string[] {
  const real = realPath(path);
  if (real === undefined) return [];
  if (pattern === '.git') return gitDirectories(real).flatMap((directory) => gitPlaces(directory, git));
  return (index.get(pattern) ?? []).map(({ components }) => ledTo([real, ...components.slice(1)].join('/')));
}

/** What of a git directory is not written: all of it, or what git obeys, there or not. */
function gitPlaces(directory: string, git: 'read' | 'limited'): string[] {
  const obeyed = GIT_OBEYED.map((name) => ledTo(`${directory}/${name}`));
  return git === 'read' ? [directory, ...obeyed] : obeyed;
}

const ledTo = (place: string) => realPath(place) ?? place;

/** The directory that a `.git` stands for, and the one it shares with other worktrees. */
function gitDirectories(real: string): string[] {
  const directory = isDirectory(real) ? real : follow(real, /^gitdir: (.+)$/);
  if (directory === undefined) return [];
  const common = follow(`${directory}/commondir`, /^(.+)$/, directory);
  return common === undefined ? [directory] : [directory, common];
}

/** The directory whose path the file's only line holds. */
function follow(file: string, line: RegExp, from = dirname(file)): string | undefined {
  try {
    if (!lstatSync(file).isFile() || lstatSync(file).size > POINTER_BYTES) return undefined;
    const path = line.exec(readFileSync(file, 'utf8').replace(/[\r\n]+$/, ''))?.[1];
    return path === undefined ? undefined : realPath(resolve(from, path));
  } catch {
    return undefined;
  }
}

function isDirectory(path: string): boolean {
  return lstatSync(path).isDirectory();
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

function needsRule(place: string, written: readonly CompiledRoot[], index: ProtectedIndex): boolean {
  const holders = written.filter((root) => isWithin(place, root.path));
  return (
    holders.length > 0 &&
    holders.every((root) => {
      const below = lexicalComponents(place.slice(root.path.length));
      return !isProtected(below.map(patternOf), index);
    })
  );
}
