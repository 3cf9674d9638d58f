/** Named cases: each the class of a published mistake in another sandbox, or a case of the escape corpus. */

import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Intent, Policy } from '../contract.ts';
import { createEvaluator } from '../typescript/evaluate.ts';
import { compilePolicy } from './compile.ts';
import { makeTree, type Tree } from './testing/tree.ts';

let tree: Tree;
beforeEach(() => {
  tree = makeTree([
    'w/src/file',
    'w/.env',
    'w/secret/key',
    'w/.git/HEAD',
    'w-evil/file',
    'out/file',
    'audit/log',
    'r/file',
  ]);
});
afterEach(() => tree.remove());

function evaluator(more: Partial<Policy> = {}) {
  const roots = [
    { path: `${tree.base}/w`, access: 'write' },
    { path: `${tree.base}/r`, access: 'read' },
  ] as const;
  const policy = { version: 1, profile: 'workspace', roots, ...more };
  const evaluate = createEvaluator(compilePolicy(policy, { private: [`${tree.base}/audit`] }));
  return (path: string, intent: Intent = 'write') => {
    const { decision, reason } = evaluate(path.startsWith('/') ? path : join(tree.base, path), intent, []);
    return `${decision} ${reason}`;
  };
}
const link = (target: string, path: string) => symlinkSync(target, join(tree.base, path));

test('roots are read and written, system paths read, all else is outside', () => {
  const ask = evaluator();
  expect(ask('w/src/new/file')).toBe('allow allowed');
  expect(ask('w/.env')).toBe('allow allowed');
  expect(ask('r/file', 'read')).toBe('allow allowed');
  expect(ask('r/file')).toBe('deny read-only');
  expect(ask('w')).toBe('deny protected');
  expect(ask('/usr/bin/env', 'execute')).toBe('allow allowed');
  expect(ask('/usr/bin/env')).toBe('deny outside');
  expect(ask('/etc/shadow', 'read')).toBe('deny outside');
  expect(ask('/', 'list')).toBe('deny outside');
});

test('.. leads where the kernel goes (F03)', () => {
  const ask = evaluator();
  expect(ask(`${tree.base}/w/../out/file`)).toBe('deny outside');
  expect(ask(`${tree.base}/w/src/../../out/file`)).toBe('deny outside');
  link('../out', 'w/aside');
  // By letters this is w/src/file; the kernel goes to out/../src/file.
  expect(ask(`${tree.base}/w/aside/../src/file`)).toBe('deny outside');
  expect(ask(`${tree.base}/w/missing/../src/file`)).toBe('deny unresolvable');
  expect(ask(`${tree.base}/w/src/file/../file`)).toBe('deny unresolvable');
});

test('a sibling that begins with the same letters is outside (F04, CVE-2025-54794)', () => {
  expect(evaluator()('w-evil/file', 'read')).toBe('deny outside');
});

test('a link is judged by where it leads, and a dangling one by what a write would make', () => {
  const ask = evaluator();
  link('../out/file', 'w/leak');
  link('../out/new', 'w/dangling');
  link('loop', 'w/loop');
  expect(ask('w/leak', 'read')).toBe('deny outside');
  expect(ask('w/dangling')).toBe('deny outside');
  expect(ask('w/loop', 'read')).toBe('deny unresolvable');
  expect(ask('w/src/file/below', 'read')).toBe('deny unresolvable');
});

test('what cannot be followed is denied, never judged by its letters (CVE-2026-50549)', () => {
  const ask = evaluator();
  expect(ask(`w/${'x'.repeat(256)}`)).toBe('deny unresolvable');
  expect(ask(`w${'/x'.repeat(3000)}`)).toBe('deny unresolvable');
  expect(ask('/proc/self/root/etc/passwd', 'read')).toBe('deny outside');
  expect(ask('/proc/self/cwd', 'read')).toBe('deny outside');
});

test('a deny rule counts for the letters and for the resolved path (CVE-2026-25724)', () => {
  link('secret', 'w/alias');
  link('src', 'w/named');
  const rule = { intents: ['read', 'write'], decision: 'deny' } as const;
  const ask = evaluator({
    paths: [
      { id: 'a', path: 'secret', ...rule },
      { id: 'b', path: 'named', ...rule },
    ],
  });
  expect(ask('w/alias/key', 'read')).toBe('deny rule');
  expect(ask('w/named/file', 'read')).toBe('deny rule');
  rmSync(join(tree.base, 'w/named'));
  link('.', 'w/named');
  expect(ask('w/named/x', 'read')).toBe('deny rule');
});

test('a protected or denied path counts before it exists (CVE-2026-25725, F16)', () => {
  const ask = evaluator({ paths: [{ id: 'a', path: 'later', intents: ['write'], decision: 'deny' }] });
  expect(ask('w/later/x')).toBe('deny rule');
  expect(ask('w/Later/x')).toBe('deny rule');
  expect(ask('w/src/.git/hooks/pre-commit')).toBe('deny protected');
  expect(ask('w/src/.vscode/tasks.json')).toBe('deny protected');
});

test('another spelling is the same name (CVE-2025-59944, CVE-2026-49401)', () => {
  const ask = evaluator();
  for (const name of [
    '.GIT/hooks/x',
    '.git./config',
    '.g\u200cit/x',
    '.vs\u212aode'.replace('\u212a', 'C'),
    '.Cursor/mcp.json',
  ]) {
    expect(ask(`w/${name}`), name).toBe('deny protected');
  }
});

test('an object that is denied is denied under every name it has (F08, F22)', () => {
  linkSync(join(tree.base, 'w/secret/key'), join(tree.base, 'w/src/hard'));
  linkSync(join(tree.base, 'audit/log'), join(tree.base, 'w/src/log'));
  const ask = evaluator({ paths: [{ id: 'a', path: 'secret/key', intents: ['read'], decision: 'deny' }] });
  expect(ask('w/src/hard', 'read')).toBe('deny rule');
  renameSync(join(tree.base, 'w/secret/key'), join(tree.base, 'w/src/moved'));
  expect(ask('w/src/moved', 'read')).toBe('deny rule');
  // Only the directory of the audit log is known, not each file in it: a hard link made before is not seen.
  expect(ask('w/src/log', 'read')).toBe('allow allowed');
});

test("the sandbox's own state is neither read nor written (F20)", () => {
  link('../audit', 'w/toaudit');
  const ask = evaluator();
  for (const path of ['audit/log', 'w/toaudit/log', 'audit', 'Audit/new']) {
    expect(ask(path, 'read'), path).toBe('deny private');
    expect(ask(path), path).toBe('deny private');
  }
});

test('a root that was moved away and replaced is no root any more (E04)', () => {
  const ask = evaluator();
  expect(ask('w/src/file')).toBe('allow allowed');
  renameSync(join(tree.base, 'w'), join(tree.base, 'gone'));
  expect(ask('w/src/file')).toBe('deny unresolvable');
  mkdirSync(join(tree.base, 'w'));
  expect(ask('w/src/file')).toBe('deny unresolvable');
  rmSync(join(tree.base, 'w'), { recursive: true });
  link('gone', 'w');
  expect(ask('w/src/file')).toBe('deny unresolvable');
});

describe('profile strict', () => {
  test('reads what is no dot file and lies behind no link, and runs and writes nothing', () => {
    const ask = evaluator({ profile: 'strict', roots: [{ path: `${tree.base}/w`, access: 'read' }] });
    link('src', 'w/named');
    expect(ask('w/src/file', 'read')).toBe('allow allowed');
    expect(ask('w/.env', 'read')).toBe('deny hidden');
    expect(ask('w/.git/HEAD', 'read')).toBe('deny hidden');
    expect(ask('w/named/file', 'read')).toBe('deny symlink');
    expect(ask('w/src/file', 'execute')).toBe('deny not-executable');
    expect(ask('w/src/file')).toBe('deny read-only');
    expect(ask('/usr/bin/env', 'execute')).toBe('allow allowed');
  });
});

test('of nested roots the longest counts', () => {
  const ask = evaluator({
    roots: [
      { path: `${tree.base}/w`, access: 'write' },
      { path: `${tree.base}/w/src`, access: 'read' },
    ],
  });
  expect(ask('w/src/file')).toBe('deny read-only');
  expect(ask('w/src')).toBe('deny read-only');
  expect(ask('w/other')).toBe('allow allowed');
});

test('a grant allows what would be asked, on the resolved path, and never what is denied', () => {
  link('src', 'w/named');
  const roots = [{ path: `${tree.base}/w`, access: 'write' }];
  const paths = [
    { id: 'ask', path: 'named', intents: ['write'], decision: 'confirm' },
    { id: 'no', path: 'secret', intents: ['write'], decision: 'deny' },
  ];
  const evaluate = createEvaluator(compilePolicy({ version: 1, profile: 'workspace', roots, paths }));
  const grants = [{ id: 'g', path: `${tree.base}/w`, intents: ['write' as const] }];
  expect(evaluate(`${tree.base}/w/named/file`, 'write', [])).toMatchObject({
    decision: 'confirm',
    rule: 'ask',
  });
  expect(evaluate(`${tree.base}/w/named/file`, 'write', grants)).toEqual({
    ...{ decision: 'allow', reason: 'grant', rule: 'g' },
    resolved: `${tree.base}/w/src/file`,
  });
  expect(evaluate(`${tree.base}/w/secret/x`, 'write', grants)).toMatchObject({
    decision: 'deny',
    rule: 'no',
  });
  expect(evaluate(`${tree.base}/out/x`, 'write', [{ id: 'g', path: '/', intents: ['write'] }]).decision).toBe(
    'deny',
  );
});
