/** TypeScript = Rust, verdict for verdict, on a real tree and 100,000 paths that follow from a seed. */

import { linkSync } from 'node:fs';
import { join } from 'node:path';
import { Random, whyNoBinding } from '@pairbench/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INTENTS, type Policy } from '../contract.ts';
import type { PathGrant } from '../core.ts';
import { nativeCore } from '../native/core.ts';
import { loadNative } from '../native/load.ts';
import { createEvaluator } from '../typescript/evaluate.ts';
import { compilePolicy } from './compile.ts';
import type { CompiledPolicy } from './compiled.ts';
import { makeTree, type Tree } from './testing/tree.ts';

const QUESTIONS = 100_000;

interface Question {
  readonly path: string;
  readonly intent: (typeof INTENTS)[number];
  readonly grants: readonly PathGrant[];
}

const ENTRIES = [
  ...[
    'w/a/b/c/file',
    'w/a/.hidden/file',
    'w/.git/HEAD',
    'w/.git/hooks/',
    'w/.git/objects/aa',
    'w/sub/.GIT/config',
  ],
  ...[
    'w/secret/key',
    'w/ask/file',
    'w/ask/deep/er/',
    'w-evil/file',
    'w/Ünï/ﬁle',
    'w/Secret/key',
    'read/x/y',
    'read/.z',
  ],
  ...[
    'w/nested/inner/file',
    'out/file',
    'audit/log',
    'w/plain',
    'w/.npmrc',
    'w/.vscode/tasks.json',
    'w/new\nline',
  ],
  ...[
    'w/in -> a/b',
    'w/up -> ..',
    'w/out -> ../out',
    'w/abs -> $BASE/out/file',
    'w/absin -> $BASE/w/a',
    'w/loop -> loop',
  ],
  ...[
    'w/ping -> pong',
    'w/pong -> ping',
    'w/dangling -> a/nothing',
    'w/far -> ../gone/x',
    'w/tosecret -> secret/key',
  ],
  ...[
    'w/toaudit -> ../audit',
    'w/tofile -> plain/',
    'w/dots -> a/../a/./b',
    'w/proc -> /proc/self/root',
    'w/sys -> /usr/bin',
  ],
  ...[
    'link -> w',
    'read/tow -> ../w',
    'w/toread -> $BASE/read',
    'w/a/back -> ../../w/a/back2',
    'w/a/back2 -> b/c/file',
  ],
  ...Array.from({ length: 45 }, (_, at) => `w/chain${at} -> ${at === 44 ? 'plain' : `chain${at + 1}`}`),
];
const NAMES = [
  ...new Set(ENTRIES.flatMap((entry) => (entry.split(' -> ')[0] as string).split('/'))),
  ...[
    '.',
    '..',
    '',
    '..',
    '.Git',
    'HOOKS',
    'hoo\u212as',
    '.git ',
    '.git..',
    'missing',
    'FILE',
    'key2',
    '.NPMRC',
    'ask2',
    'Ask',
  ],
  ...[
    'ﬁle',
    'file',
    '\u200c.git',
    'x'.repeat(255),
    'x'.repeat(256),
    'é'.repeat(128),
    '日本語',
    '...',
    ' ',
    'a b',
  ],
].filter((name) => !name.startsWith('chain') || Number(name.slice(5)) % 9 < 2);

let tree: Tree;
beforeAll(() => {
  tree = makeTree(ENTRIES);
  linkSync(join(tree.base, 'w/secret/key'), join(tree.base, 'w/hard'));
  linkSync(join(tree.base, 'audit/log'), join(tree.base, 'w/hardlog'));
});
afterAll(() => tree.remove());

function policies(): CompiledPolicy[] {
  const { base } = tree;
  const paths: Policy['paths'] = [
    { id: 'secrets', path: `${base}/w/secret`, intents: ['read', 'list', 'write'], decision: 'deny' },
    { id: 'ask', path: 'ask', intents: ['read', 'write'], decision: 'confirm' },
    { id: 'ask-less', path: 'ask/deep', intents: ['write'], decision: 'deny' },
    { id: 'key', path: `${base}/w/in/c/file`, intents: ['write'], decision: 'confirm' },
    { id: 'later', path: `${base}/w/missing/Here`, intents: ['write'], decision: 'deny' },
  ];
  const roots = [
    { path: `${base}/w`, access: 'write' },
    { path: `${base}/read`, access: 'read' },
    { path: `${base}/w/nested`, access: 'read' },
    { path: `${base}/w/nested/inner`, access: 'write' },
  ] as const;
  const audit = { private: [`${base}/audit`] };
  return [
    compilePolicy({ version: 1, profile: 'workspace', roots, paths }, audit),
    compilePolicy(
      {
        version: 1,
        profile: 'workspace',
        git: 'limited',
        roots: [{ path: `${base}/link`, access: 'write' }],
      },
      audit,
    ),
    compilePolicy(
      {
        version: 1,
        profile: 'strict',
        roots: [{ path: `${base}/w`, access: 'read' }],
        paths: paths.slice(0, 2),
      },
      audit,
    ),
  ];
}

function question(random: Random, base: string): Question {
  const length = random.below(8);
  const names = Array.from({ length }, () => random.pick(NAMES));
  const start = random.pick([
    '/w',
    '/w',
    '/w',
    '/w',
    '/read',
    '/w-evil',
    '/link',
    '/audit',
    '',
    '/out',
    '/w/nested',
    '/W',
  ]);
  let path = `${random.chance(0.97) ? base + start : start}/${names.join('/')}`;
  if (random.chance(0.02))
    path = random.pick([
      '/usr/bin/env',
      '/bin/sh',
      '/etc/shadow',
      '/',
      '',
      'w/a',
      '//',
      '/proc/self/root/etc',
      '/dev/fd/0',
      '/usr/../etc/passwd',
      `${base}/w${'/a/..'.repeat(900)}`,
      `${base}/w${'/q'.repeat(2050)}`,
    ]);
  if (random.chance(0.1)) path = path.replaceAll('/', () => random.pick(['/', '//', '/./']));
  const intents = random.chance(0.5) ? (['write'] as const) : INTENTS;
  const grants = random.chance(0.3)
    ? [{ id: 'g', path: random.pick([`${base}/w/ask`, `${base}/w`, `${base}/w/ask/file`, '/']), intents }]
    : [];
  return { path, intent: random.pick(INTENTS), grants };
}

describe.skipIf(process.platform === 'win32' || whyNoBinding('sandbox', loadNative) !== undefined)(
  'both engines',
  () => {
    test(`give the same verdict for ${QUESTIONS} paths`, () => {
      const seen = new Map<string, number>();
      policies().forEach((compiled, at) => {
        const random = new Random(20_261_123 + at);
        const questions = Array.from({ length: Math.ceil(QUESTIONS / 3) }, () => question(random, tree.base));
        const evaluate = createEvaluator(compiled);
        const native = nativeCore(compiled);
        const ask = (engine: { evaluate: typeof evaluate }) =>
          questions.map(({ path, intent, grants }) => engine.evaluate(path, intent, grants));
        const ours = ask({ evaluate });
        const theirs = ask(native);
        ours.forEach((verdict, index) => {
          const key = `${verdict.decision} ${verdict.reason}`;
          seen.set(key, (seen.get(key) ?? 0) + 1);
          expect({ ...questions[index], ...theirs[index] }).toEqual({ ...questions[index], ...verdict });
        });
      });
      // Each kind of answer came up: what was never asked was not compared.
      expect([...seen.keys()].sort()).toEqual([
        ...[
          'allow allowed',
          'allow grant',
          'confirm rule',
          'deny hidden',
          'deny not-executable',
          'deny outside',
        ],
        ...[
          'deny private',
          'deny protected',
          'deny read-only',
          'deny rule',
          'deny symlink',
          'deny unresolvable',
        ],
      ]);
    });
  },
);
