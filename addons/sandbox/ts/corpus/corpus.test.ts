/** The corpus against the native engine, as root and as nobody. The table itself: `run.ts --markdown`. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENGINES } from '../execution/testing/ground.ts';
import type { Need, User } from './case.ts';
import { CASES } from './index.ts';
import { type CorpusRun, count, line } from './report.ts';

const why = ENGINES.find(({ name }) => name === 'native')?.skip;

/** What another host may lack: said, not failed. The host that the corpus is kept for lacks nothing. */
const OF_THE_HOST: readonly Need[] = ['compiler', 'bash', 'git', 'x86-64', 'ipv6'];
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
      for (const one of skipped) console.warn(`${user}: ${one.id} skipped: ${one.detail}`);
      const unexpected = skipped.filter((one) => !OF_THE_HOST.some((need) => one.detail === `needs ${need}`));
      expect(unexpected.map(line)).toEqual([]);
      expect(count(run.results).contained).toBeGreaterThan(CASES.length / 2);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
