/** What `evaluate` says, and what the kernel then does with a command that tries: on a sample of generated paths. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@pairbench/testing';
import { expect, test } from 'vitest';
import type { Sandbox } from '../contract.ts';
import { ENGINES } from '../execution/testing/ground.ts';
import { nativeEngine } from '../native.ts';
import { makeTree } from './testing/tree.ts';

const PATHS = 5_000;

const ENTRIES = [
  ...[
    'w/a/b/file',
    'w/.git/HEAD',
    'w/.git/hooks/',
    'w/sub/.vscode/x',
    'w/.npmrc',
    'w/plain',
    'w/secret/key',
    'w/ask/file',
  ],
  ...[
    'w-evil/file',
    'read/x/y',
    'out/file',
    'w/in -> a/b',
    'w/out -> ../out',
    'w/dangling -> a/new',
    'w/far -> ../gone/x',
  ],
  ...[
    'w/tosecret -> secret/key',
    'w/toread -> $BASE/read',
    'w/loop -> loop',
    'w/abs -> $BASE/out/file',
    'w/up -> ..',
  ],
];
const NAMES = [
  ...[
    'a',
    'b',
    'file',
    '.git',
    'HEAD',
    'hooks',
    'sub',
    '.vscode',
    'x',
    '.npmrc',
    '.NPMRC',
    'plain',
    'secret',
    'key',
    'ask',
  ],
  ...[
    'in',
    'out',
    'dangling',
    'far',
    'tosecret',
    'toread',
    'loop',
    'abs',
    'up',
    'y',
    'new',
    '.',
    '..',
    '.mcp.json',
    'w',
    'read',
  ],
];

/**
 * For each line `intent path`: `read` opens and reads, `write` opens for appending, and makes what is not there. Says `ok`, or the
 * name of the error. Python, since every Linux that tests has it, and its `os.open` is the system call.
 */
const ATTEMPT = `
import os, sys, errno
for line in sys.stdin.buffer.read().split(b"\\0")[:-1]:
    intent, path = line.split(b" ", 1)
    try:
        if intent == b"read":
            os.read(os.open(path, os.O_RDONLY), 1)
        else:
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        print("ok")
    except OSError as error:
        print(errno.errorcode[error.errno])
`;

const native = ENGINES.find(({ name }) => name === 'native');
const python = ['/usr/bin/python3', '/usr/local/bin/python3'].find((path) => existsSync(path));

test.skipIf(native?.skip !== undefined || python === undefined)(
  'the kernel agrees with the verdicts',
  async () => {
    // Not in /tmp, which commands have one of their own of.
    const tree = makeTree(ENTRIES, '/var/tmp');
    let sandbox: Sandbox | undefined;
    try {
      const { base } = tree;
      sandbox = nativeEngine.createSandbox({
        version: 1,
        profile: 'workspace',
        roots: [
          { path: join(base, 'w'), access: 'write' },
          { path: join(base, 'read'), access: 'read' },
        ],
        paths: [
          { id: 'secret', path: 'secret', intents: ['read', 'list', 'write'], decision: 'deny' },
          { id: 'ask', path: 'ask', intents: ['write'], decision: 'confirm' },
        ],
        unknownCommands: 'allow',
      });
      const random = new Random(7);
      const questions = Array.from({ length: PATHS }, () => {
        const start = random.pick(['w', 'w', 'w', 'read', 'w-evil', 'out']);
        const names = Array.from({ length: 1 + random.below(4) }, () => random.pick(NAMES));
        return {
          intent: random.pick(['read', 'write'] as const),
          path: `${join(base, start)}/${names.join('/')}`,
        };
      });
      const before = questions.map(({ path, intent }) => sandbox?.evaluate(path, intent));
      const input = questions.map(({ path, intent }) => `${intent} ${path}\0`).join('');
      const { stdout, stderr } = await sandbox.execute(python as string, ['-c', ATTEMPT], { input });
      const answers = Buffer.from(stdout).toString().trim().split('\n');
      expect(answers.length, Buffer.from(stderr).toString()).toBe(PATHS);
      const wrong = questions.flatMap((question, at) => {
        const verdict = before[at];
        const answer = answers[at] as string;
        const isRefusal = ['EPERM', 'EACCES', 'EROFS', 'ELOOP', 'EXDEV'].includes(answer);
        // Denied is never done. Allowed may still fail where nothing is there, or something else than a file.
        const isHole = verdict?.decision !== 'allow' && answer === 'ok';
        // The way through a directory that is not read is closed, also where it leads out again.
        const isThrough = question.path.includes('secret/');
        const isTooStrict = verdict?.decision === 'allow' && isRefusal && !isThrough;
        return isHole || isTooStrict ? [{ ...question, verdict, answer }] : [];
      });
      expect(wrong).toEqual([]);
      // Every kind of answer came up.
      expect(answers.filter((answer) => answer === 'ok').length).toBeGreaterThan(200);
      expect(before.filter((verdict) => verdict?.decision === 'deny').length).toBeGreaterThan(200);
    } finally {
      await sandbox?.close();
      tree.remove();
    }
  },
);
