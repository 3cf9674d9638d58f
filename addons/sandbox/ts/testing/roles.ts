/** The host's side of network and process cases: who listens and counts, and who is attacked. */

import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Ground } from './ground.ts';

const count = (ground: Ground, key: string) =>
  ground.notes.set(key, String(Number(ground.notes.get(key) ?? 0) + 1));

function server(ground: Ground, key: string): Server {
  const made = createServer((socket) => {
    count(ground, key);
    // At once: a race brings thousands of them.
    socket.on('error', () => {}).destroy();
  });
  ground.onEnd(() => made.close());
  return made;
}

/** Counts connections under `connections`. Gives the port. */
export async function listenTcp(ground: Ground, host: string): Promise<number> {
  const made = server(ground, 'connections');
  made.listen(0, host);
  await once(made, 'listening');
  return (made.address() as { port: number }).port;
}

/** A path, or an abstract name that begins with NUL. */
export async function listenUnix(ground: Ground, path: string): Promise<void> {
  const made = server(ground, 'connections');
  made.listen(path);
  await once(made, 'listening');
}

/** Counts datagrams. */
export async function listenUdp(ground: Ground, host: string): Promise<number> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.on('message', () => count(ground, 'connections'));
  socket.bind(0, host);
  await once(socket, 'listening');
  ground.onEnd(() => socket.close());
  return socket.address().port;
}

/** An address of this host that is not loopback. */
export function ownAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find((one) => one.family === 'IPv4' && !one.internal)?.address;
}

export const hasIpv6 = () =>
  Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === '::1'));

export async function freePort(): Promise<number> {
  const made = createServer();
  made.listen(0, '127.0.0.1');
  await once(made, 'listening');
  const { port } = made.address() as { port: number };
  made.close();
  await once(made, 'close');
  return port;
}

/** Whether somebody answers on a port of the host's loopback, tried for a while. */
export async function answers(port: number, ms: number): Promise<boolean> {
  for (const start = Date.now(); Date.now() - start < ms; await pause(20)) {
    const socket = connect(port, '127.0.0.1');
    const met = await Promise.race([
      once(socket, 'data').then(
        () => true,
        () => false,
      ),
      once(socket, 'error').then(
        () => false,
        () => false,
      ),
      pause(200, false),
    ]);
    socket.destroy();
    if (met) return true;
  }
  return false;
}

/**
 * A proxy that says yes to everything, as the control of the proxy cases. It dials loopback and nothing else, so that
 * no case sends a packet beyond this host.
 */
export async function laxProxy(ground: Ground): Promise<number> {
  const made = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (head) => {
      const target = /(localhost|127\.0\.0\.1)\D*:(\d+)/.exec(head.toString('latin1'));
      if (target !== null)
        connect(Number(target[2]), '127.0.0.1')
          .on('error', () => {})
          .end('hello');
      setTimeout(() => socket.end('HTTP/1.1 200 OK\r\n\r\n'), 20);
    });
  });
  made.listen(0, '127.0.0.1');
  await once(made, 'listening');
  ground.onEnd(() => made.close());
  return (made.address() as { port: number }).port;
}

export interface Victim {
  readonly pid: number;
  /** Of the secret in its memory. */
  readonly address: string;
}

/**
 * A process of the host: working directory and descriptors 3 (secret) and 4 (target) in `outside`, the secret in its
 * memory, and every signal noted in `signals`.
 */
export async function victim(ground: Ground): Promise<Victim> {
  const descriptors = [openSync(ground.secretFile, 'r'), openSync(ground.target, 'a')];
  const child = spawn(ground.binary, ['victim', ground.secretFile, join(ground.base, 'signals')], {
    cwd: ground.outside,
    stdio: ['pipe', 'pipe', 'ignore', ...descriptors],
  });
  for (const descriptor of descriptors) closeSync(descriptor);
  ground.onEnd(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const { address } = JSON.parse(line.toString()) as { address: string };
  return { pid: child.pid as number, address };
}

/** What the victim was sent. */
export function signalsOf(ground: Ground): string {
  const path = join(ground.base, 'signals');
  return existsSync(path) ? readFileSync(path, 'latin1') : '';
}

/** Direct children of this process. */
export function children(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .filter((pid) => {
      try {
        // The name of the program stands in brackets and may hold anything; the parent is the second word after it.
        const rest = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1) ?? '';
        return rest.split(' ')[1] === String(process.pid);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Ports on which this network listens, with TCP. */
export function listening(): Set<number> {
  const lines = ['tcp', 'tcp6'].flatMap((name) => {
    const path = `/proc/self/net/${name}`;
    return existsSync(path) ? readFileSync(path, 'latin1').split('\n').slice(1) : [];
  });
  return new Set(
    lines
      .map((line) => line.trim().split(/\s+/))
      .filter((words) => words[3] === '0A')
      .map((words) => Number.parseInt(words[1]?.split(':')[1] ?? '', 16)),
  );
}
