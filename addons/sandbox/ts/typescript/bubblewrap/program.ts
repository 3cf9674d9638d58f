/** Finds the programs of the host that the launcher is made of, and what this bwrap can do. */

import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';

/** Looked at when PATH names nothing usable: where distributions put them. */
const USUAL_DIRECTORIES = ['/usr/bin', '/bin', '/usr/sbin', '/usr/local/bin'];
const PROBE_TIMEOUT_MS = 10_000;
const OTHERS_WRITE = 0o022;

export interface Bubblewrap {
  readonly path: string;
  readonly version: string;
  /** Options that its own help names: distributions carry back single ones, a version number says too little. */
  has(option: string): boolean;
}

export type Found = { readonly program: Bubblewrap } | { readonly why: string };

const INSTALL = 'install it (`apt-get install bubblewrap`, `dnf install bubblewrap`, `pacman -S bubblewrap`)';
const NEEDED = [
  '--args',
  '--seccomp',
  '--json-status-fd',
  '--block-fd',
  '--perms',
  '--die-with-parent',
  '--remount-ro',
];

/**
 * The first usable `name` of PATH. Never one from below `forbidden` (the roots, which the sandbox itself may write), nor
 * one that somebody else could have put there.
 */
export function findProgram(name: string, forbidden: readonly string[]): string | undefined {
  const directories = [...(process.env.PATH ?? '').split(delimiter), ...USUAL_DIRECTORIES];
  for (const directory of directories) {
    if (!isAbsolute(directory)) continue;
    const path = trusted(join(directory, name), forbidden);
    if (path !== undefined) return path;
  }
  return undefined;
}

/** The resolved path, when it is a program that its owner alone can change, in a directory of the same kind. */
export function trusted(path: string, forbidden: readonly string[]): string | undefined {
  try {
    const resolved = realpathSync(path);
    const isForbidden = forbidden.some((root) => resolved === root || resolved.startsWith(`${root}/`));
    const own = [0, process.getuid?.() ?? 0];
    const safe = [resolved, dirname(resolved)].every((each) => {
      const stat = statSync(each);
      return (stat.mode & OTHERS_WRITE) === 0 && own.includes(stat.uid);
    });
    accessSync(resolved, constants.X_OK);
    return !isForbidden && safe && statSync(resolved).isFile() ? resolved : undefined;
  } catch {
    return undefined;
  }
}

/** By path: what a bwrap can do on this host does not change while the process lives. */
const probed = new Map<string, Found>();

/** Runs bwrap once, confined as a run would be. About 10 ms the first time. */
export function findBubblewrap(forbidden: readonly string[], explicitPath?: string): Found {
  const path =
    explicitPath === undefined ? findProgram('bwrap', forbidden) : trusted(explicitPath, forbidden);
  if (path === undefined) {
    return {
      why:
        explicitPath === undefined
          ? `bwrap is not on this host: ${INSTALL}`
          : `${explicitPath} is no program that only its owner can change, outside the roots`,
    };
  }
  const found = probed.get(path) ?? probe(path);
  probed.set(path, found);
  return found;
}

function probe(path: string): Found {
  const help = spawnSync(path, ['--help'], { env: {}, encoding: 'utf8', timeout: PROBE_TIMEOUT_MS });
  const options = new Set(`${help.stdout}${help.stderr}`.match(/--[a-z0-9-]+/g));
  const absent = NEEDED.filter((option) => !options.has(option));
  if (absent.length > 0) return { why: `${path} is too old (it has no ${absent.join(', ')}): ${INSTALL}` };
  const version = spawnSync(path, ['--version'], { env: {}, encoding: 'utf8', timeout: PROBE_TIMEOUT_MS });
  const program = { path, version: version.stdout.trim(), has: (option: string) => options.has(option) };
  const nested = program.has('--disable-userns') ? ['--disable-userns'] : [];
  const confined = [
    '--unshare-all',
    '--unshare-user',
    ...nested,
    '--die-with-parent',
    '--new-session',
    '--cap-drop',
    'ALL',
  ];
  // bwrap runs itself: no other program need be there.
  const words = [...confined, '--ro-bind', '/', '/', '--proc', '/proc', '--', path, '--version'];
  const trial = spawnSync(path, words, { env: {}, encoding: 'utf8', timeout: PROBE_TIMEOUT_MS });
  if (trial.status === 0) return { program };
  const line = trial.stderr.trim().split('\n')[0] || `status ${trial.status ?? trial.signal}`;
  return { why: `${path} cannot confine on this host (${line}). ${reasonOfHost()}` };
}

const SWITCHES = [
  {
    path: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    bad: '1',
    advice:
      "AppArmor lets only known programs make user namespaces (Ubuntu 24.04): use the distribution's /usr/bin/bwrap with its profile, or `sysctl kernel.apparmor_restrict_unprivileged_userns=0`",
  },
  {
    path: '/proc/sys/kernel/unprivileged_userns_clone',
    bad: '0',
    advice: 'user namespaces are off for users: `sysctl kernel.unprivileged_userns_clone=1`',
  },
  {
    path: '/proc/sys/user/max_user_namespaces',
    bad: '0',
    advice: 'user namespaces are off: `sysctl user.max_user_namespaces=15000`',
  },
] as const;

function reasonOfHost(): string {
  for (const { path, bad, advice } of SWITCHES) {
    if (readSwitch(path) === bad) return advice;
  }
  return 'In a container it needs leave to make user namespaces and to mount /proc';
}

function readSwitch(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    // Not every kernel has every switch.
    return undefined;
  }
}
