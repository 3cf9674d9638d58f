/**
 * Leads a port on the sandbox's own loopback to the proxy's unix socket in the host. socat runs outside, in the network of
 * the sandbox and in nothing else of it: programs inside need no unix sockets, and cannot end or change it.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxError } from '../../contract.ts';
import type { ProxyEndpoint } from '../../core.ts';

const MAX_CHILDREN = 64;
const READY = 'listening on';
const READY_TIMEOUT_MS = 10_000;
/** What socat's address syntax gives no meaning to. */
const PLAIN_PATH = /^[A-Za-z0-9_./ @+=-]+$/;

export interface BridgePrograms {
  readonly nsenter: string;
  readonly socat: string;
}

/** One unix socket for each proxy, in a directory that nobody else enters. */
export class ProxySockets {
  readonly #paths = new WeakMap<ProxyEndpoint, string>();
  readonly #directories: string[] = [];

  pathOf(endpoint: ProxyEndpoint): string {
    let path = this.#paths.get(endpoint);
    if (path === undefined) {
      // Made with 0700.
      const directory = mkdtempSync(join(tmpdir(), 'pairbench-proxy-'));
      this.#directories.push(directory);
      path = join(directory, 'proxy.sock');
      if (!PLAIN_PATH.test(path)) {
        throw new SandboxError('ERR_LAUNCH', `the path ${path} cannot be handed to socat`, {
          step: 'network',
        });
      }
      endpoint.serve({ path });
      this.#paths.set(endpoint, path);
    }
    return path;
  }

  close(): void {
    for (const directory of this.#directories.splice(0)) rmSync(directory, { recursive: true, force: true });
  }
}

/** Settles once the port is open; what it settles with ends the bridge. `pid`: the sandbox's first process. */
export function bridge(
  programs: BridgePrograms,
  pid: number,
  port: number,
  path: string,
): Promise<() => void> {
  const enter = ['--target', `${pid}`, '--user', '--net', '--preserve-credentials', '--'];
  // Any address: the loopback is the only interface there, and may not have got its address yet.
  const listen = `TCP4-LISTEN:${port},fork,reuseaddr,max-children=${MAX_CHILDREN}`;
  const words = [...enter, programs.socat, '-d', '-d', listen, `UNIX-CONNECT:${path}`];
  // A group of its own: with it its children for the single connections end.
  const child = spawn(programs.nsenter, words, {
    env: {},
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Ended by itself.
    }
  };
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (why: string) => {
      clearTimeout(timer);
      end();
      reject(
        new SandboxError('ERR_LAUNCH', `the bridge to the proxy did not start: ${why}`, { step: 'network' }),
      );
    };
    const timer = setTimeout(() => fail('it took too long'), READY_TIMEOUT_MS);
    child.on('error', (error) => fail(error.message));
    child.on('exit', () => fail(said.trim().slice(-500)));
    child.stderr.on('data', (piece: Buffer) => {
      // It goes on to tell of every connection: read, so that it is never held up, and dropped.
      if (said.includes(READY)) return;
      said += piece.toString('latin1');
      if (!said.includes(READY)) return;
      clearTimeout(timer);
      resolve(end);
    });
  });
}
