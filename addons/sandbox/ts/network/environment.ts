import { PROXY_USER } from './token.ts';

/**
 * What tells programs of the proxy, as `NAME=value`. It is a courtesy to them, not what confines: a program that looks
 * elsewhere finds no route. The token is seen by the programs of the sandbox alone, whose proxy it opens.
 */
export function proxyEnvironment(port: number, token: string): string[] {
  const url = `http://${PROXY_USER}:${token}@127.0.0.1:${port}`;
  return [
    `HTTP_PROXY=${url}`,
    `HTTPS_PROXY=${url}`,
    `ALL_PROXY=${url}`,
    // curl reads the lower-case name alone for plain http; others the other one alone.
    `http_proxy=${url}`,
    `https_proxy=${url}`,
    `all_proxy=${url}`,
    // An exception of the host must not send a program where it finds no route.
    'NO_PROXY=',
    'no_proxy=',
    // Node's own fetch and http read the names above only when told to (Node 24 and newer).
    'NODE_USE_ENV_PROXY=1',
  ];
}
