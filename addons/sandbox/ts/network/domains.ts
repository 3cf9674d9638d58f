/** Which names a policy lists: a name itself, or all names below one. */

import { SandboxError } from '../contract.ts';
import { canonicalHost, isAddressLiteral } from './host.ts';

export interface DomainPattern {
  /** Canonical, without `*.`. */
  readonly name: string;
  /** All names below `name`, not `name` itself; else `name` alone. */
  readonly below: boolean;
}

const BELOW = '*.';

/** @throws SandboxError `ERR_POLICY` with what is wrong */
export function parseDomainPattern(text: string): DomainPattern {
  const below = text.startsWith(BELOW);
  const rest = below ? text.slice(BELOW.length) : text;
  const quoted = JSON.stringify(text);
  if (isAddressLiteral(rest)) refuse(`${quoted} is an address: only host names are listed`);
  if (rest.includes('*')) refuse(`${quoted}: an asterisk stands only at the front, as in "*.example.com"`);
  const name = canonicalHost(rest);
  if (name === undefined) refuse(`${quoted} is no host name: no scheme, port, path, blank or empty label`);
  // `*.com` would be nearly everything. Which longer names are open to anybody (`*.co.uk`) is not known here.
  if (!name.includes('.')) refuse(`${quoted} has a single label: name a domain, as in "example.com"`);
  return { name, below };
}

/** `host` is canonical. Component-wise: `*.a.com` does not cover `nota.com`. */
export function coversHost(patterns: readonly DomainPattern[], host: string): boolean {
  return patterns.some(({ name, below }) => (below ? host.endsWith(`.${name}`) : host === name));
}

function refuse(message: string): never {
  throw new SandboxError('ERR_POLICY', `network domain ${message}`, { issues: [message] });
}
