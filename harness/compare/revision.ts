/** Revisions of the repository that is measured: named, checked out beside it, installed and built. */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HarnessError } from '../errors.ts';

export interface Revision {
  /** As people read it: what was asked for and the commit. */
  readonly name: string;
  readonly commit: string;
  /** Of its whole content: two revisions with one tree are one checkout. */
  readonly tree: string;
}

/** Runs git in the repository. @throws Error with git's own words */
function git(root: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  return execFileSync('git', ['-C', root, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 << 20,
  }).trim();
}

/** @throws HarnessError `ERR_USAGE` for a name git does not know, or outside a repository */
export function resolveRevision(root: string, name: string): Revision {
  try {
    const commit = git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
    return {
      name: `${name} (${commit.slice(0, 12)})`,
      commit,
      tree: git(root, ['rev-parse', `${commit}^{tree}`]),
    };
  } catch {
    throw new HarnessError('ERR_USAGE', `git knows no revision "${name}" here`);
  }
}

/**
 * The working tree as a commit that no branch holds, uncommitted and new files included; ignored ones are not. The index
 * of the repository stays as it is.
 * @throws HarnessError `ERR_USAGE` outside a repository
 */
export function snapshotWorkingTree(root: string): Revision {
  const scratch = mkdtempSync(join(tmpdir(), 'pairbench-index-'));
  const author = {
    GIT_AUTHOR_NAME: 'pairbench',
    GIT_AUTHOR_EMAIL: 'pairbench@localhost',
    GIT_COMMITTER_NAME: 'pairbench',
    GIT_COMMITTER_EMAIL: 'pairbench@localhost',
  };
  const env = { GIT_INDEX_FILE: join(scratch, 'index'), ...author };
  try {
    const head = git(root, ['rev-parse', 'HEAD']);
    git(root, ['read-tree', 'HEAD'], env);
    git(root, ['add', '--all', '.'], env);
    const tree = git(root, ['write-tree'], env);
    if (tree === git(root, ['rev-parse', `${head}^{tree}`]))
      return { name: `working tree (${head.slice(0, 12)})`, commit: head, tree };
    const commit = git(root, ['commit-tree', tree, '-p', head, '-m', 'Working tree'], env);
    return { name: `working tree (${head.slice(0, 12)} and uncommitted changes)`, commit, tree };
  } catch (error) {
    throw new HarnessError('ERR_USAGE', `the working tree cannot be read by git: ${lastLine(error)}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Paths that differ between two revisions, from the root, renames as both paths. */
export function changedPaths(root: string, base: Revision, head: Revision): string[] {
  const list = git(root, ['diff-tree', '-r', '--name-only', '--no-renames', '-z', base.commit, head.commit]);
  return list.split('\0').filter((path) => path !== '');
}

/**
 * Checks a revision out below `.pairbench/revisions`, installs it when it has a pnpm-lock.yaml and builds it when its
 * package.json has a script `build:native` and native engines are wanted; a checkout that is there and ready is used again.
 * Cargo's target folder is shared, so that a dependency compiles once.
 * @returns the folder
 * @throws HarnessError `ERR_NOT_MEASURED` when it cannot be checked out, installed or built, with the last lines of what
 * failed
 */
export function prepareRevision(
  root: string,
  revision: Revision,
  { native, say }: { readonly native: boolean; readonly say: (line: string) => void },
): string {
  const folder = join(root, '.pairbench', 'revisions', revision.tree.slice(0, 16));
  const [whole, withoutNative] = [`${folder}.ready`, `${folder}.ready-without-native`];
  const isReady = existsSync(whole) || (!native && existsSync(withoutNative));
  if (isReady && existsSync(folder)) return folder;
  say(`preparing ${revision.name}: check-out, install and build (the first time takes minutes)`);
  const startedMs = performance.now();
  for (const old of [whole, withoutNative, folder]) rmSync(old, { recursive: true, force: true });
  mkdirSync(join(folder, '..'), { recursive: true });
  const steps: [what: string, command: string[]][] = [
    ['forgotten checkouts', ['git', '-C', root, 'worktree', 'prune']],
    ['check-out', ['git', '-C', root, 'worktree', 'add', '--detach', '--force', folder, revision.commit]],
  ];
  for (const [what, command] of steps) runStep(root, revision, what, command);
  if (existsSync(join(folder, 'pnpm-lock.yaml'))) {
    runStep(folder, revision, 'install', [
      'npx',
      '-y',
      'pnpm@12',
      'install',
      '--frozen-lockfile',
      '--prefer-offline',
    ]);
  }
  if (native && hasBuild(folder)) {
    runStep(folder, revision, 'build', ['npm', 'run', '--silent', 'build:native'], {
      CARGO_TARGET_DIR: join(root, '.pairbench', 'target'),
    });
  }
  writeFileSync(native ? whole : withoutNative, `${revision.commit}\n`);
  say(`prepared in ${Math.round((performance.now() - startedMs) / 1000)} s`);
  return folder;
}

function hasBuild(folder: string): boolean {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return false;
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { scripts?: Record<string, string> };
  return manifest.scripts?.['build:native'] !== undefined;
}

function runStep(
  cwd: string,
  revision: Revision,
  what: string,
  [command = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv = {},
): void {
  const step = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
    maxBuffer: 64 << 20,
  });
  if (step.status === 0) return;
  const words = `${step.stdout ?? ''}\n${step.stderr ?? ''}`.trim().split('\n').slice(-15).join('\n');
  const why = step.error?.message ?? words;
  throw new HarnessError(
    'ERR_NOT_MEASURED',
    `${revision.name} cannot be measured: its ${what} failed:\n${why}`,
  );
}

function lastLine(error: unknown): string {
  const words = (error as { stderr?: string }).stderr?.trim() || String((error as Error).message);
  return words.split('\n').at(-1) ?? words;
}
