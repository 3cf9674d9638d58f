/** Small files of the system are copied into a run, larger ones are mounted: a command cannot tell, nor change either. */

import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ENGINES, ground, text } from '../execution/testing/ground.ts';
import { defaultSystemPaths } from '../policy/system-paths.ts';

const native = ENGINES.find(({ name }) => name === 'native');
const run = test.skipIf(native === undefined || native.skip !== undefined);
const under = native as NonNullable<typeof native>;

const files = defaultSystemPaths('linux', false).filter((path) => lstatSync(path).isFile());

run('files of the system are the host’s, byte for byte', async () => {
  await using at = ground(under);
  const { stdout } = await at.sandbox.execute('sha256sum', files);
  const expected = files.map(
    (path) => `${createHash('sha256').update(readFileSync(path)).digest('hex')}  ${path}`,
  );
  expect(text(stdout).trim().split('\n')).toEqual(expected);
  // Both kinds must be among them, or the test shows nothing.
  const sizes = files.map((path) => lstatSync(path).size);
  expect(Math.min(...sizes)).toBeLessThan(1024);
  expect(Math.max(...sizes)).toBeGreaterThan(16 << 10);
});

run('none of them is written, made executable or removed', async () => {
  await using at = ground(under);
  const lines = 'for file; do echo x >> "$file"; chmod 777 "$file"; rm -f "$file"; done; ls "$@" | wc -l';
  const { stdout } = await at.sandbox.execute('/bin/sh', [
    '-c',
    `{ ${lines}; } 2> /dev/null`,
    'sh',
    ...files,
  ]);
  expect(text(stdout).trim()).toBe(`${files.length}`);
  const { stdout: found } = await at.sandbox.execute('find', [...files, '-perm', '/222', '-writable']);
  expect(text(found)).toBe('');
});
