/** Outliving the run, and taking more than was given. */

import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Ground } from '../testing/ground.ts';
import { children } from '../testing/roles.ts';
import type { AttackCase, Finding, Outcome } from './case.ts';
import { anyDone, beats, moreThan } from './oracles.ts';

const MiB = 1 << 20;
const beat = (ground: Ground) => ground.in('beat');

/** Where a run without limits may leave a tree too deep for a path. */
const deepDirectory = (ground: Ground) => join('/tmp', `pairbench-${ground.secret}`);

const tookTooLong =
  (ms: number) =>
  (_: Ground, outcome: Outcome): Finding =>
    outcome.durationMs > ms ? `the run took ${Math.round(outcome.durationMs)} ms` : undefined;

export const processes: readonly AttackCase[] = [
  {
    id: 'K15a',
    title: 'Fork bomb, 400 at once where 64 are given',
    layers: ['limits'],
    policy: () => ({ limits: { processes: 64 } }),
    attack: (ground) => ground.attack('forks', 400),
    oracle: moreThan('processes', 64),
  },
  {
    id: 'K15b',
    title: 'Thread bomb, 400 at once where 64 are given',
    layers: ['limits'],
    policy: () => ({ limits: { processes: 64 } }),
    attack: (ground) => ground.attack('threads', 400),
    oracle: moreThan('threads', 64),
  },
  {
    id: 'K16',
    title: 'Memory bomb, 512 MiB where 256 are given',
    layers: ['limits'],
    policy: () => ({ limits: { memoryBytes: 256 * MiB } }),
    attack: (ground) => ground.attack('memory', 512 * MiB),
    oracle: moreThan('bytes', 256 * MiB),
    // Killed is an answer as well.
    mayEndEarly: true,
  },
  {
    id: 'K17a',
    title: 'A daemon of two forks and a session of its own, after the run ended',
    layers: ['processes'],
    attack: (ground) => ground.attack('daemonize', beat(ground), 'go'),
    oracle: (ground) => beats(beat(ground)),
  },
  {
    id: 'K17b',
    title: 'The same after a time-out',
    layers: ['processes'],
    timeoutMs: 600,
    attack: (ground) => ground.attack('daemonize', beat(ground), 'stay'),
    oracle: async (ground, outcome) => (await beats(beat(ground))) ?? tookTooLong(2000)(ground, outcome),
    mayEndEarly: true,
  },
  {
    id: 'K18',
    title: 'The process that the host started is killed: what it started dies too',
    layers: ['processes'],
    attack: (ground) => [
      '/bin/sh',
      '-c',
      '"$0" heartbeat "$1" >/dev/null 2>&1 & wait',
      ground.binary,
      beat(ground),
    ],
    during: async (ground) => {
      const before = new Set(ground.notes.get('children')?.split(','));
      for (let round = 0; round < 200 && !existsSync(beat(ground)); round++) await pause(10);
      for (const pid of children()) if (!before.has(String(pid))) process.kill(pid, 'SIGKILL');
    },
    setUp: (ground) => void ground.notes.set('children', children().join(',')),
    oracle: async (ground) => {
      if (!existsSync(beat(ground))) throw new Error('the program never ran');
      return beats(beat(ground));
    },
    mayEndEarly: true,
    mayBeRefused: true,
  },
  {
    id: 'K19a',
    title: 'Output of 48 MiB without an end of line, 1 MiB is kept',
    layers: ['limits'],
    policy: () => ({ limits: { outputBytes: MiB } }),
    attack: (ground) => ground.attack('flood', 48 * MiB),
    oracle: (_, outcome) =>
      outcome.stdout.length > MiB ? `${outcome.stdout.length} bytes were kept` : undefined,
    mayEndEarly: true,
  },
  {
    id: 'K19b',
    title: 'A grandchild that keeps the output open after the program ended',
    layers: ['processes'],
    attack: (ground) => ground.attack('hold-output'),
    oracle: tookTooLong(2000),
  },
  {
    id: 'K20',
    title: 'A process group that ignores SIGTERM and stops itself, against the time-out',
    layers: ['processes'],
    timeoutMs: 400,
    attack: (ground) => ground.attack('stop'),
    oracle: tookTooLong(2000),
    mayEndEarly: true,
  },
  {
    id: 'K23',
    title: 'An image of the memory after a crash',
    layers: ['limits'],
    attack: (ground) => ground.attack('core'),
    oracle: anyDone(),
  },
  {
    id: 'K26',
    title: 'Descriptors, 3,000 where 256 are given',
    layers: ['limits'],
    policy: () => ({ limits: { descriptors: 256 } }),
    attack: (ground) => ['/bin/sh', '-c', 'ulimit -n 3500; exec "$0" descriptors-until 3000', ground.binary],
    oracle: moreThan('descriptors', 256),
  },
  {
    id: 'K27',
    title: 'A lease, which makes everybody who opens the file wait, the supervisor too',
    layers: ['seccomp'],
    attack: (ground) => ground.attack('lease', ground.in('leased')),
    oracle: anyDone(),
  },
  {
    id: 'F27',
    title: 'The private /tmp and /dev/shm filled, 48 MiB each where 16 are given together',
    layers: ['limits', 'mounts'],
    policy: () => ({ limits: { temporaryBytes: 16 * MiB } }),
    attack: (ground) => ground.attack('fill', '/tmp:/dev/shm', String(48 * MiB)),
    // Two reports; the sum of both counts.
    oracle: (_, outcome) => {
      const taken = [
        ...Buffer.from(outcome.stdout)
          .toString('latin1')
          .matchAll(/bytes in [^"]+","ok":true,"value":(\d+)/g),
      ];
      const sum = taken.reduce((sum, match) => sum + Number(match[1]), 0);
      return sum > 16 * MiB ? `${sum} bytes, ${16 * MiB} were given` : undefined;
    },
    twin: { argv: () => ['/bin/sh', '-c', 'head -c 4000000 /dev/zero > /tmp/some'] },
  },
  {
    id: 'F28a',
    title: 'A file of 1 TiB where 16 MiB are given',
    layers: ['limits'],
    policy: () => ({ limits: { fileBytes: 16 * MiB } }),
    attack: (ground) => ground.attack('sparse', ground.in('big'), 2 ** 40),
    oracle: (ground) => {
      const { size } = existsSync(ground.in('big')) ? statSync(ground.in('big')) : { size: 0 };
      return size > 16 * MiB ? `a file of ${size} bytes` : undefined;
    },
    twin: { argv: () => ['/bin/sh', '-c', 'head -c 8000000 /dev/zero > some'] },
  },
  {
    id: 'F28b',
    title: '1,000 directories in one another in /tmp: cleaned up after the run',
    layers: ['mounts'],
    setUp: (ground) => ground.onEnd(() => execFileSync('rm', ['-rf', deepDirectory(ground)])),
    attack: (ground) => [
      '/bin/sh',
      '-c',
      'mkdir "$1" && exec "$0" deep "$1" 1000',
      ground.binary,
      deepDirectory(ground),
    ],
    oracle: (ground) => (existsSync(deepDirectory(ground)) ? 'left on the host' : undefined),
  },
];
