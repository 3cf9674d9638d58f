/** Sockets to the host and beyond it. No case sends anything that leaves this host. */

import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Ground } from '../testing/ground.ts';
import {
  answers,
  freePort,
  laxProxy,
  listening,
  listenTcp,
  listenUdp,
  listenUnix,
  ownAddress,
} from '../testing/roles.ts';
import type { AttackCase, Control } from './case.ts';
import { anyDone, met } from './oracles.ts';

const address = (ground: Ground, key = 'address') => (ground.notes.get(key) ?? '').split(' ').filter(Boolean);
const port = (ground: Ground) => Number(ground.notes.get('port'));

const withDomains =
  (...domains: readonly string[]) =>
  (ground: Ground) => ({
    network: { domains, ports: [port(ground) || 443] },
  });

/** A proxy that lets everything through, named as ours is. */
const throughLaxProxy: Control = {
  env: async (ground) => ({ HTTPS_PROXY: `http://127.0.0.1:${await laxProxy(ground)}` }),
};

const withListener = async (ground: Ground) => {
  const port = await listenTcp(ground, '127.0.0.1');
  ground.notes.set('port', String(port)).set('address', `127.0.0.1:${port}`);
};

/** Spellings of the address at which clouds keep their keys. */
const METADATA = [
  '169.254.169.254:80',
  '2852039166:80',
  '0251.0376.0251.0376:80',
  '0xa9fea9fe:80',
  '169.254.43518:80',
  '[::ffff:169.254.169.254]:80',
  '[::ffff:a9fe:a9fe]:80',
  '[fd00:ec2::254]:80',
  '[fe80::1%25lo]:80',
  '169.254.169.254.:80',
  'metadata.google.internal:80',
];

/** Two names in one request: who looks at one of them must not dial the other. */
const spellings = (port: number): readonly string[] => [
  `CONNECT localhost:${port} HTTP/1.1\r\nHost: allowed.test:${port}`,
  `CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: allowed.test`,
  `CONNECT localhost\\x00.allowed.test:${port} HTTP/1.1\r\nHost: allowed.test`,
  `CONNECT localhost\\x09.allowed.test:${port} HTTP/1.1`,
  `CONNECT allowed.test@localhost:${port} HTTP/1.1`,
  `CONNECT localhost:${port}/.allowed.test:${port} HTTP/1.1`,
  `CONNECT localhost:${port}#allowed.test:${port} HTTP/1.1`,
  `CONNECT notallowed.test:${port} HTTP/1.1`,
  `CONNECT allowed.test.localhost:${port} HTTP/1.1`,
  `GET http://localhost:${port}/ HTTP/1.1\r\nHost: allowed.test`,
  `GET http://allowed.test@localhost:${port}/ HTTP/1.1\r\nHost: allowed.test`,
  `CONNECT allowed.test:22 HTTP/1.1\r\nX: localhost:${port}`,
  `CONNECT [::1]:${port} HTTP/1.1\r\nHost: allowed.test`,
];

export const network: readonly AttackCase[] = [
  {
    id: 'N01a',
    title: 'TCP to the host’s loopback and to its own address',
    layers: ['network', 'landlock'],
    setUp: async (ground) => {
      await withListener(ground);
      const own = ownAddress();
      if (own === undefined) return;
      const port = await listenTcp(ground, '0.0.0.0');
      ground.notes.set('address', `${ground.notes.get('address')} ${own}:${port}`);
    },
    attack: (ground) => ground.attack('tcp', ...address(ground)),
    oracle: met,
  },
  {
    id: 'N01b',
    title: 'TCP by IPv6',
    layers: ['network', 'landlock'],
    needs: ['ipv6'],
    setUp: async (ground) => void ground.notes.set('address', `[::1]:${await listenTcp(ground, '::1')}`),
    attack: (ground) => ground.attack('tcp', ...address(ground)),
    oracle: met,
  },
  {
    id: 'N02a',
    title: 'UDP, connected and not',
    layers: ['network', 'seccomp'],
    setUp: async (ground) =>
      void ground.notes.set('address', `127.0.0.1:${await listenUdp(ground, '127.0.0.1')}`),
    attack: (ground) => ground.attack('udp', ...address(ground)),
    oracle: met,
  },
  {
    id: 'N02b',
    title: 'UDP by IPv6',
    layers: ['network', 'seccomp'],
    needs: ['ipv6'],
    setUp: async (ground) => void ground.notes.set('address', `[::1]:${await listenUdp(ground, '::1')}`),
    attack: (ground) => ground.attack('udp', ...address(ground)),
    oracle: met,
  },
  {
    id: 'N03',
    title: 'Sockets of 22 rare families',
    layers: ['seccomp'],
    attack: (ground) => ground.attack('families'),
    oracle: anyDone(),
  },
  {
    id: 'N05',
    title: 'An abstract unix socket of the host',
    layers: ['network', 'landlock'],
    setUp: async (ground) => {
      ground.notes.set('name', `pairbench-${ground.secret}`);
      await listenUnix(ground, `\0pairbench-${ground.secret}`);
    },
    attack: (ground) => ground.attack('abstract', ground.notes.get('name') ?? ''),
    oracle: met,
  },
  {
    id: 'N06a',
    title: 'A unix socket of the host by its path, as of docker or an ssh agent',
    layers: ['mounts', 'seccomp'],
    setUp: (ground) => listenUnix(ground, join(ground.outside, 'daemon.sock')),
    attack: (ground) => ground.attack('unix', join(ground.outside, 'daemon.sock')),
    oracle: met,
  },
  {
    id: 'N06b',
    title: 'A unix socket of the host that lies in the root',
    layers: ['seccomp', 'landlock'],
    setUp: (ground) => listenUnix(ground, ground.in('daemon.sock')),
    attack: (ground) => ground.attack('unix', ground.in('daemon.sock')),
    oracle: met,
  },
  {
    id: 'N07',
    title: 'The same by a name exchanged while it is connected to',
    layers: ['mounts', 'seccomp'],
    setUp: async (ground) => {
      await listenUnix(ground, join(ground.outside, 'daemon.sock'));
      symlinkSync(join(ground.outside, 'daemon.sock'), ground.in('link'));
    },
    attack: (ground) => ground.attack('race-connect', ground.in('own.sock'), ground.in('link'), 2000),
    oracle: met,
  },
  {
    id: 'N09',
    title: 'A port opened inside that the host can reach',
    layers: ['network', 'landlock'],
    setUp: async (ground) => void ground.notes.set('port', String(await freePort())),
    attack: (ground) => ground.attack('listen', port(ground), 600),
    during: async (ground) => {
      if (await answers(port(ground), 600)) ground.notes.set('connections', '1');
    },
    oracle: met,
  },
  {
    id: 'N10',
    title: 'The address of a cloud’s keys, in eleven spellings, by the proxy',
    layers: ['network'],
    needs: ['proxy'],
    policy: () => ({ network: { domains: ['allowed.test', 'metadata.google.internal'], ports: [80] } }),
    attack: (ground) =>
      ground.attack('proxy', ...METADATA.map((target) => `CONNECT ${target} HTTP/1.1\r\nHost: ${target}`)),
    control: throughLaxProxy,
    oracle: (_, outcome) => {
      // The first line only says which proxy it was.
      const through = outcome.attempts.filter(({ ok, what }) => ok && !what.startsWith('proxy '));
      return through.length === 0
        ? undefined
        : `let through: ${through.map(({ what }) => what.slice(0, 40)).join(', ')}`;
    },
  },
  {
    id: 'N11',
    title: 'Requests that name an allowed host and dial another, in thirteen spellings',
    layers: ['network'],
    needs: ['proxy'],
    setUp: withListener,
    policy: withDomains('allowed.test'),
    attack: (ground) => ground.attack('proxy', ...spellings(port(ground))),
    control: throughLaxProxy,
    oracle: met,
  },
  {
    id: 'N13',
    title: 'A program that does not ask the proxy',
    layers: ['network', 'landlock'],
    needs: ['proxy'],
    setUp: withListener,
    policy: withDomains('allowed.test'),
    attack: (ground) => ground.attack('tcp', ...address(ground)),
    oracle: met,
  },
  {
    id: 'N14',
    title: 'The proxy of a run, used by somebody else on the host',
    layers: ['network'],
    needs: ['proxy'],
    setUp: (ground) => void ground.notes.set('before', [...listening()].join(',')),
    policy: withDomains('allowed.test'),
    attack: (ground) => ['/bin/sh', '-c', 'sleep 0.3; exec "$0" arguments x', ground.binary],
    during: async (ground) => {
      const before = new Set((ground.notes.get('before') ?? '').split(',').map(Number));
      for (let round = 0; round < 10; round++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        if ([...listening()].some((port) => !before.has(port))) ground.notes.set('connections', '1');
      }
    },
    control: throughLaxProxy,
    oracle: met,
  },
];
