/**
 * The one way out of a sandbox with a network: an HTTP/1.1 proxy in the host's process. It goes by the policy's names,
 * looks each up itself, and connects to the address it looked at. What it does not understand it refuses.
 */

import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  checkListed,
  type Destination,
  dial,
  type Lookup,
  lookupAll,
  parseAuthority,
  pinAddresses,
  Refusal,
  type Rules,
} from './destination.ts';
import { parseDomainPattern } from './domains.ts';
import { answerPlain, checkHostHeader, forward, parseTarget } from './forward.ts';
import { isAuthorized, newToken } from './token.ts';
import { carry } from './tunnel.ts';

/** One decision, for the audit log. `host` is as canonical as it could be made; empty and 0 where nothing was readable. */
export interface ProxyRequest {
  readonly host: string;
  readonly port: number;
  readonly allowed: boolean;
  readonly why: string;
}

export interface ProxyOptions {
  /** As in the policy: `example.com`, `*.example.com`. Empty: every request is refused. */
  readonly domains: readonly string[];
  readonly ports: readonly number[];
  readonly onRequest?: (request: ProxyRequest) => void;
  readonly lookup?: Lookup;
  /** For tests alone, whose servers are on the loopback. Never set by the sandbox. */
  readonly allowPrivate?: boolean;
  /** Shorter in tests. */
  readonly headersMs?: number;
  readonly idleMs?: number;
}

export interface Proxy {
  /** Password of the user `sandbox`; `proxyEnvironment` hands it over. */
  readonly token: string;
  /** More than one listener may be served. The function it returns ends this one; `close` ends all. */
  serve(listener: { readonly descriptor: number } | { readonly path: string }): () => void;
  /** Ends every connection. Settles when all listeners are closed. */
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 64;
const MAX_HEAD_BYTES = 16_384;
const HEADERS_MS = 10_000;
const IDLE_MS = 120_000;
/** How often Node looks for requests whose head takes too long. */
const HEADERS_CHECK_MS = 500;
const TLS_PORT = 443;
/** How long a refused connection may take to read its answer. */
const LINGER_MS = 1_000;

/** @throws SandboxError `ERR_POLICY` for a domain that is none */
export function createProxy(options: ProxyOptions): Proxy {
  const session = new Session(options);
  return {
    token: session.token,
    serve: (listener) => session.serve(listener),
    close: () => session.close(),
  };
}

class Session {
  readonly token = newToken();
  readonly #rules: Rules;
  readonly #onRequest: (request: ProxyRequest) => void;
  readonly #headersMs: number;
  readonly #idleMs: number;
  readonly #servers = new Set<Server>();
  /** Of programs, over all listeners: upstream sockets end with them. */
  readonly #clients = new Set<Socket>();
  readonly #upstreams = new Set<Socket>();

  constructor(options: ProxyOptions) {
    this.#rules = {
      patterns: options.domains.map(parseDomainPattern),
      ports: options.ports,
      lookup: options.lookup ?? lookupAll,
      allowPrivate: options.allowPrivate ?? false,
    };
    this.#onRequest = options.onRequest ?? (() => {});
    this.#headersMs = options.headersMs ?? HEADERS_MS;
    this.#idleMs = options.idleMs ?? IDLE_MS;
  }

  /** False where the log fails: its exception would have nobody to catch it, and would end the host's process. */
  #report(request: ProxyRequest): boolean {
    try {
      this.#onRequest(request);
      return true;
    } catch {
      return false;
    }
  }

  serve(listener: { readonly descriptor: number } | { readonly path: string }): () => void {
    const server = createServer({
      maxHeaderSize: MAX_HEAD_BYTES,
      headersTimeout: this.#headersMs,
      // The body may take its time; a silent one meets the idle time-out.
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(HEADERS_CHECK_MS, this.#headersMs),
      insecureHTTPParser: false,
    });
    server.setTimeout(this.#idleMs);
    server.on('connection', (socket) => this.#admit(socket));
    server.on('connect', (request, socket, head) => void this.#connect(request, socket as Socket, head));
    server.on('request', (request, response) => void this.#request(request, response));
    server.on('clientError', (error, socket) => this.#malformed(error, socket));
    server.listen('descriptor' in listener ? { fd: listener.descriptor } : { path: listener.path });
    // A listener of a sandbox that is gone: nobody is left to be answered.
    server.on('error', () => this.#servers.delete(server));
    // The host's process may end while a sandbox is open.
    server.unref();
    this.#servers.add(server);
    return () => {
      this.#servers.delete(server);
      server.close();
    };
  }

  async close(): Promise<void> {
    const closed = [...this.#servers].map((server) => new Promise((resolve) => server.close(resolve)));
    this.#servers.clear();
    for (const socket of [...this.#clients, ...this.#upstreams]) socket.destroy();
    await Promise.all(closed);
  }

  #admit(socket: Socket): void {
    if (this.#clients.size >= MAX_CONNECTIONS) {
      this.#report({ host: '', port: 0, allowed: false, why: 'too many connections' });
      socket.destroy();
      return;
    }
    this.#clients.add(socket);
    socket.once('close', () => this.#clients.delete(socket));
  }

  async #connect(request: IncomingMessage, client: Socket, head: Buffer): Promise<void> {
    const onError = () => client.destroy();
    client.on('error', onError);
    await this.#decide(
      request,
      () => {
        // What follows the head before our answer was written for another reader than the one that decided.
        if (head.length > 0 || hasBody(request)) throw new Refusal(400, 'bytes after the head of a CONNECT');
        const asked = parseAuthority(request.url ?? '', undefined);
        checkHostHeader(request, asked, asked.port);
        return asked;
      },
      (asked, upstream) => {
        if (client.destroyed) return upstream.destroy();
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        carry(client, upstream, {
          host: asked.host,
          tlsOnly: asked.port === TLS_PORT,
          idleMs: this.#idleMs,
          helloMs: this.#headersMs,
          onCut: (why) => void this.#report({ ...asked, allowed: false, why }),
        });
      },
      (status, why) => endSocket(client, status, why),
    );
  }

  async #request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await this.#decide(
      request,
      () => parseTarget(request),
      (target, upstream) => {
        if (response.destroyed) return upstream.destroy();
        forward(request, response, target, upstream, this.#idleMs);
      },
      (status, why) => {
        if (!response.headersSent) answerPlain(response, status, why);
      },
    );
  }

  /** The same steps for both kinds of request, in the one order that tells an unknown caller nothing. */
  async #decide<T extends Destination>(
    request: IncomingMessage,
    parse: () => T,
    go: (asked: T, upstream: Socket) => void,
    refuse: (status: number, why: string) => void,
  ): Promise<void> {
    let asked: T | undefined;
    let upstream: Socket | undefined;
    const report = (allowed: boolean, why: string) =>
      this.#report({ host: asked?.host ?? '', port: asked?.port ?? 0, allowed, why });
    try {
      if (!isAuthorized(request.headers['proxy-authorization'], this.token)) {
        throw new Refusal(407, 'the token is missing or wrong');
      }
      asked = parse();
      checkListed(this.#rules, asked);
      const addresses = await pinAddresses(this.#rules, asked);
      // Before the connection: what cannot be logged is not done.
      if (!report(true, 'listed')) throw new Refusal(503, 'the log failed');
      upstream = await this.#open(addresses, asked.port);
      go(asked, upstream);
    } catch (error) {
      const { status, message } = error instanceof Refusal ? error : new Refusal(502, 'the proxy failed');
      upstream?.destroy();
      report(false, message);
      refuse(status, message);
    }
  }

  async #open(addresses: readonly string[], port: number): Promise<Socket> {
    const upstream = await dial(addresses, port);
    this.#upstreams.add(upstream);
    upstream.once('close', () => this.#upstreams.delete(upstream));
    return upstream;
  }

  #malformed(error: Error & { code?: string }, socket: Duplex): void {
    const timedOut = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    const status = timedOut ? 408 : error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
    // A connection that was reset asked for nothing.
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const why = timedOut ? 'the head took too long' : 'no valid request';
    this.#report({ host: '', port: 0, allowed: false, why });
    endSocket(socket, status, why);
  }
}

function hasBody(request: IncomingMessage): boolean {
  return (
    request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined
  );
}

function endSocket(socket: Duplex, status: number, why: string): void {
  const body = `pairbench sandbox: ${why}\n`;
  const challenge = status === 407 ? 'Proxy-Authenticate: Basic realm="sandbox"\r\n' : '';
  socket.once('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\n${challenge}Content-Type: text/plain\r\n` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
  // What still comes is read and dropped: closed at once, the kernel would take the answer back. Not for ever, though.
  socket.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
