/** Passes one plain http request on and its answer back, without the headers that are between two neighbours only. */

import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { type Destination, parseAuthority, Refusal } from './destination.ts';

const DEFAULT_HTTP_PORT = 80;
/** No user information, no fragment, no backslash: what readers of URLs disagree about. */
const ABSOLUTE = /^http:\/\/([^/?#@\\]+)((?:\/[\x21-\x7e]*)?)$/i;
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** Says where a message ends or whom it is for: never dropped at another's word. */
const FRAMING: ReadonlySet<string> = new Set(['content-length', 'host']);
const METHODS_WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

export interface Target extends Destination {
  readonly path: string;
}

/** @throws Refusal 400 for what is not `http://host[:port]/path` with the same host in its `Host` header */
export function parseTarget(request: IncomingMessage): Target {
  const [, authority, path = ''] = ABSOLUTE.exec(request.url ?? '') ?? [];
  if (authority === undefined || path.includes('#')) throw new Refusal(400, 'no absolute http URL');
  const destination = parseAuthority(authority, DEFAULT_HTTP_PORT);
  checkHostHeader(request, destination, DEFAULT_HTTP_PORT);
  if (connectionNames(request).some((name) => FRAMING.has(name))) {
    throw new Refusal(400, 'the Connection header names what frames the message');
  }
  return { ...destination, path: path === '' ? '/' : path };
}

/** @throws Refusal 400 when the header is there twice or names another host than the request line */
export function checkHostHeader(request: IncomingMessage, expected: Destination, defaultPort: number): void {
  const hosts = headerPairs(request).filter(([name]) => name.toLowerCase() === 'host');
  // HTTP/1.0 knows of none; Node itself lets a CONNECT of HTTP/1.1 pass without.
  if (hosts.length === 0 && request.httpVersion === '1.0') return;
  const named = parseAuthority(hosts[0]?.[1] ?? '', defaultPort);
  if (hosts.length > 1 || named.host !== expected.host || named.port !== expected.port) {
    throw new Refusal(400, 'the Host header names another host');
  }
}

/** `upstream` is connected to the pinned address. Redirects go back to the program: what it asks next is checked anew. */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  upstream: Socket,
  idleMs: number,
): void {
  const outgoing = httpRequest({
    createConnection: () => upstream,
    method: request.method ?? 'GET',
    path: target.path,
    headers: requestHeaders(request, target),
    setHost: false,
  });
  const fail = () => {
    upstream.destroy();
    if (response.headersSent) response.destroy();
    else answerPlain(response, 502, 'the host gave no valid answer');
  };
  upstream.on('error', fail);
  upstream.setTimeout(idleMs, fail);
  outgoing.on('error', fail);
  outgoing.on('response', (incoming) => {
    try {
      response.sendDate = false;
      response.writeHead(incoming.statusCode ?? 502, endToEnd(incoming).flat());
    } catch {
      return fail();
    }
    pipeline(incoming, response, () => upstream.destroy());
  });
  response.on('close', () => upstream.destroy());
  request.pipe(outgoing);
}

export function answerPlain(response: ServerResponse, status: number, why: string): void {
  const headers = status === 407 ? { 'Proxy-Authenticate': 'Basic realm="sandbox"' } : {};
  // Not kept: a body that was not read must not be taken for the next request.
  response.writeHead(status, { 'Content-Type': 'text/plain', Connection: 'close', ...headers });
  response.end(`pairbench sandbox: ${why}\n`);
}

function requestHeaders(request: IncomingMessage, { host, port }: Target): string[] {
  const headers = endToEnd(request).filter(([name]) => name.toLowerCase() !== 'host');
  headers.push(['Host', port === DEFAULT_HTTP_PORT ? host : `${host}:${port}`]);
  const framed =
    request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;
  if (request.headers['transfer-encoding'] !== undefined) headers.push(['Transfer-Encoding', 'chunked']);
  // Else Node would send an empty chunked body, which old servers do not take.
  if (!framed && METHODS_WITH_BODY.has(request.method ?? '')) headers.push(['Content-Length', '0']);
  return headers.flat();
}

function endToEnd(message: IncomingMessage): [string, string][] {
  const named = connectionNames(message).filter((name) => !FRAMING.has(name));
  const dropped = new Set([...HOP_BY_HOP, ...named]);
  return headerPairs(message).filter(([name]) => !dropped.has(name.toLowerCase()));
}

/** Headers that are for this one connection by the word of its other end. */
function connectionNames(message: IncomingMessage): string[] {
  return (message.headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
}

function headerPairs(message: IncomingMessage): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < message.rawHeaders.length; i += 2) {
    pairs.push([message.rawHeaders[i] as string, message.rawHeaders[i + 1] as string]);
  }
  return pairs;
}
