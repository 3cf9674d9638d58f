/** A directory tree on disk, for the tests of both engines: links in and out, loops, hidden and protected names. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Tree {
  /** Resolved. */
  readonly base: string;
  remove(): void;
}

/** `entries`: `a/` is a directory, `a -> b` a link, anything else a file. Parents are made. */
export function makeTree(entries: readonly string[], under = tmpdir()): Tree {
  const base = realpathSync.native(mkdtempSync(join(under, 'pairbench-policy-')));
  for (const entry of entries) {
    const [name, target] = entry.split(' -> ') as [string, string | undefined];
    const path = join(base, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (target !== undefined) symlinkSync(target.replace('$BASE', base), path);
    else if (!name.endsWith('/')) writeFileSync(path, name);
  }
  return { base, remove: () => rmSync(base, { recursive: true, force: true }) };
}
