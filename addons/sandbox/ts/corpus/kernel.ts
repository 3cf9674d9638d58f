/** System calls that change the world a process lives in, or reach another process. */

import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Ground } from '../testing/ground.ts';
import { signalsOf, victim } from '../testing/roles.ts';
import type { AttackCase, Control, User } from './case.ts';
import { anyDone, first, leaked, outsideChanged, planted } from './oracles.ts';
import { changedSince, limited, withRepository } from './repository.ts';

/** Mounts of a control live in a mount namespace of their own and end with it. */
const ownMounts = (user: User): Control => ({
  argv: (_, attack) => [
    'unshare',
    ...(user === 'root' ? ['--mount', '--propagation', 'private'] : ['--user', '--map-root-user', '--mount']),
    ...attack,
  ],
});

const inUserNamespace: Control = {
  argv: (_, attack) => ['unshare', '--user', '--map-root-user', ...attack],
};

const withVictim = async (ground: Ground) => {
  const { pid, address } = await victim(ground);
  ground.notes.set('pid', String(pid)).set('address', address);
};
const pid = (ground: Ground) => ground.notes.get('pid') ?? '';

export const kernel: readonly AttackCase[] = [
  {
    id: 'K01',
    title: 'Mounts, by the old calls and the new',
    layers: ['seccomp', 'capabilities', 'landlock'],
    attack: (ground) => ground.attack('mount', ground.file('place/x').replace(/\/x$/, '')),
    control: ownMounts,
    oracle: anyDone(),
  },
  {
    id: 'K02',
    title: 'New namespaces by unshare, clone and clone3',
    layers: ['seccomp'],
    attack: (ground) => ground.attack('unshare'),
    oracle: anyDone(),
    twin: { argv: () => ['/bin/sh', '-c', '(echo a; echo b) | sort > sorted && wait'] },
  },
  {
    id: 'K03',
    title: 'Nested user namespace with a descriptor on .git: past the mount that protects it',
    layers: ['seccomp', 'landlock', 'names'],
    needs: ['git'],
    policy: limited,
    setUp: withRepository(),
    attack: (ground) => ground.attack('nested', ground.in('.git'), 'config'),
    oracle: first(changedSince(['config', 'replaced']), planted('.git/config')),
  },
  {
    id: 'K04a',
    title: 'Enter the namespaces of a process of the host',
    layers: ['seccomp', 'processes', 'capabilities'],
    needs: ['root'],
    setUp: withVictim,
    attack: (ground) => ground.attack('enter', pid(ground)),
    oracle: anyDone(),
  },
  {
    id: 'K04b',
    title: 'Take a descriptor out of a process of the host',
    layers: ['processes', 'seccomp'],
    setUp: withVictim,
    attack: (ground) => ground.attack('take-descriptor', pid(ground)),
    oracle: leaked,
  },
  {
    id: 'K05',
    title: 'chroot and the way back out of it',
    layers: ['capabilities', 'seccomp', 'mounts'],
    needs: ['root'],
    attack: (ground) => ground.attack('chroot', ground.w, join(ground.outside, 'out')),
    oracle: first(outsideChanged, anyDone()),
  },
  {
    id: 'K06a',
    title: 'Trace, read and write a process of the host',
    layers: ['processes', 'landlock', 'seccomp'],
    setUp: withVictim,
    attack: (ground) => ground.attack('trace', pid(ground), ground.notes.get('address') ?? '0'),
    oracle: first(leaked, anyDone()),
  },
  {
    id: 'K06b',
    title: 'Trace, read and write the process that watches over the run',
    layers: ['landlock', 'seccomp', 'processes'],
    attack: (ground) => ground.attack('trace-parent'),
    oracle: anyDone(['parent']),
  },
  {
    id: 'K07',
    title: 'Signals to a process of the host, in eight ways',
    layers: ['processes', 'landlock'],
    setUp: withVictim,
    attack: (ground) => ground.attack('signal', pid(ground)),
    oracle: (ground, outcome) => {
      const reniced = outcome.attempts.some(({ what, ok }) => ok && what === 'scheduling');
      if (signalsOf(ground) !== '') return `${signalsOf(ground).length} signals arrived`;
      return reniced ? 'its priority was changed' : undefined;
    },
    twin: { argv: () => ['/bin/sh', '-c', 'sleep 5 & kill -TERM $!; wait $! || true'] },
  },
  {
    id: 'K08',
    title: 'The environment of the processes that started the run',
    layers: ['environment', 'processes', 'mounts'],
    attack: (ground) => ground.attack('environments', 'PAIRBENCH_CORPUS_TOKEN='),
    oracle: (ground, outcome) => leaked(ground, outcome, process.env.PAIRBENCH_CORPUS_TOKEN ?? 'none'),
  },
  {
    id: 'K09',
    title: 'io_uring',
    layers: ['seccomp'],
    attack: (ground) => ground.attack('ring'),
    oracle: anyDone(),
  },
  {
    id: 'K10',
    title: 'Programs from memory, by the loader, by an interpreter: still confined',
    layers: ['mounts', 'landlock'],
    attack: (ground) => ground.attack('from-memory', join(ground.outside, 'by')),
    oracle: outsideChanged,
  },
  {
    id: 'K11a',
    title:
      'Calls that every user has and no command needs: keys, performance events, userfaultfd, handles, fanotify',
    layers: ['seccomp'],
    attack: (ground) => ground.attack('ordinary-calls', ground.file('own.txt')),
    oracle: anyDone(),
  },
  {
    id: 'K11b',
    title: 'Calls of the superuser: modules, kexec, clock, swap, accounting, bpf, quota, reboot',
    layers: ['seccomp', 'capabilities'],
    attack: (ground) => ground.attack('privileged-calls'),
    control: (user): Control =>
      user === 'root' ? {} : { nonePossible: 'only root has these calls; the errno is judged' },
    oracle: anyDone(),
  },
  {
    id: 'K11c',
    title: 'A file opened by its number in the file system',
    layers: ['seccomp', 'capabilities', 'landlock'],
    needs: ['root'],
    setUp: (ground) => void ground.file('own.txt', ground.secret),
    attack: (ground) => ground.attack('by-handle', ground.w, ground.in('own.txt')),
    oracle: anyDone(),
  },
  {
    id: 'K12',
    title: '32-bit and x32 calls',
    layers: ['seccomp'],
    needs: ['x86-64'],
    attack: (ground) => ground.attack('foreign-calls', join(ground.outside, 'old')),
    oracle: first(outsideChanged, anyDone()),
  },
  {
    id: 'K13',
    title: 'Characters pushed into the terminal of the host',
    layers: ['session', 'seccomp'],
    needs: ['careless parent'],
    attack: (ground) => ground.attack('terminal'),
    oracle: anyDone(),
  },
  {
    id: 'K14',
    title: 'Taking back what was given up: capabilities, limits, no_new_privs, priority',
    layers: ['noNewPrivileges', 'capabilities', 'limits'],
    attack: (ground) => ground.attack('regain'),
    // A user namespace gives nobody something to take back.
    control: (user): Control => (user === 'root' ? {} : inUserNamespace),
    // A personality changes nothing that confines; to be user 0 where one is user 0 already, neither.
    oracle: (ground, outcome) => anyDone(['personality', 'setuid 0'])(ground, outcome),
    twin: {
      argv: (ground) => ground.attack('second-filter'),
      broken: (_, outcome) =>
        outcome.attempts.every((attempt) => attempt.ok) ? undefined : 'no second filter of system calls',
    },
  },
  {
    id: 'K21',
    title: 'Switches of the kernel below /proc and /sys',
    layers: ['mounts', 'landlock'],
    needs: ['root'],
    attack: (ground) =>
      ground.attack(
        'open-to-write',
        '/proc/sys/kernel/core_pattern',
        '/proc/sys/kernel/hostname',
        '/proc/sys/kernel/modprobe',
        '/proc/sys/vm/overcommit_memory',
        '/proc/sys/fs/binfmt_misc/register',
        '/proc/sysrq-trigger',
        '/proc/irq/default_smp_affinity',
        '/sys/kernel/uevent_helper',
        '/sys/fs/cgroup/pids/release_agent',
        '/sys/module/kernel/parameters/panic',
        '/sys/power/state',
      ),
    oracle: anyDone(),
    twin: { argv: () => ['/bin/sh', '-c', 'cat /proc/self/status > own && cat /proc/meminfo > own'] },
  },
  {
    id: 'K25',
    title: 'Every process inside killed first, then a protected name made',
    layers: ['names', 'processes'],
    attack: (ground) => ground.attack('kill-all', readlinkSync('/proc/self/ns/pid'), ground.in('.mcp.json')),
    control: {
      argv: (_, attack) => [
        'unshare',
        '--user',
        '--map-root-user',
        '--pid',
        '--fork',
        '--mount-proc',
        '--kill-child',
        ...attack,
      ],
    },
    oracle: planted('.mcp.json'),
    mayEndEarly: true,
  },
];
