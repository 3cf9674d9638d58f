/** What other programs of the user read and obey: repositories, shell start files, settings of editors and agents. */

import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Ground } from '../testing/ground.ts';
import { changed, type Snapshot, snapshot } from '../testing/snapshot.ts';
import type { AttackCase, Finding } from './case.ts';
import { first, planted } from './oracles.ts';

const limited = () => ({ git: 'limited' as const });

/** What git obeys, and a repository has by and by. */
const CONTROL_FILES = [
  'hooks/pre-commit',
  'hooks/post-checkout',
  'config',
  'config.worktree',
  'info/attributes',
  'modules/sub/config',
  'modules/sub/hooks/post-checkout',
  'worktrees/other/commondir',
  'worktrees/other/gitdir',
  'worktrees/other/config.worktree',
  'commondir',
];

const before = new WeakMap<Ground, Map<string, Snapshot>>();

function withRepository(...present: readonly string[]) {
  return (ground: Ground) => {
    const git = ground.repository();
    for (const path of present) ground.file(join(git, path));
    before.set(ground, new Map([[git, snapshot(git)]]));
  };
}

/** A line of `changed` is about this path or what is below it. */
const isAt = (line: string, path: string) => line.startsWith(`${path} `) || line.startsWith(`${path}/`);

/** Entries of .git that are not as they were; `below` narrows. */
function gitChanged(below: readonly string[] = ['']) {
  return (ground: Ground): Finding => {
    for (const [directory, then] of before.get(ground) ?? []) {
      if (!existsSync(directory)) return '.git is gone';
      const found = changed(then, snapshot(directory)).filter((line) =>
        below.some((path) => path === '' || isAt(line, join(directory, path))),
      );
      if (found.length > 0) return found.slice(0, 6).join(', ');
    }
    return undefined;
  };
}

/** Names that nobody writes, at any depth. An independent list: the policy's own would prove only itself. */
const OBEYED = [
  '.bashrc',
  '.bash_profile',
  '.profile',
  '.zshrc',
  '.zprofile',
  '.zshenv',
  '.gitconfig',
  '.gitmodules',
  '.npmrc',
  '.ripgreprc',
  '.mcp.json',
  '.vscode/tasks.json',
  '.idea/workspace.xml',
  '.claude/settings.json',
  '.claude/commands/go.md',
  '.codex/config.toml',
  '.agents/go.md',
];

const anywhere = OBEYED.flatMap((name) => [name, `a/b/${name}`]);

const anyOf =
  (names: readonly string[]) =>
  (ground: Ground): Finding => {
    const found = names.filter((name) => existsSync(ground.in(name)));
    return found.length === 0 ? undefined : `made: ${found.slice(0, 10).join(', ')}`;
  };

export const git: readonly AttackCase[] = [
  {
    id: 'F14a',
    title: '.git moved aside and built anew with a hook',
    layers: ['names', 'mounts'],
    needs: ['git'],
    policy: limited,
    setUp: withRepository(),
    attack: (ground) =>
      ground.attack('rebuild', ground.in('.git'), ground.in('aside'), ground.in('.git/hooks/pre-commit')),
    oracle: first(planted('.git/hooks/pre-commit'), gitChanged(['hooks', 'config'])),
    twin: { argv: (ground) => ['/bin/mv', ground.file('one'), ground.in('two')] },
  },
  {
    id: 'F14b',
    title: 'A directory that holds a repository moved aside and built anew',
    layers: ['names', 'mounts'],
    needs: ['git'],
    policy: limited,
    setUp: (ground) => void ground.repository('pkg'),
    attack: (ground) =>
      ground.attack('rebuild', ground.in('pkg'), ground.in('aside'), ground.in('pkg/.git/hooks/pre-commit')),
    oracle: planted('pkg/.git/hooks/pre-commit'),
  },
  {
    id: 'F15a',
    title: 'Hooks, configuration and pointers of a repository that may be committed to',
    layers: ['names', 'mounts'],
    needs: ['git'],
    policy: limited,
    setUp: withRepository(...CONTROL_FILES.filter((path) => path !== 'config' && path !== 'commondir')),
    attack: (ground) => [
      '/bin/sh',
      '-c',
      '"$0" create "$@"; "$0" overwrite "$@"',
      ground.binary,
      ...CONTROL_FILES.map((path) => ground.in('.git', path)),
    ],
    oracle: gitChanged(CONTROL_FILES),
    twin: {
      argv: () => [
        '/bin/sh',
        '-ec',
        'echo two > file.txt; git add file.txt; git commit -q -m two; git log --oneline | wc -l | grep -q 2',
      ],
    },
  },
  {
    id: 'F15b',
    title: 'Anything in .git when it is for reading',
    layers: ['names', 'mounts'],
    needs: ['git'],
    setUp: withRepository(),
    attack: (ground) =>
      ground.attack(
        'overwrite',
        ...['HEAD', 'index', 'refs/heads/main', 'description'].map((path) => ground.in('.git', path)),
      ),
    oracle: gitChanged(),
    twin: { argv: () => ['git', '-c', 'safe.directory=*', 'log', '--oneline'] },
  },
  {
    id: 'F16a',
    title: 'Hooks and configuration that are absent at the start, and what the sandbox leaves in their place',
    layers: ['names', 'mounts'],
    needs: ['git'],
    policy: limited,
    setUp: (ground) => {
      ground.repository();
      rmSync(ground.in('.git/hooks'), { recursive: true });
      rmSync(ground.in('.git/config'));
    },
    attack: (ground) => ground.attack('create', ground.in('.git/hooks/pre-commit'), ground.in('.git/config')),
    oracle: anyOf(['.git/hooks', '.git/config']),
  },
  {
    id: 'F16b',
    title: 'A repository made inside',
    layers: ['names'],
    needs: ['git'],
    setUp: (ground) => void mkdirSync(ground.in('sub')),
    attack: (ground) => [
      '/bin/sh',
      '-c',
      'git init -q sub; "$0" create "$1/sub/.git/hooks/pre-commit" "$1/sub/.git/config" "$1/.git"',
      ground.binary,
      ground.w,
    ],
    oracle: planted('sub/.git/hooks/pre-commit', 'sub/.git/config', '.git'),
  },
  {
    id: 'F16c',
    title: 'Mount points that the sandbox leaves behind',
    layers: ['names', 'mounts'],
    needs: ['git'],
    policy: limited,
    setUp: (ground) => {
      ground.repository();
      ground.file('a/b/c.txt');
      before.set(ground, new Map([[ground.w, snapshot(ground.w)]]));
    },
    attack: (ground) => ground.attack('arguments', 'nothing'),
    // A run that does leave something there.
    control: {
      argv: (ground, attack) => [
        '/bin/sh',
        '-c',
        'mkdir -p .vscode && exec "$0" arguments',
        attack[0] ?? ground.binary,
      ],
    },
    oracle: gitChanged(),
  },
  {
    id: 'F16d',
    title: 'A directory on the way to a protected name of .git exchanged for a prepared one',
    layers: ['names'],
    needs: ['git'],
    policy: limited,
    setUp: (ground) => void mkdirSync(join(ground.repository(), 'objects/info'), { recursive: true }),
    attack: (ground) => [
      '/bin/sh',
      '-c',
      'mv "$1/objects/info" "$1/objects/old"; exec "$0" into-place "$1/staged" alternates "$1/objects/info"',
      ground.binary,
      ground.in('.git'),
    ],
    oracle: anyOf(['.git/objects/info/alternates']),
  },
  {
    id: 'F19a',
    title: 'Start files and settings, absent before, at two depths, made in seven ways',
    layers: ['names'],
    attack: (ground) => ground.attack('make', ...anywhere.map((name) => ground.in(name))),
    oracle: anyOf(anywhere),
    twin: { argv: (ground) => ground.attack('make', ground.in('settings.json'), ground.in('a/b/notes.md')) },
  },
  {
    id: 'F19b',
    title: 'Start files and settings that exist: written, removed, replaced',
    layers: ['names'],
    setUp: (ground) => {
      for (const name of anywhere) ground.file(name);
      before.set(ground, new Map([[ground.w, snapshot(ground.w)]]));
    },
    attack: (ground) => [
      '/bin/sh',
      '-c',
      '"$0" overwrite "$@"; "$0" remove "$@"',
      ground.binary,
      ...anywhere.map((name) => ground.in(name)),
    ],
    // The entry alone: its directory's times may move when a sibling is made.
    oracle: gitChanged(OBEYED.flatMap((name) => [name, `a/b/${name}`])),
  },
  {
    id: 'F19c',
    title: 'A settings directory prepared under another name and renamed into place',
    layers: ['names'],
    attack: (ground) => [
      '/bin/sh',
      '-c',
      '"$0" into-place "$1/s1" tasks.json "$1/.vscode"; "$0" into-place "$1/s2" x "$1/.git"; mkdir d; "$0" into-place "$1/s3" hooks "$1/d/.git"',
      ground.binary,
      ground.w,
    ],
    oracle: anyOf(['.vscode', '.git', 'd/.git']),
  },
  {
    id: 'F19d',
    title: 'The first part of a protected name of two: a prepared directory renamed to it, or a link',
    layers: ['names'],
    attack: (ground) => [
      '/bin/sh',
      '-c',
      '"$0" into-place "$1/s1" fish/config.fish "$1/.config"; mkdir "$1/d"; ln -s ../s2 "$1/d/.cargo"; exec "$0" into-place "$1/s2" config.toml "$1/.cargo"',
      ground.binary,
      ground.w,
    ],
    oracle: anyOf(['.config/fish/config.fish', 'd/.cargo', '.cargo/config.toml']),
    twin: { argv: () => ['/bin/sh', '-c', 'mkdir .config && echo x > .config/other && rm -r .config'] },
  },
  {
    id: 'F22',
    title: 'Protected names spelled otherwise, as a case-insensitive host would read them',
    layers: ['names'],
    attack: (ground) =>
      ground.attack(
        'create',
        ...['.GIT/hooks/pre-commit', '.Vscode/tasks.json', '.gi\u200ct/config', '.BASHRC'].map((name) =>
          ground.in(name),
        ),
      ),
    oracle: anyOf(['.GIT', '.Vscode', '.gi\u200ct', '.BASHRC']),
  },
  {
    id: 'K24',
    title: 'A name rewritten in memory between check and use, 20,000 flips',
    layers: ['names'],
    attack: (ground) => ground.attack('race-pointer', ground.in('amcp.json'), ground.in('.mcp.json'), 20_000),
    oracle: anyOf(['.mcp.json']),
  },
];

/** For cases elsewhere that protect a repository's configuration. */
export const repositoryConfig = { withRepository, gitChanged, limited };
