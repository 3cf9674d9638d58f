/** Writing and moving what lies outside of the roots. */

import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttackCase } from './case.ts';
import { first, leaked, outsideChanged, planted } from './oracles.ts';

export const filesystem: readonly AttackCase[] = [
  {
    id: 'F01',
    title: 'Create a file outside of the roots',
    layers: ['mounts', 'landlock'],
    attack: (ground) =>
      ground.attack('create', join(ground.outside, 'new.txt'), join(ground.base, 'new.txt')),
    oracle: first(outsideChanged, (ground) => planted(join(ground.base, 'new.txt'))(ground)),
  },
  {
    id: 'F02',
    title: 'Append, truncate, map, replace a file outside',
    layers: ['mounts', 'landlock'],
    attack: (ground) => ground.attack('overwrite', ground.target),
    oracle: outsideChanged,
    twin: { argv: (ground) => ground.attack('overwrite', ground.file('own.txt')) },
  },
  {
    id: 'F03',
    title: 'Upwards by `..` from the root',
    layers: ['mounts', 'landlock'],
    setUp: (ground) => void mkdirSync(ground.in('a')),
    attack: (ground) =>
      ground.attack('create', '../outside/one', 'a/../../outside/two', './/a/./../../outside//three'),
    oracle: outsideChanged,
    twin: { argv: (ground) => ground.attack('create', 'a/../a/../b') },
  },
  {
    id: 'F04',
    title: 'A sibling whose name begins like the root',
    layers: ['mounts', 'landlock'],
    attack: (ground) => ground.attack('create', join(ground.evil, 'new.txt'), '../w-evil/two.txt'),
    oracle: outsideChanged,
  },
  {
    id: 'F05',
    title: 'Through symbolic links made in the root',
    layers: ['mounts', 'landlock'],
    attack: (ground) => ground.attack('through-link', ground.target, ground.w),
    oracle: outsideChanged,
  },
  {
    id: 'F06a',
    title: 'A directory exchanged with a link while it is written to, 10,000 flips',
    layers: ['mounts', 'landlock'],
    setUp: (ground) => {
      mkdirSync(ground.in('real'));
      symlinkSync(ground.outside, ground.in('link'));
    },
    attack: (ground) => ground.attack('race-write', ground.in('real'), ground.in('link'), 'file', 10_000),
    oracle: outsideChanged,
  },
  {
    id: 'F06b',
    title: 'A directory exchanged with a link while it is read, 10,000 flips',
    layers: ['mounts', 'landlock'],
    setUp: (ground) => {
      ground.file('real/secret.txt', 'nothing');
      symlinkSync(ground.outside, ground.in('link'));
    },
    attack: (ground) =>
      ground.attack('race-read', ground.in('real'), ground.in('link'), 'secret.txt', 10_000),
    oracle: leaked,
  },
  {
    id: 'F07',
    title: 'A hard link to a file outside, then written to',
    layers: ['mounts', 'landlock'],
    attack: (ground) => ground.attack('hard-link', ground.target, ground.in('hard')),
    oracle: outsideChanged,
  },
  {
    id: 'F08',
    title: 'A hard link that was in the root before',
    layers: ['mounts'],
    documented: 'an inode with a name in a writable root can be written',
    setUp: (ground) => linkSync(ground.target, ground.in('hard')),
    attack: (ground) => ground.attack('overwrite', ground.in('hard')),
    oracle: outsideChanged,
  },
  {
    id: 'F12',
    title: 'Rename and exchange over the border of the root',
    layers: ['mounts', 'landlock'],
    attack: (ground) => ground.attack('rename-across', ground.target, ground.secretFile, ground.in('mine')),
    oracle: first(outsideChanged, leaked),
  },
  {
    id: 'F13',
    title: 'Mode, owner, times and attributes of a file outside',
    layers: ['mounts'],
    attack: (ground) => ground.attack('metadata', ground.target, ground.outside),
    oracle: outsideChanged,
    twin: { argv: (ground) => ['/bin/chmod', '600', ground.file('own.txt')] },
  },
  {
    id: 'F20',
    title: 'The sandbox’s own audit log',
    layers: ['mounts', 'landlock'],
    setUp: (ground) => {
      mkdirSync(join(ground.base, 'audit'), { mode: 0o700 });
      writeFileSync(join(ground.base, 'audit/probe'), ground.secret);
    },
    options: (ground) => ({ audit: { directory: join(ground.base, 'audit') } }),
    attack: (ground) => [
      '/bin/sh',
      '-c',
      '"$0" read "$1/probe"; "$0" create "$1/planted"',
      ground.binary,
      join(ground.base, 'audit'),
    ],
    oracle: first(leaked, (ground) => planted(join(ground.base, 'audit/planted'))(ground)),
  },
  {
    id: 'F31',
    title: 'Read a file outside of the roots',
    layers: ['mounts', 'landlock'],
    attack: (ground) => ground.attack('read', ground.secretFile),
    oracle: leaked,
    twin: { argv: (ground) => ['/bin/cat', ground.file('own.txt')] },
  },
  {
    id: 'F32',
    title: 'Names in a directory outside of the roots',
    layers: ['mounts', 'landlock'],
    setUp: (ground) => writeFileSync(join(ground.outside, ground.secret), ''),
    attack: (ground) => ground.attack('read', ground.outside, ground.base),
    oracle: leaked,
  },
  {
    id: 'F33',
    title: 'Write in a root that is for reading',
    layers: ['mounts', 'landlock'],
    setUp: (ground) => chmodSync(ground.tools, 0o755),
    attack: (ground) =>
      ground.attack(
        'create',
        join(ground.tools, 'new'),
        ...['a/b', 'c'].map((name) => join(ground.tools, name)),
      ),
    oracle: outsideChanged,
    twin: { argv: (ground) => ['/bin/ls', ground.tools] },
  },
];
