/** Descriptors, devices, special bits and paths that the policy takes away again. */

import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Ground } from '../testing/ground.ts';
import { victim } from '../testing/roles.ts';
import type { AttackCase, Control, Finding } from './case.ts';
import { anyDone, first, leaked, outsideChanged } from './oracles.ts';

/** The directory that `attacks careless` left open, and the file beside it. */
const LEAK = process.env.PAIRBENCH_CORPUS_LEAK ?? '';

function emptyLeak(): void {
  for (const name of readdirSync(LEAK)) rmSync(join(LEAK, name), { recursive: true });
  rmSync(join(dirname(LEAK), 'outside'), { recursive: true, force: true });
  mkdirSync(join(dirname(LEAK), 'outside'));
  writeFileSync(`${LEAK}.txt`, 'as it was\n');
}

function leakChanged(): Finding {
  const names = [...readdirSync(LEAK), ...readdirSync(join(dirname(LEAK), 'outside'))];
  if (names.length > 0) return `made by the open directory: ${names.join(', ')}`;
  return readFileSync(`${LEAK}.txt`, 'latin1') === 'as it was\n' ? undefined : 'the open file was written';
}

const privateFile = (ground: Ground) => ground.in('deep/private.txt');

const privateRules = () => ({
  paths: [
    {
      id: 'private',
      path: 'deep/private.txt',
      intents: ['read', 'list', 'write', 'execute'],
      decision: 'deny',
    },
    { id: 'vault', path: 'vault', intents: ['read', 'list', 'write', 'execute'], decision: 'deny' },
  ] as const,
});

const makePrivate = (ground: Ground) => {
  ground.file('deep/private.txt', `${ground.secret}\n`);
  ground.file('vault/key.txt', `${ground.secret}\n`);
};

/** The secret lies in the root here, so only what was printed counts. */
const printed = (ground: Ground, outcome: { stdout: Uint8Array; stderr: Uint8Array }): Finding =>
  [outcome.stdout, outcome.stderr].some((bytes) => Buffer.from(bytes).includes(ground.secret))
    ? 'the secret was read'
    : undefined;

const setIdBits = (ground: Ground): Finding => {
  const found = readdirSync(ground.w).filter((name) => (lstatSync(ground.in(name)).mode & 0o6000) !== 0);
  return found.length === 0 ? undefined : `setuid or setgid on the host: ${found.join(', ')}`;
};

export const paths: readonly AttackCase[] = [
  {
    id: 'F09',
    title: 'Out by /proc: root, cwd, descriptors of others',
    layers: ['mounts', 'processes', 'landlock'],
    setUp: async (ground) => ground.notes.set('pid', String((await victim(ground)).pid)) && undefined,
    attack: (ground) => ground.attack('by-proc', ground.outside, ground.notes.get('pid') ?? '', '../outside'),
    oracle: outsideChanged,
    twin: { argv: (ground) => ground.attack('create', `/proc/self/root${ground.in('own.txt')}`) },
  },
  {
    id: 'F10',
    title: 'A directory that the host left open',
    layers: ['descriptors', 'landlock'],
    needs: ['careless parent'],
    setUp: emptyLeak,
    attack: (ground) => ground.attack('held-directory', ground.in('mine')),
    oracle: leakChanged,
  },
  {
    id: 'F11a',
    title: 'A writable file that the host left open',
    layers: ['descriptors'],
    needs: ['careless parent'],
    setUp: emptyLeak,
    attack: (ground) => ground.attack('held-file'),
    oracle: leakChanged,
  },
  {
    id: 'F11b',
    title: 'Any descriptor above 2',
    layers: ['descriptors'],
    needs: ['careless parent'],
    attack: (ground) => ground.attack('descriptors'),
    oracle: anyDone(),
  },
  {
    id: 'F21a',
    title: 'A file that the policy makes unreadable: open, map, link, rename, O_PATH',
    layers: ['mounts', 'landlock', 'names'],
    policy: privateRules,
    setUp: makePrivate,
    attack: (ground) =>
      ground.attack('read', privateFile(ground), ground.in('vault'), ground.in('vault/key.txt')),
    oracle: printed,
    twin: { argv: (ground) => ['/bin/cat', ground.file('deep/public.txt')] },
  },
  {
    id: 'F21b',
    title: 'The same by a renamed ancestor',
    layers: ['mounts', 'landlock', 'names'],
    policy: privateRules,
    setUp: makePrivate,
    attack: (ground) => ground.attack('read-moved', ground.in('deep'), ground.in('moved'), 'private.txt'),
    oracle: printed,
  },
  {
    id: 'F21c',
    title: 'The same by a copy of the parent',
    layers: ['mounts', 'landlock', 'names'],
    policy: privateRules,
    setUp: makePrivate,
    attack: (ground) => [
      '/bin/sh',
      '-c',
      'cp -r deep vault copy-of- 2>/dev/null; mkdir c; cp -r deep vault c; tar -cf - deep vault; cat c/*/*; echo; "$0" arguments x',
      ground.binary,
    ],
    oracle: first(printed, (ground) => {
      const copies = ['c/deep/private.txt', 'c/vault/key.txt'].filter(
        (path) =>
          existsSync(ground.in(path)) && readFileSync(ground.in(path), 'latin1').includes(ground.secret),
      );
      return copies.length === 0 ? undefined : `copied: ${copies.join(', ')}`;
    }),
  },
  {
    id: 'F21d',
    title: 'The same after the host saved the file anew, and made a directory that was not there',
    layers: ['names'],
    policy: privateRules,
    setUp: (ground) => {
      makePrivate(ground);
      rmSync(ground.in('vault'), { recursive: true });
    },
    during: async (ground) => {
      for (let round = 0; round < 400 && !existsSync(ground.in('ready')); round++) await pause(10);
      ground.file('saved', ground.secret);
      renameSync(ground.in('saved'), privateFile(ground));
      ground.file('vault/key.txt', ground.secret);
      ground.file('go');
    },
    attack: (ground) => [
      '/bin/sh',
      '-c',
      ': > ready; until test -e go; do sleep 0.01; done; exec "$0" read "$@"',
      ground.binary,
      privateFile(ground),
      ground.in('vault'),
      ground.in('vault/key.txt'),
    ],
    oracle: printed,
  },
  {
    id: 'F23a',
    title: 'Device nodes made by the attacker',
    layers: ['capabilities', 'seccomp', 'mounts', 'landlock'],
    needs: ['root'],
    attack: (ground) => ground.attack('nodes', ground.w, '/tmp'),
    control: { argv: (ground) => ground.attack('nodes', ground.w) },
    oracle: anyDone(),
    twin: { argv: () => ['/usr/bin/mkfifo', 'pipe'] },
  },
  {
    id: 'F23b',
    title: 'Devices of the host',
    layers: ['mounts', 'landlock'],
    attack: (ground) =>
      ground.attack(
        'open',
        ...[
          'kmsg',
          'mem',
          'port',
          'vda',
          'sda',
          'fuse',
          'kvm',
          'loop-control',
          'loop0',
          'userfaultfd',
          'vsock',
          'hwrng',
          'uinput',
        ].map((name) => `/dev/${name}`),
      ),
    control: (user): Control =>
      user === 'root' ? {} : { nonePossible: 'no device of the host is open to every user' },
    oracle: anyDone(),
    twin: {
      argv: () => [
        '/bin/sh',
        '-c',
        'echo x > /dev/null && head -c 8 /dev/urandom /dev/zero > own && test -e /dev/full',
      ],
    },
  },
  {
    id: 'F23c',
    title: 'A device node left behind by a rename',
    layers: ['names'],
    attack: (ground) => ground.attack('whiteout', ground.in('left')),
    oracle: anyDone(),
    twin: { argv: (ground) => ['/bin/mv', ground.file('one'), ground.in('other')] },
  },
  {
    id: 'F24a',
    title: 'setuid and setgid bits on files of the root',
    layers: ['seccomp'],
    setUp: (ground) => void ground.file('program'),
    attack: (ground) => ground.attack('set-id', ground.in('program'), ground.in('made')),
    oracle: setIdBits,
    twin: { argv: (ground) => ['/bin/chmod', '755', ground.file('script.sh')] },
  },
  {
    id: 'F24b',
    title: 'Privileges: no_new_privs off, or a capability in any set',
    layers: ['noNewPrivileges', 'capabilities'],
    attack: (ground) => ground.attack('status'),
    oracle: (_, outcome) => {
      const left = outcome.attempts.filter(({ what, value }) =>
        what === 'NoNewPrivs' ? value !== 1 : what.startsWith('Cap') && value !== 0,
      );
      return left.length === 0
        ? undefined
        : left.map(({ what, value }) => `${what} ${value.toString(16)}`).join(', ');
    },
  },
  {
    id: 'F25',
    title: 'File capabilities and other attributes that the kernel trusts',
    layers: ['capabilities', 'seccomp'],
    needs: ['root'],
    setUp: (ground) => void ground.file('program'),
    attack: (ground) => ground.attack('file-capability', ground.in('program')),
    oracle: anyDone(),
    twin: { argv: (ground) => ground.attack('attribute', ground.file('own.txt')) },
  },
  {
    id: 'F30',
    title: 'The host’s /tmp and /dev/shm',
    layers: ['mounts', 'landlock'],
    setUp: (ground) => {
      for (const directory of ['/tmp', '/dev/shm']) {
        const path = join(directory, ground.secret.slice(0, 20));
        writeFileSync(path, ground.secret);
        ground.onEnd(() => rmSync(path, { force: true }));
        ground.onEnd(() => rmSync(`${path}.new`, { force: true }));
      }
    },
    attack: (ground) => [
      '/bin/sh',
      '-c',
      'for d in /tmp /dev/shm; do "$0" read "$d/$1"; "$0" create "$d/$1.new"; done',
      ground.binary,
      ground.secret.slice(0, 20),
    ],
    oracle: first(leaked, (ground) => {
      const made = ['/tmp', '/dev/shm'].filter((d) =>
        existsSync(join(d, `${ground.secret.slice(0, 20)}.new`)),
      );
      return made.length === 0 ? undefined : `written in the host's ${made.join(', ')}`;
    }),
    twin: { argv: () => ['/bin/sh', '-c', 'echo x > /tmp/own && cat /tmp/own && echo x > /dev/shm/own'] },
  },
];
