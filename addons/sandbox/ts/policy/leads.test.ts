import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compilePolicy } from './compile.ts';
import { LED_BY_PROTECTED } from './leads.ts';
import { makeTree, type Tree } from './testing/tree.ts';

let base: string;
let trees: Tree[];
beforeEach(() => {
  base = realpathSync.native(mkdtempSync(join(tmpdir(), 'pairbench-leads-')));
  trees = [];
});
afterEach(() => {
  rmSync(base, { recursive: true });
  for (const tree of trees) tree.remove();
});

function tree(...entries: string[]): string {
  const made = makeTree(entries);
  trees.push(made);
  return made.base;
}

function places(
  root: string,
  git: 'read' | 'limited' = 'read',
  access: 'read' | 'write' = 'write',
): string[] {
  const { paths } = compilePolicy({ version: 1, profile: 'workspace', git, roots: [{ path: root, access }] });
  expect(paths.every(({ id, decision }) => id === LED_BY_PROTECTED && decision === 'deny')).toBe(true);
  return paths.map(({ path }) => path.slice(root.length)).sort();
}

const git = (...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...words], {
    cwd: base,
    input: '',
    encoding: 'utf8',
  }).trim();

/** As people lay it out by hand: a bare repository, a `.git` file beside it, worktrees below. */
function bareWithWorktrees(): void {
  git('init', '--quiet', '--bare', '--initial-branch=main', '.bare');
  writeFileSync(join(base, '.git'), 'gitdir: ./.bare\n');
  const tree = git('-C', '.bare', 'mktree', '--missing');
  const commit = git('-C', '.bare', 'commit-tree', '-m', 'one', tree);
  git('-C', '.bare', 'update-ref', 'refs/heads/main', commit);
  git('-C', '.bare', 'worktree', 'add', '--quiet', '../feature/one');
}

test('a bare repository under another name is not written, from its own .git file', () => {
  bareWithWorktrees();
  expect(places(base)).toEqual(['/.bare']);
});

test('only what git obeys is denied where commits are allowed', () => {
  bareWithWorktrees();
  const found = places(base, 'limited');
  expect(found).toContain('/.bare/hooks');
  expect(found).toContain('/.bare/config');
  expect(found).not.toContain('/.bare');
});

test('a worktree alone is followed by its own .git file, to the directory it shares', () => {
  bareWithWorktrees();
  rmSync(join(base, '.git'));
  expect(places(base)).toContain('/.bare');
});

test('a .git that is a link', () => {
  const root = tree('store/HEAD', 'store/objects/', 'store/refs/', '.git -> store');
  expect(places(root)).toContain('/store');
});

test('hooks that are a link out of .git', () => {
  const root = tree('.git/HEAD', 'githooks/pre-commit', '.git/hooks -> ../githooks');
  expect(places(root)).toEqual(['/githooks']);
  expect(places(root, 'limited')).toEqual(['/githooks']);
});

test('protected names that are links, of one part and of two', () => {
  const root = tree(
    ...['settings/tasks.json', '.vscode -> settings', 'pkg/.npmrc -> ../npmrc', 'npmrc'],
    ...['.config/x', 'shell/config.fish', '.config/fish -> ../shell', 'dot/x', 'pkg/.cargo -> ../dot'],
  );
  expect(places(root)).toEqual(['/dot/config', '/dot/config.toml', '/npmrc', '/settings', '/shell']);
});

test('nothing where nothing leads away: plain repositories, submodules, links out of the root, loops', () => {
  const root = tree(
    '.git/modules/sub/HEAD',
    'x',
    '.vscode -> /usr',
    '.idea -> .idea',
    '.npmrc -> $BASE/.git/y',
  );
  writeFileSync(join(root, 'x.git'), 'gitdir: /etc\n');
  const sub = tree('a');
  symlinkSync(sub, join(root, '.husky'));
  expect(places(root)).toEqual([]);
});

test('a root for reading needs no rule', () => {
  bareWithWorktrees();
  expect(places(base, 'read', 'read')).toEqual([]);
});

test.each(['', 'gitdir:', 'gitdir: ', 'gitdir: \0', 'gitdir: nowhere', 'x'.repeat(10_000), 'gitdir: .'])(
  'a .git file of %j is no fault of the policy',
  (content) => {
    writeFileSync(join(base, '.git'), content);
    expect(() => places(base)).not.toThrow();
  },
);
