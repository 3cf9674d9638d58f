/**
 * The TypeScript engine's launcher on Linux: bubblewrap, told by the compiled policy. It gives every layer that mounts,
 * namespaces and a filter of system calls can give; Landlock and the watch over protected names need the native engine,
 * and are reported as missing.
 */

import { type Enforcement, LAYERS, type Layer, SandboxError } from '../../contract.ts';
import type { Launched, LaunchRequest } from '../../core.ts';
import type { CompiledPolicy } from '../../policy/compiled.ts';
import { bubblewrapArguments } from './arguments.ts';
import { ProxySockets } from './bridge.ts';
import { type Architecture, systemCallFilter } from './filter.ts';
import { type Bubblewrap, findBubblewrap, findProgram } from './program.ts';
import { run } from './run.ts';

export interface Launcher {
  /** Never throws: what the host cannot give is in `missing`. */
  capabilities(): Enforcement;
  /** @throws SandboxError `ERR_ENFORCEMENT`, `ERR_LAUNCH` */
  launch(request: LaunchRequest): Launched;
  /** Takes back what it made in the host beside the runs. */
  close(): void;
}

export interface BubblewrapOptions {
  /** Of bwrap. Default: the first trustworthy one of PATH. */
  readonly path?: string;
}

type Missing = Enforcement['missing'][number];

/** What a host offers; looked at once for each launcher. */
interface Host {
  readonly bwrap: Bubblewrap | undefined;
  readonly prlimit: string | undefined;
  readonly nsenter: string | undefined;
  readonly socat: string | undefined;
  readonly architecture: Architecture | undefined;
  readonly missing: readonly Missing[];
}

export function bubblewrapLauncher(compiled: CompiledPolicy, options: BubblewrapOptions = {}): Launcher {
  let known: Host | undefined;
  const sockets = new ProxySockets();
  const host = () => {
    known ??= lookAt(compiled, options);
    return known;
  };
  return {
    capabilities: () => enforcementOf(compiled, host()),
    launch: (request) => launch(compiled, host(), sockets, request),
    close: () => sockets.close(),
  };
}

function launch(
  compiled: CompiledPolicy,
  host: Host,
  sockets: ProxySockets,
  request: LaunchRequest,
): Launched {
  const enforcement = enforcementOf(compiled, host);
  const { bwrap, prlimit, nsenter, socat, architecture } = host;
  const refused = enforcement.missing.filter(({ layer }) => compiled.required || layer === 'network');
  // Without bwrap nothing at all is confined, and without the filter the rest is not worth its name.
  if (bwrap === undefined || architecture === undefined || refused.length > 0) {
    const { missing } = enforcement;
    const list = missing.map(({ layer, why }) => `${layer}: ${why}`).join('; ');
    throw new SandboxError(
      'ERR_ENFORCEMENT',
      `this host cannot confine the command as the policy wants: ${list}`,
      { missing },
    );
  }
  const usesNetwork = request.proxy !== undefined && nsenter !== undefined && socat !== undefined;
  const proxied =
    request.proxy !== undefined && usesNetwork
      ? { port: request.proxy.port, path: sockets.pathOf(request.proxy) }
      : undefined;
  return run(
    {
      bwrap: bwrap.path,
      arguments: bubblewrapArguments(compiled, request, bwrap),
      filter: systemCallFilter(architecture, proxied !== undefined),
      prlimit,
      bridge:
        proxied === undefined || !usesNetwork ? undefined : { programs: { nsenter, socat }, ...proxied },
      enforcement: { ...enforcement, network: proxied === undefined ? 'none' : 'proxy' },
    },
    request,
  );
}

function lookAt(compiled: CompiledPolicy, options: BubblewrapOptions): Host {
  const forbidden = compiled.roots.map(({ path }) => path);
  const found = findBubblewrap(forbidden, options.path);
  const architecture = process.arch === 'x64' || process.arch === 'arm64' ? process.arch : undefined;
  const programs = {
    prlimit: findProgram('prlimit', forbidden),
    nsenter: findProgram('nsenter', forbidden),
    socat: findProgram('socat', forbidden),
  };
  const bwrap = 'program' in found ? found.program : undefined;
  const missing: Missing[] = [];
  const miss = (layer: Layer, why: string) => missing.push({ layer, why });
  if ('why' in found) {
    for (const layer of LAYERS) miss(layer, found.why);
    return { bwrap, architecture, ...programs, missing };
  }
  miss(
    'landlock',
    'bubblewrap has none: rules on `execute` and `list`, `executeInRoots` and `hidden` hold for `evaluate` alone; the native engine has it',
  );
  miss(
    'names',
    'bubblewrap holds protected names that exist at the top of a root, not absent or deeper ones; the native engine watches all',
  );
  if (architecture === undefined) miss('seccomp', `no filter of system calls is written for ${process.arch}`);
  if (programs.prlimit === undefined) miss('limits', 'prlimit is not on this host: install util-linux');
  // The kernel counts no processes against the host's own root, in whatever namespace.
  else if (process.getuid?.() === 0)
    miss('limits', 'the limit of processes does not hold for root: run the host as another user');
  else if (bwrap?.has('--size') === false) miss('limits', `${bwrap.version} cannot limit the size of /tmp`);
  const absent = (['nsenter', 'socat'] as const).filter((name) => programs[name] === undefined);
  if (compiled.domains.length > 0 && absent.length > 0) {
    miss(
      'network',
      `${absent.join(' and ')} not on this host, through which the proxy is reached: install util-linux and socat`,
    );
  }
  return { bwrap, architecture, ...programs, missing };
}

function enforcementOf(compiled: CompiledPolicy, { missing }: Host): Enforcement {
  const lacking = new Set(missing.map(({ layer }) => layer));
  return {
    launcher: 'bubblewrap',
    layers: LAYERS.filter((layer) => !lacking.has(layer)),
    missing,
    landlockAbi: 0,
    network: compiled.domains.length > 0 && !lacking.has('network') ? 'proxy' : 'none',
  };
}
