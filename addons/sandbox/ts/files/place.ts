/** For tests: a new directory with roots in it, and an evaluator that resolves as the system does. */

import { mkdirSync, mkdtempSync, readlinkSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Verdict } from '../contract.ts';
import type { CompiledPolicy, CompiledRoot } from '../policy/compiled.ts';
import { componentsOf, isWithin } from '../policy/paths.ts';
import type { Evaluate } from '../typescript/evaluate.ts';
import { type Files, openFiles } from '../typescript/files.ts';

/** `root` (writable), `fixed` (a root for reading), `system` and `outside`. */
export interface Place {
  readonly base: string;
  readonly evaluate: Evaluate;
  readonly policy: Pick<CompiledPolicy, 'roots' | 'system'>;
  at(path: string): string;
}

/** Goes when the test ends. */
export function makePlace(): Place {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'pairbench-files-')));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const at = (path: string) => join(base, path);
  for (const name of ['root', 'fixed', 'system', 'outside']) mkdirSync(at(name));
  const root = (name: string, access: 'read' | 'write'): CompiledRoot => {
    const { dev, ino } = statSync(at(name), { bigint: true });
    return { path: at(name), access, device: String(dev), inode: String(ino) };
  };
  return {
    base,
    at,
    evaluate: (path, intent) => judge(base, path, intent === 'write'),
    policy: { roots: [root('root', 'write'), root('fixed', 'read')], system: [at('system')] },
  };
}

/** Closed when the test ends. */
export function filesOf(place: Place, evaluate: Evaluate = place.evaluate): Files {
  const files = openFiles(place.policy, evaluate);
  onTestFinished(() => files.close());
  return files;
}

function judge(base: string, path: string, isWrite: boolean): Verdict {
  const resolved = resolvePath(path, 0);
  if (resolved === undefined) return { decision: 'deny', reason: 'unresolvable' };
  const isIn = (name: string) => isWithin(resolved, join(base, name));
  const has = (name: string) => componentsOf(resolved).includes(name);
  const deny = (reason: Verdict['reason']): Verdict => ({ decision: 'deny', reason, resolved });
  if (!isIn('root') && !isIn('fixed') && !isIn('system')) return deny('outside');
  if (isWrite && !isIn('root')) return deny('read-only');
  if (has('secret')) return deny('private');
  if (isWrite && has('.git')) return deny('protected');
  if (has('asked')) return { decision: 'confirm', reason: 'rule', rule: 'r', resolved };
  return { decision: 'allow', reason: 'allowed', resolved };
}

/** As far as it exists by the system, link for link where it does not; undefined: a loop. */
function resolvePath(path: string, links: number): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    const { code } = error as { code?: string };
    if ((code !== 'ENOENT' && code !== 'ENAMETOOLONG') || links > 40) return undefined;
  }
  const parent = resolvePath(dirname(path), links + 1);
  if (parent === undefined) return undefined;
  try {
    return resolvePath(resolve(parent, readlinkSync(join(parent, basename(path)))), links + 1);
  } catch {
    return join(parent, basename(path));
  }
}
