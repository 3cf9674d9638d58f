import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  fold,
  foldsTo,
  indexPatterns,
  isHidden,
  isProtected,
  PROTECTED_NAMES,
  patternOf,
  protectedPatterns,
} from './names.ts';

const table = JSON.parse(readFileSync(new URL('names.table.json', import.meta.url), 'utf8')) as [
  string,
  string,
  boolean,
][];

const isWritten = (path: string, git: 'read' | 'limited' = 'read', more: string[] = []) =>
  !isProtected(path.split('/').map(patternOf), indexPatterns(protectedPatterns(git, more)));

test.each(table)('%j is %j: %s', (name, pattern, isSame) => {
  expect(foldsTo(name, pattern)).toBe(isSame);
});

test('a fold is its own fold', () => {
  for (const [name] of table) expect(fold(fold(name))).toBe(fold(name));
});

test('dot names are hidden however they are spelled', () => {
  for (const name of ['.a', '.', '..', '\u200c.a', '\ufeff.git']) expect(isHidden(name)).toBe(true);
  for (const name of ['a', '', 'a.b', '\u200b.a', '\u2024git']) expect(isHidden(name)).toBe(false);
});

describe('protected names', () => {
  test('are folded already, so that both engines compare the same letters', () => {
    for (const name of PROTECTED_NAMES) expect(name.split('/').map(patternOf).join('/')).toBe(name);
    expect(new Set(PROTECTED_NAMES).size).toBe(PROTECTED_NAMES.length);
  });

  test.each([
    '.bashrc',
    'a/b/.npmrc',
    '.vscode/tasks.json',
    'x/.IDEA/a',
    '.claude/commands/x',
    '.mcp.json',
    'a/.Mcp.Json. ',
  ])('%s is not written at any depth, there or not (F19)', (path) => {
    expect(isWritten(path)).toBe(false);
  });

  test.each([
    '.env',
    'bashrc',
    '.bashrc2',
    '.config/app.json',
    '.github/workflows/ci.yml',
    'git/hooks/x',
    '.gitignore',
    '.config',
  ])('%s is written', (path) => {
    expect(isWritten(path)).toBe(true);
  });

  test('.git is not written at all by default', () => {
    for (const path of ['.git', '.git/HEAD', 'sub/.GIT/objects/aa/b']) expect(isWritten(path)).toBe(false);
  });

  test('limited git writes objects, refs and the index, and nothing that git obeys (F15)', () => {
    const written = [
      'objects/ab/cd',
      'refs/heads/main',
      'index',
      'index.lock',
      'HEAD',
      'logs/HEAD',
      'COMMIT_EDITMSG',
    ];
    for (const name of written) expect(isWritten(`.git/${name}`, 'limited')).toBe(true);
    const obeyed = [
      'hooks',
      'hooks/pre-commit',
      'config',
      'Config',
      'config.worktree',
      'info/attributes',
      'commondir',
    ];
    const linked = ['modules/a/config', 'worktrees/a/gitdir', 'gitdir', 'rebase-merge/git-rebase-todo'];
    const stores = ['objects/info/alternates', 'ho\u200coks/x'];
    for (const name of [...obeyed, ...linked, ...stores]) {
      expect(isWritten(`a/.git/${name}`, 'limited'), name).toBe(false);
    }
  });

  test('limited git makes, renames and removes no .git, directory or worktree file (F14, F16)', () => {
    expect(isWritten('.git', 'limited')).toBe(false);
    expect(isWritten('deep/er/.Git', 'limited')).toBe(false);
  });

  test('the policy may add names, and paths of names', () => {
    expect(isWritten('a/Secret.txt', 'read', ['secret.TXT'])).toBe(false);
    expect(isWritten('.github/workflows/ci.yml', 'read', ['.github/workflows'])).toBe(false);
    expect(isWritten('.github/other', 'read', ['.github/workflows'])).toBe(true);
  });
});
