/** F06: a directory and a link to the outside change places ten thousand times while the host reads, writes and lists. */

import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { SandboxError } from '../contract.ts';
import { DEFAULT_READ_MAX_BYTES } from '../typescript/files.ts';
import { filesOf, makePlace } from './place.ts';

const FLIPS = 10_000;

// Elsewhere the engine has no descriptors to go by, and says so.
test.runIf(process.platform === 'linux')('no flip leads outside', async () => {
  const place = makePlace();
  mkdirSync(place.at('root/real'));
  writeFileSync(place.at('root/real/file'), 'inside');
  writeFileSync(place.at('outside/file'), 'outside');
  writeFileSync(place.at('outside/foreign'), '');
  symlinkSync('../outside', place.at('root/link'));
  const files = filesOf(place);

  const worker = new Worker(new URL('./flipper.ts', import.meta.url), {
    workerData: { root: place.at('root'), flips: FLIPS },
  });
  let over = false;
  const ended = new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  }).finally(() => {
    over = true;
  });

  let done = 0;
  // The control: who goes by the path alone does get outside.
  let astray = 0;
  const refusals = new Set<string>();
  const tried = async <T>(act: Promise<T>, look: (answer: T) => void) => {
    let answer: T;
    try {
      answer = await act;
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      refusals.add(error.code);
      return;
    }
    look(answer);
  };
  while (!over || done === 0) {
    await tried(files.read(place.at('root/real/file'), DEFAULT_READ_MAX_BYTES, []), (bytes) => {
      expect(Buffer.from(bytes).toString()).toBe('inside');
      done++;
    });
    for (const name of ['file', 'fresh']) {
      await tried(files.write(place.at(`root/real/${name}`), Buffer.from('inside'), []), () => {});
    }
    await tried(files.list(place.at('root/real'), []), (entries) => {
      expect(entries.map((entry) => entry.name)).not.toContain('foreign');
    });
    try {
      if (readFileSync(place.at('root/real/file'), 'utf8') === 'outside') astray++;
    } catch {}
  }
  await ended;
  expect(astray, 'the flips never showed: the race was not run').toBeGreaterThan(0);
  expect([...refusals].filter((code) => code !== 'ERR_DENIED' && code !== 'ERR_NOT_FOUND')).toEqual([]);
  expect(readdirSync(place.at('outside')).sort()).toEqual(['file', 'foreign']);
  expect(readFileSync(place.at('outside/file'), 'utf8')).toBe('outside');
  expect(readdirSync(place.at('root')).sort()).toEqual(['link', 'real']);
});
