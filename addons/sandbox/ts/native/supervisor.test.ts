/** What programs expect of the calls that the supervisor makes for them. */

import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ENGINES, ground, text } from '../execution/testing/ground.ts';

const native = ENGINES.find(({ name }) => name === 'native') as (typeof ENGINES)[0];

describe.skipIf(native.skip !== undefined)('the supervisor', () => {
  test('a file that was just written and closed can be executed at once', async () => {
    await using at = ground(native);
    // `exec` in the process that wrote: no time passes.
    writeFileSync(join(at.root, 'loop.sh'), 'printf "#!/bin/sh\\nexit 0\\n" > "$1"; exec "./$1"\n');
    for (let i = 0; i < 4; i++) writeFileSync(join(at.root, `p${i}`), '', { mode: 0o755 });
    const script =
      'i=0; while [ $i -lt 100 ]; do for p in p0 p1 p2 p3; do sh loop.sh $p || exit 1; done; i=$((i+1)); done';
    const { exitCode, stderr } = await at.sandbox.execute('sh', ['-c', script]);
    expect([exitCode, text(stderr)]).toEqual([0, '']);
  });

  test('opening a fifo waits for its other end alone', async () => {
    await using at = ground(native);
    const script = 'mkfifo f; (echo through > f) & : > meanwhile; cat f; wait';
    expect(text((await at.sandbox.execute('sh', ['-c', script])).stdout)).toBe('through\n');
  });

  test('who is killed while a fifo is opened leaves nothing behind', async () => {
    await using at = ground(native);
    const script = [
      'mkfifo f; i=0',
      'while [ $i -lt 40 ]; do cat f & sleep 0.01; kill -9 $!; wait $! 2>/dev/null; i=$((i+1)); done',
      'sleep 0.1; ls -d /proc/[0-9]* | wc -l',
    ].join('\n');
    const { stdout } = await at.sandbox.execute('sh', ['-c', script]);
    // The first process, the shell, `ls`, `wc`, and one that may wait for the next question.
    expect(Number(text(stdout))).toBeLessThan(10);
  });

  test('slashes at the end of a name mean a directory', async () => {
    await using at = ground(native);
    writeFileSync(join(at.root, 'file'), 'kept');
    const { stdout } = await at.sandbox.execute('sh', [
      '-c',
      'rm file/; mv file/ other; ln -s x link/; true > new/; mkdir made/ && rmdir made/ && ls',
    ]);
    expect(text(stdout)).toBe('file\n');
    expect(readFileSync(join(at.root, 'file'), 'utf8')).toBe('kept');
  });

  test('modes are those that the mask leaves', async () => {
    await using at = ground(native);
    await at.sandbox.execute('sh', ['-c', 'umask 027; : > file; mkdir directory; mkfifo fifo']);
    const modes = ['file', 'directory', 'fifo'].map((name) => statSync(join(at.root, name)).mode & 0o7777);
    expect(modes).toEqual([0o640, 0o750, 0o640]);
  });

  test('a program in the strict profile finds its own entries of /proc', async () => {
    await using at = ground(native, { profile: 'strict' });
    mkdirSync(join(at.root, 'plain'));
    chmodSync(at.root, 0o755);
    const script =
      'head -n 1 /proc/self/status; test -r /proc/mounts && ls /proc/self/task | wc -l; cat /proc/1/status';
    const { stdout } = await at.sandbox.execute('sh', ['-c', script]);
    expect(text(stdout)).toBe('Name:\thead\n1\n');
  });
});
