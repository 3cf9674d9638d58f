/** What git reads and obeys, in a `.git` and where a `.git` leads. */

import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { AttackCase } from './case.ts';
import { anyOf, first, planted } from './oracles.ts';
import { bareRepository, changedSince, limited, remember, withRepository } from './repository.ts';

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

export const repositories: readonly AttackCase[] = [
  {
    id: 'F14a',
    title: '.git moved aside and built anew with a hook',
    layers: ['names', 'mounts'],
    needs: ['git'],
    policy: limited,
    setUp: withRepository(),
    attack: (ground) =>
      ground.attack('rebuild', ground.in('.git'), ground.in('aside'), ground.in('.git/hooks/pre-commit')),
    oracle: first(planted('.git/hooks/pre-commit'), changedSince(['hooks', 'config'])),
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
    oracle: changedSince(CONTROL_FILES),
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
    oracle: changedSince(),
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
      remember(ground, ground.w);
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
    oracle: changedSince(),
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
    id: 'F15c',
    title:
      'A bare repository under another name, which a .git file points to: its hooks, configuration and alternates',
    layers: ['names', 'mounts'],
    needs: ['git'],
    setUp: bareRepository,
    attack: (ground) => [
      '/bin/sh',
      '-c',
      '"$0" overwrite "$1/config" "$1/hooks/pre-commit"; "$0" create "$1/hooks/pre-push" "$1/objects/info/alternates"; exec "$0" rebuild "$1" "$2" "$1/hooks/post-commit"',
      ground.binary,
      ...[ground.in('.bare'), ground.in('aside')],
    ],
    oracle: changedSince([]),
    twin: { argv: () => ['git', '-c', 'safe.directory=*', 'log', '--oneline'] },
  },
  {
    id: 'F15d',
    title: 'The same where commits are allowed, and hooks that are a link out of .git',
    layers: ['names', 'mounts'],
    needs: ['git'],
    policy: limited,
    setUp: (ground) => {
      bareRepository(ground);
      ground.repository('other');
      rmSync(ground.in('other/.git/hooks'), { recursive: true });
      ground.file('other/githooks/pre-commit');
      symlinkSync('../githooks', ground.in('other/.git/hooks'));
      remember(ground, ...['.bare', 'other/githooks'].map((path) => ground.in(path)));
    },
    attack: (ground) => [
      '/bin/sh',
      '-c',
      '"$0" overwrite "$1/config" "$1/hooks/pre-commit" "$2/pre-commit"; exec "$0" create "$1/hooks/pre-push" "$1/commondir" "$2/pre-push"',
      ground.binary,
      ...[ground.in('.bare'), ground.in('other/githooks')],
    ],
    oracle: changedSince(['hooks', 'config', 'commondir', 'pre-commit', 'pre-push']),
    twin: {
      argv: () => ['/bin/sh', '-ec', 'echo two > file.txt; git -c safe.directory=* commit -q -a -m two'],
    },
  },
];
