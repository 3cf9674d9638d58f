/** Start files of shells, settings of editors and agents: what other programs of the user read and obey. */

import type { AttackCase } from './case.ts';
import { anyOf } from './oracles.ts';
import { changedSince, remember } from './repository.ts';

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

export const settings: readonly AttackCase[] = [
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
      remember(ground, ground.w);
    },
    attack: (ground) => [
      '/bin/sh',
      '-c',
      '"$0" overwrite "$@"; "$0" remove "$@"',
      ground.binary,
      ...anywhere.map((name) => ground.in(name)),
    ],
    // The entry alone: its directory's times may move when a sibling is made.
    oracle: changedSince(OBEYED.flatMap((name) => [name, `a/b/${name}`])),
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
