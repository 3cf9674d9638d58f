/** What the tests of the proxy are made of: an upstream on the loopback, a proxy before it, and requests byte by byte. */

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import { onTestFinished } from 'vitest';
import { createProxy, type ProxyOptions, type ProxyRequest } from '../proxy.ts';

export interface Running {
  readonly path: string;
  readonly token: string;
  /** Header line with the right token. */
  readonly authorization: string;
  readonly decisions: ProxyRequest[];
  close(): Promise<void>;
}

/** A proxy whose names all lead to the loopback, whatever `lookup` says otherwise. */
export function startProxy(options: Partial<ProxyOptions> & { ports: readonly number[] }): Running {
  const directory = mkdtempSync(join(tmpdir(), 'pairbench-proxy-'));
  const path = join(directory, 'proxy.sock');
  const decisions: ProxyRequest[] = [];
  const proxy = createProxy({
    domains: ['a.com', '*.a.com'],
    lookup: async () => ['127.0.0.1'],
    allowPrivate: true,
    onRequest: (request) => decisions.push(request),
    ...options,
  });
  proxy.serve({ path });
  onTestFinished(async () => {
    await proxy.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const encoded = Buffer.from(`sandbox:${proxy.token}`).toString('base64');
  return {
    path,
    token: proxy.token,
    authorization: `Proxy-Authorization: Basic ${encoded}\r\n`,
    decisions,
    close: () => proxy.close(),
  };
}

/** Answers with `listener`; the requests it saw are kept as `METHOD url`. */
export async function startHttp(listener: RequestListener): Promise<{ port: number; seen: string[] }> {
  const seen: string[] = [];
  const server = createHttpServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  return { port: await listen(server), seen };
}

export async function startTcp(onSocket: (socket: Socket) => void): Promise<number> {
  return listen(
    createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => socket.destroy());
      onSocket(socket);
    }),
  );
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

export async function open(path: string): Promise<Socket> {
  const socket = connect({ path, allowHalfOpen: true });
  socket.on('error', () => socket.destroy());
  onTestFinished(() => void socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

/** Sends `bytes` and takes all that comes until the other side ends. */
export async function exchange(path: string, bytes: string | Buffer): Promise<string> {
  const socket = await open(path);
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  return rest(socket);
}

/** All that still comes. */
export function rest(socket: Socket): Promise<string> {
  const pieces: Buffer[] = [];
  return new Promise((resolve) => {
    socket.on('data', (piece: Buffer) => pieces.push(piece));
    socket.resume();
    const done = () => resolve(Buffer.concat(pieces).toString('latin1'));
    socket.once('end', done);
    socket.once('close', done);
  });
}

/** Takes bytes until `text` is among them; what came after it is left to the next reader. */
export function until(socket: Socket, text: string): Promise<string> {
  let seen = '';
  return new Promise((resolve, reject) => {
    const onData = (piece: Buffer) => {
      seen += piece.toString('latin1');
      if (!seen.includes(text)) return;
      socket.off('data', onData);
      socket.pause();
      const end = seen.indexOf(text) + text.length;
      if (end < seen.length) socket.unshift(Buffer.from(seen.slice(end), 'latin1'));
      resolve(seen.slice(0, end));
    };
    socket.on('data', onData);
    socket.resume();
    socket.once('close', () => reject(new Error(`closed after ${JSON.stringify(seen)}`)));
  });
}

/** Opens a tunnel; the socket carries its bytes afterwards. */
export async function tunnelTo(running: Running, authority: string): Promise<Socket> {
  const socket = await open(running.path);
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${running.authorization}\r\n`);
  const answer = await until(socket, '\r\n\r\n');
  if (!answer.startsWith('HTTP/1.1 200 ')) throw new Error(answer);
  return socket;
}

/** What Node's own TLS sends first. */
export function clientHello(servername: string | undefined): Promise<Buffer> {
  return new Promise((resolve) => {
    const wire = new Duplex({
      read() {},
      write(bytes: Buffer, _, done) {
        done();
        resolve(bytes);
        setImmediate(() => socket.destroy());
      },
    });
    const socket = tlsConnect({ socket: wire, ...(servername === undefined ? {} : { servername }) });
    socket.on('error', () => {});
  });
}
