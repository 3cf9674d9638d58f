import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Preset, SandboxError } from '../contract.ts';
import { evaluateCommand } from './commands.ts';
import { compilePolicy } from './compile.ts';
import { preset, READERS } from './presets.ts';
import { isShell, isWrapper } from './scripts.ts';
import { makeTree, type Tree } from './testing/tree.ts';

let tree: Tree;
beforeAll(() => {
  tree = makeTree(['w/file']);
});
afterAll(() => tree.remove());
const compiled = (name: Preset) => compilePolicy(preset(name, { root: `${tree.base}/w` }));

test.each([
  ['safe', 'strict', 'read', [], ['ls', 'allow'], ['find', 'deny'], ['sudo', 'deny']],
  ['balanced', 'workspace', 'write', [], ['ls', 'allow'], ['make', 'confirm'], ['sudo', 'deny']],
  [
    'power',
    'workspace',
    'write',
    ['registry.npmjs.org'],
    ['ls', 'allow'],
    ['make', 'allow'],
    ['sudo', 'deny'],
  ],
  ['developer', 'workspace', 'write', ['pypi.org'], ['dd', 'confirm'], ['make', 'allow'], ['sudo', 'deny']],
] as const)('%s: %s, roots for %s', (name, profile, access, domains, ...commands) => {
  const policy = compiled(name);
  expect(policy.profile).toBe(profile);
  expect(policy.roots[0]?.access).toBe(access);
  expect(policy.domains).toEqual(expect.arrayContaining([...domains]));
  if (domains.length === 0) expect(policy.domains).toEqual([]);
  for (const [command, decision] of commands as readonly (readonly [string, string])[]) {
    expect(evaluateCommand(policy, [command]).decision, command).toBe(decision);
  }
});

test('git is limited for developers, and read only for the others', () => {
  const hasWholeGit = (name: Preset) =>
    compiled(name).protected.some(({ components, below }) => below && components.join('/') === '.git');
  expect(['safe', 'balanced', 'power', 'developer'].map((name) => hasWholeGit(name as Preset))).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test('no reader starts another program or is a shell', () => {
  for (const name of READERS) expect(isShell(name) || isWrapper(name), name).toBe(false);
  for (const name of ['find', 'sed', 'awk', 'xargs', 'env', 'rg', 'sort', 'less', 'tee'])
    expect(READERS).not.toContain(name);
});

test('safe is for reading alone, and an unknown preset is an error', () => {
  expect(() => preset('safe', { root: '/w', access: 'write' })).toThrow(SandboxError);
  expect(() => preset('open' as Preset, { root: '/w' })).toThrow(/no preset/);
  expect(() => preset('safe', undefined as never)).toThrow(/options/);
});
