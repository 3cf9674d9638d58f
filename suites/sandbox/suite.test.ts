/** The questions have the answers that the file system gives, and the peers do what they are measured for. */

import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { peers } from './peers.ts';
import {
  contents,
  directory,
  FILE_BYTES,
  fileTree,
  listedNames,
  listTree,
  QUESTIONS,
  questionTree,
} from './work.ts';

/** Where a path leads, whether or not its last component is there. */
function real(path: string): string {
  const parent = dirname(path);
  if (existsSync(path)) return realpathSync(path);
  return existsSync(parent) ? join(realpathSync(parent), basename(path)) : join(real(parent), basename(path));
}

test('each question has the answer that follows from where its path leads', () => {
  const base = questionTree();
  for (const { path, intent, expected } of QUESTIONS) {
    const resolved = real(`${base}/${path}`);
    const isOutside = !resolved.startsWith(`${base}/work/`);
    const isProtected = intent === 'write' && /\/(\.git|\.npmrc|\.vscode)(\/|$)/.test(resolved);
    const answer = isOutside ? 'deny outside' : isProtected ? 'deny protected' : 'allow allowed';
    expect(expected, path).toBe(answer);
  }
  expect(new Set(QUESTIONS.map(({ expected }) => expected)).size).toBe(3);
});

const policy = (path: string) => ({ profile: 'workspace', roots: [{ path, access: 'write' }] }) as const;
const isThere = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  bubblewrap: ['bwrap'],
  'sandbox-runtime': ['bwrap', 'socat', 'rg'],
};

for (const { id, load } of peers.filter(({ id }) => id !== 'plain-fs' && id !== 'sandbox-runtime')) {
  const lacking = (NEEDS[id] ?? []).filter((program) => !isThere(program));
  test.skipIf(lacking.length > 0)(`${id} runs a program and says how it ended`, async () => {
    const { run } = await (await load()).open(policy(directory('peer')));
    expect(await run(['/bin/true'])).toBe('0 ');
    expect(await run(['/bin/sh', '-c', 'echo x; exit 3'])).toBe('3 x\n');
  });
}

test('plain-fs reads, writes and lists', async () => {
  const found = peers.find(({ id }) => id === 'plain-fs');
  const root = fileTree();
  const { read, write, list } = await (await (found as (typeof peers)[number]).load()).open(policy(root));
  expect(await read(join(root, 'file-1'))).toEqual(Buffer.from(contents(1)));
  await write(join(root, 'file-1'), contents(2));
  expect((await read(join(root, 'file-1'))).length).toBe(FILE_BYTES);
  expect(await list(listTree())).toEqual(listedNames());
});
