/** The corpus against the native engine, as root and as nobody. The table itself: `run.ts --markdown`. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyNoBinding } from '@pairbench/testing';
import { describe, expect, it } from 'vitest';
import type { Need, User } from './case.ts';
import { CASES } from './index.ts';
import { type CorpusRun, count, line } from './report.ts';

const loaded = process.platform === 'linux' ? await import('../native.ts') : undefined;
const why =
  process.platform !== 'linux'
    ? 'the corpus is about Linux'
    : whyNoBinding('sandbox', () => {
        // Loading the binding, and nothing else, tells whether it is there.
        (loaded as { createSandbox(policy: unknown): unknown }).createSandbox({
          version: 1,
          profile: 'workspace',
          roots: [{ path: tmpdir(), access: 'read' }],
        });
      });

/** What may be skipped on the host that the corpus is kept for: nothing as root; as nobody, what only root can try. */
const ALLOWED_SKIPS: Readonly<Record<User, readonly Need[]>> = { root: ['unprivileged'], nobody: ['root'] };
const users: readonly User[] = process.getuid?.() === 0 ? ['root', 'nobody'] : ['nobody'];

describe.skipIf(why !== undefined)(`the escape corpus on the native engine${why ? ` (${why})` : ''}`, () => {
  it.each(users)('as %s: no escape, every control live, every allowed act works', (user) => {
    const directory = mkdtempSync(join(tmpdir(), 'pairbench-corpus-result-'));
    try {
      const file = join(directory, 'result.json');
      const words = [
        join(import.meta.dirname, 'run.ts'),
        '--launcher',
        'native',
        '--user',
        user,
        '--json',
        file,
      ];
      const { stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
      const [run] = JSON.parse(readFileSync(file, 'utf8')) as [CorpusRun];
      expect(run, stderr).toBeDefined();
      const bad = run.results.filter(
        (one) =>
          one.verdict === 'ESCAPED' ||
          one.verdict === 'not run' ||
          one.control === 'dead' ||
          one.twin === 'broken',
      );
      expect(bad.map(line)).toEqual([]);
      expect(run.results.length).toBe(CASES.length);
      const skipped = run.results.filter((one) => one.verdict === 'skipped');
      const unexpected = skipped.filter(
        (one) => !ALLOWED_SKIPS[user].some((need) => one.detail === `needs ${need}`),
      );
      // Another host may lack IPv6, a compiler or bash: said, not failed.
      for (const one of unexpected) console.warn(`${user}: ${one.id} skipped: ${one.detail}`);
      expect(count(run.results).contained).toBeGreaterThan(CASES.length / 2);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
