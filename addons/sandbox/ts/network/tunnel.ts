/** Carries bytes between a program and a host, once it is sure that the TLS inside goes to the host that was checked. */

import type { Socket } from 'node:net';
import { readClientHello } from './client-hello.ts';
import { canonicalHost } from './host.ts';

export interface TunnelOptions {
  /** Canonical: what the server's name in TLS must be. */
  readonly host: string;
  /** Cut what is not TLS. Without it other protocols pass, and TLS is looked at all the same. */
  readonly tlsOnly: boolean;
  readonly idleMs: number;
  /** From the tunnel's start (`tlsOnly`) or its first byte to the whole ClientHello. */
  readonly helloMs: number;
  readonly onCut: (why: string) => void;
}

/**
 * Nothing of the program reaches `upstream` before its ClientHello was read; what the server says first passes. Memory is
 * bounded by the streams' own buffers: who reads slowly stops who writes.
 */
export function carry(client: Socket, upstream: Socket, options: TunnelOptions): void {
  tie(client, upstream, options.idleMs);
  const cut = (why: string) => {
    clearTimeout(timer);
    client.destroy();
    upstream.destroy();
    options.onCut(why);
  };
  let timer: NodeJS.Timeout | undefined;
  const startTimer = () => {
    timer ??= setTimeout(() => cut('no whole ClientHello in time'), options.helloMs).unref();
  };
  if (options.tlsOnly) startTimer();

  let seen: Buffer = Buffer.alloc(0);
  const onEnd = () => {
    if (options.tlsOnly || seen.length > 0) return cut('the connection ended inside its ClientHello');
    upstream.end();
  };
  const onData = (piece: Buffer) => {
    startTimer();
    seen = seen.length === 0 ? piece : Buffer.concat([seen, piece]);
    const hello = readClientHello(seen);
    if (hello.kind === 'partial') return;
    if (hello.kind === 'refused') return cut(hello.why);
    if (hello.kind === 'notTls' && options.tlsOnly) return cut('no TLS');
    if (hello.kind === 'name' && canonicalHost(hello.name) !== options.host) {
      return cut(`the ClientHello names another host (${JSON.stringify(hello.name.slice(0, 100))})`);
    }
    clearTimeout(timer);
    client.off('data', onData);
    client.off('end', onEnd);
    client.pause();
    upstream.write(seen);
    client.pipe(upstream);
  };
  client.on('data', onData);
  client.on('end', onEnd);
  client.once('close', () => clearTimeout(timer));
  upstream.pipe(client);
}

/** An error or a long silence of one side ends both; an orderly end passes through `pipe`, each direction by itself. */
function tie(client: Socket, upstream: Socket, idleMs: number): void {
  const end = () => {
    client.destroy();
    upstream.destroy();
  };
  client.on('error', end);
  upstream.on('error', end);
  // Every byte of either direction is read from or written to this socket, so its silence is the silence of both.
  client.setTimeout(idleMs, end);
}
