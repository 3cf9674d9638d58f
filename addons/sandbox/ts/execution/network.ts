/** The proxy of a sandbox with a network: one for all its runs. */

import type { ProxyEndpoint } from '../core.ts';
import { proxyEnvironment } from '../network/environment.ts';
import { createProxy, type ProxyRequest } from '../network/proxy.ts';
import type { CompiledPolicy } from '../policy/compiled.ts';

/** Inside, on a loopback where nothing else listens. */
const PORT = 3128;

export interface Network {
  readonly endpoint: ProxyEndpoint;
  /** `NAME=value`: how programs find the proxy. */
  readonly environment: readonly string[];
  close(): Promise<void>;
}

/** Undefined where the policy lists no domain. */
export function openNetwork(
  { domains, ports }: CompiledPolicy,
  onRequest: (request: ProxyRequest) => void,
): Network | undefined {
  if (domains.length === 0) return undefined;
  const proxy = createProxy({ domains, ports, onRequest });
  return {
    endpoint: { port: PORT, serve: (listener) => proxy.serve(listener) },
    environment: proxyEnvironment(PORT, proxy.token),
    close: () => proxy.close(),
  };
}
