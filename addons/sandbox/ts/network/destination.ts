/** Decides where a request may go, and pins the address: the name is looked up once, here, and never again. */

import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type Socket, connect as tcpConnect } from 'node:net';
import { isPrivateAddress } from './addresses.ts';
import { coversHost, type DomainPattern } from './domains.ts';
import { canonicalHost, isAddressLiteral } from './host.ts';

/** Addresses of a canonical name, best first. */
export type Lookup = (host: string) => Promise<readonly string[]>;

export interface Destination {
  /** Canonical. */
  readonly host: string;
  readonly port: number;
}

export interface Rules {
  readonly patterns: readonly DomainPattern[];
  readonly ports: readonly number[];
  readonly lookup: Lookup;
  readonly allowPrivate: boolean;
}

/** Why a request goes nowhere, with the status that the program is answered with. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, why: string) {
    super(why);
    this.status = status;
  }
}

/** Printable ASCII without what delimits: a name, optionally a port. */
const AUTHORITY = /^([\x21-\x7e]+?)(?::([0-9]{1,5}))?$/;
const CONNECT_TIMEOUT_MS = 10_000;

export async function lookupAll(host: string): Promise<readonly string[]> {
  const found = await systemLookup(host, { all: true });
  return found.map(({ address }) => address);
}

/** `host[:port]`. @throws Refusal 400 for what is no host name, 403 for addresses */
export function parseAuthority(text: string, defaultPort: number | undefined): Destination {
  const [, hostText = '', portText] =
    (text.startsWith('[') ? /^(\[[^\]]*\])(?::([0-9]{1,5}))?$/ : AUTHORITY).exec(text) ?? [];
  if (isAddressLiteral(hostText)) throw new Refusal(403, 'an address instead of a name');
  const host = canonicalHost(hostText);
  const port = portText === undefined ? defaultPort : Number(portText);
  if (host === undefined) throw new Refusal(400, 'no host name');
  if (port === undefined || port < 1 || port > 65_535) throw new Refusal(400, 'no port');
  return { host, port };
}

/** @throws Refusal */
export function checkListed({ patterns, ports }: Rules, { host, port }: Destination): void {
  if (!coversHost(patterns, host)) throw new Refusal(403, 'the policy does not list this host');
  if (!ports.includes(port)) throw new Refusal(403, 'the policy does not list this port');
}

/** @throws Refusal 403 when any answer is private: an answer that mixes both is how a name is rebound. */
export async function pinAddresses(rules: Rules, { host }: Destination): Promise<readonly string[]> {
  let addresses: readonly string[];
  try {
    addresses = await rules.lookup(host);
  } catch {
    throw new Refusal(502, 'the name does not resolve');
  }
  if (addresses.length === 0 || addresses.some((address) => isIP(address) === 0)) {
    throw new Refusal(502, 'the name does not resolve');
  }
  if (!rules.allowPrivate && addresses.some(isPrivateAddress)) {
    throw new Refusal(403, 'the name leads to a private address');
  }
  return addresses;
}

/** Connects to the first address that answers. @throws Refusal 502 */
export async function dial(addresses: readonly string[], port: number): Promise<Socket> {
  for (const address of addresses) {
    const socket = await attempt(address, port);
    if (socket !== undefined) return socket;
  }
  throw new Refusal(502, 'no address answers');
}

function attempt(host: string, port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    // `host` is an address: nothing is looked up a second time.
    const socket = tcpConnect({ host, port, allowHalfOpen: true });
    const fail = () => {
      socket.destroy();
      resolve(undefined);
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, fail);
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', fail);
      socket.off('timeout', fail);
      resolve(socket);
    });
  });
}
