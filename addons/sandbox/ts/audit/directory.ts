/** Where an audit log may be: in no root, and open to nobody else for writing. */

import { lstatSync, mkdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { SandboxError } from '../contract.ts';
import { isWithin } from '../policy/paths.ts';
import { auditFailure } from './failures.ts';

/** Makes it when absent (0700) and gives its resolved path. `roots` are resolved. */
export function prepareDirectory(directory: string, roots: readonly string[]): string {
  // Before anything is made, and again after: what was made may have been made somewhere else.
  refuseInRoots(resolveAsFar(resolve(directory)), directory, roots);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const resolved = realpathSync.native(directory);
    refuseInRoots(resolved, directory, roots);
    const stats = lstatSync(resolved);
    if (!stats.isDirectory()) throw auditFailure(`${JSON.stringify(directory)} is not a directory`);
    if (process.platform !== 'win32') refuseOpenToOthers(stats, directory);
    return resolved;
  } catch (error) {
    throw error instanceof SandboxError
      ? error
      : auditFailure(`cannot make the audit log's directory ${JSON.stringify(directory)}`, error);
  }
}

function refuseOpenToOthers(stats: Stats, directory: string): void {
  const isMine = stats.uid === process.getuid?.() || stats.uid === 0;
  if (isMine && (stats.mode & 0o022) === 0) return;
  throw auditFailure(`others may write the audit log's directory ${JSON.stringify(directory)}`);
}

/** With every link that exists resolved; what does not exist yet is appended. */
function resolveAsFar(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    if (parent === path) return path;
    const above = resolveAsFar(parent);
    return `${above === '/' ? '' : above}${path.slice(parent === '/' ? 0 : parent.length)}`;
  }
}

function refuseInRoots(resolved: string, directory: string, roots: readonly string[]): void {
  for (const root of roots) {
    // The log below a root: commands could change it. A root below the log: it is private, so the root could not be used.
    if (isWithin(resolved, root) || isWithin(root, resolved) || isBelowSame(resolved, root)) {
      const message = `the audit log's directory ${JSON.stringify(directory)} overlaps the root ${JSON.stringify(root)}`;
      throw new SandboxError('ERR_POLICY', message, { issues: [`audit.directory: ${message}`] });
    }
  }
}

/** By identity: the same directory may have two paths (a bind mount, a file system that does not know case). */
function isBelowSame(resolved: string, root: string): boolean {
  const wanted = statSync(root, { bigint: true, throwIfNoEntry: false });
  if (wanted === undefined) return false;
  for (let path = resolved; ; path = dirname(path)) {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (found?.dev === wanted.dev && found.ino === wanted.ino) return true;
    if (dirname(path) === path) return false;
  }
}
