/** `git diff --no-index` as an agent would run it: one process a call, on files that are there already. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Each new pair of texts is written at its first call, which the answer check makes. */
export function gitDiffProcess(): (old: string, next: string) => string {
  try {
    execFileSync('git', ['--version']);
  } catch (cause) {
    throw new Error('git is not installed', { cause });
  }
  const folder = mkdtempSync(join(tmpdir(), 'pairbench-diff-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const files = new Map<string, Map<string, readonly [string, string]>>();
  let pairs = 0;

  const filesOf = (old: string, next: string) => {
    const ofOld = files.get(old) ?? new Map<string, readonly [string, string]>();
    files.set(old, ofOld);
    let found = ofOld.get(next);
    if (found === undefined) {
      found = [`${++pairs}.old`, `${pairs}.new`];
      writeFileSync(join(folder, found[0]), old);
      writeFileSync(join(folder, found[1]), next);
      ofOld.set(next, found);
    }
    return found;
  };
  return (old, next) => {
    const { status, stdout, stderr } = spawnSync(
      'git',
      ['diff', '--no-index', '--no-color', '--no-ext-diff', '--text', ...filesOf(old, next)],
      { cwd: folder, encoding: 'utf8', maxBuffer: MOST_OUTPUT_BYTES },
    );
    // 1 says that there are differences.
    if (status !== 0 && status !== 1) throw new Error(`git diff failed: ${stderr}`);
    return stdout;
  };
}
