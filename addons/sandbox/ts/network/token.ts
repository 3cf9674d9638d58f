/** The word by which the sandbox's own programs are told from other users of the loopback. One for each proxy. */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export const PROXY_USER = 'sandbox';
const TOKEN_BYTES = 32;
const SCHEME = /^basic +([A-Za-z0-9+/]+=*) *$/i;

/** Letters, digits, `-` and `_`: stands in a URL as it is. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** Whether a `Proxy-Authorization` header carries the token. The time taken says nothing of how much of it was right. */
export function isAuthorized(header: string | undefined, token: string): boolean {
  const encoded = header === undefined ? undefined : SCHEME.exec(header)?.[1];
  if (encoded === undefined) return false;
  const given = Buffer.from(encoded, 'base64');
  // Digests are of one length, which the comparison needs.
  return timingSafeEqual(digest(given), digest(Buffer.from(`${PROXY_USER}:${token}`)));
}

function digest(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
