/** What bwrap is told. All of it goes through a descriptor: a command line is seen by every user of the host. */

import { closeSync, constants, existsSync, fstatSync, openSync } from 'node:fs';
import { SandboxError } from '../../contract.ts';
import type { LaunchRequest } from '../../core.ts';
import type { CompiledPolicy } from '../../policy/compiled.ts';
import type { Bubblewrap } from './program.ts';
import { covers, type Spot, spotsOf } from './spots.ts';

/** Descriptors of bwrap beside 0, 1 and 2, in the order in which they are handed over. */
export const ARGUMENTS_FD = 3;
export const SECCOMP_FD = 4;
export const STATUS_FD = 5;
export const BLOCK_FD = 6;
export const FIRST_SOURCE_FD = 7;

/** Linux: a name for a file, without opening it. Node has no constant for it. */
const O_PATH = 0o10000000;
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom'];
const KERNEL_SWITCHES = ['/proc/sys', '/proc/irq', '/proc/bus', '/proc/fs', '/proc/acpi', '/proc/scsi'];
/** Read or written, each reaches the kernel's own memory, log or keys. */
const KERNEL_FILES = ['/proc/sysrq-trigger', '/proc/kcore', '/proc/kmsg', '/proc/keys', '/proc/timer_list'];
/** Holds mount points and links alone. */
const DEVICE_DIRECTORY_BYTES = 65_536;

export interface Arguments {
  /** Separated by NUL, as `--args` reads them. */
  readonly text: string;
  /** Opened here, to be handed over from FIRST_SOURCE_FD on, then closed. */
  readonly sources: readonly number[];
}

/** @throws SandboxError `ERR_LAUNCH` when a root is not the directory any more that the policy was compiled for */
export function bubblewrapArguments(
  policy: CompiledPolicy,
  request: LaunchRequest,
  program: Bubblewrap,
): Arguments {
  const sources: number[] = [];
  try {
    const words = [
      ...isolation(request, program),
      ...ground(request, program),
      ...mounts(policy, request, program, sources),
    ];
    // Everything above made its mount points; nothing makes more.
    words.push('--remount-ro', '/', '--chdir', request.cwd, '--clearenv');
    for (const entry of request.env) {
      const at = entry.indexOf('=');
      words.push('--setenv', entry.slice(0, at), entry.slice(at + 1));
    }
    return { text: words.map((word) => `${word}\0`).join(''), sources };
  } catch (error) {
    for (const source of sources) closeSync(source);
    throw error;
  }
}

function isolation(request: LaunchRequest, program: Bubblewrap): string[] {
  const words = ['--unshare-all', '--unshare-user'];
  // It nests two user namespaces, and the bridge to the proxy finds into the outer one only. The filter refuses new ones in
  // both cases.
  if (request.proxy === undefined && program.has('--disable-userns')) words.push('--disable-userns');
  words.push('--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--hostname', 'sandbox');
  words.push('--seccomp', `${SECCOMP_FD}`, '--json-status-fd', `${STATUS_FD}`, '--block-fd', `${BLOCK_FD}`);
  return words;
}

/** /proc, a /dev without terminals and disks, and room for temporary files: a quarter of it as shared memory. */
function ground({ limits }: LaunchRequest, program: Bubblewrap): string[] {
  const size = (bytes: number) =>
    program.has('--size') ? ['--size', `${Math.max(4096, Math.floor(bytes))}`] : [];
  const words = ['--proc', '/proc'];
  // Switches of the kernel. Their files belong to the host's root, who needs no capability to write his own files: bwrap
  // run by root leaves them writable.
  for (const path of KERNEL_SWITCHES.filter((each) => existsSync(each))) words.push('--ro-bind', path, path);
  for (const path of KERNEL_FILES.filter((each) => existsSync(each)))
    words.push('--ro-bind', '/dev/null', path);
  words.push('--perms', '0755', ...size(DEVICE_DIRECTORY_BYTES), '--tmpfs', '/dev');
  for (const name of DEVICES) words.push('--dev-bind-try', `/dev/${name}`, `/dev/${name}`);
  words.push('--symlink', '/proc/self/fd', '/dev/fd');
  ['stdin', 'stdout', 'stderr'].forEach((name, i) => {
    words.push('--symlink', `/proc/self/fd/${i}`, `/dev/${name}`);
  });
  words.push(
    '--perms',
    '1777',
    ...size(limits.temporaryBytes / 4),
    '--tmpfs',
    '/dev/shm',
    '--remount-ro',
    '/dev',
  );
  words.push('--perms', '1777', ...size((limits.temporaryBytes / 4) * 3), '--tmpfs', '/tmp');
  words.push('--perms', '0700', '--dir', '/tmp/home');
  return words;
}

function mounts(
  policy: CompiledPolicy,
  request: LaunchRequest,
  program: Bubblewrap,
  sources: number[],
): string[] {
  const spots = spotsOf(policy, request.grants);
  const words: string[] = [];
  const masks: string[] = [];
  for (const spot of spots) {
    if (spot.access !== 'none') {
      words.push(...bind(spot, policy, program, sources));
    } else if (!spot.directory) {
      // A device on a mount without devices: it opens for nobody.
      words.push('--ro-bind', '/dev/null', spot.path);
    } else if (!hiddenAlready(spot, spots)) {
      const open = spots.some(
        ({ path, access }) => access !== 'none' && path !== spot.path && covers(spot.path, path),
      );
      words.push('--perms', open ? '0111' : '0000', '--tmpfs', spot.path);
      masks.push('--remount-ro', spot.path);
    }
  }
  for (const { path, target } of policy.systemLinks) words.push('--symlink', target, path);
  return [...words, ...masks];
}

function hiddenAlready(spot: Spot, spots: readonly Spot[]): boolean {
  const above = spots.filter(({ path }) => path !== spot.path && covers(path, spot.path)).at(-1);
  return above?.access === 'none';
}

/** By descriptor where bwrap can: what another run swaps for a link between our look and its mount is not followed. */
function bind(spot: Spot, policy: CompiledPolicy, program: Bubblewrap, sources: number[]): string[] {
  const verb = spot.access === 'write' ? '--bind' : '--ro-bind';
  if (spot.system || !program.has('--bind-fd')) return [verb, spot.path, spot.path];
  let source: number;
  try {
    source = openSync(spot.path, O_PATH | constants.O_NOFOLLOW);
  } catch (cause) {
    throw new SandboxError('ERR_LAUNCH', `${spot.path} went away`, { cause, step: 'mounts' });
  }
  sources.push(source);
  if (spot.root) checkIdentity(spot.path, source, policy);
  return [`${verb}-fd`, `${FIRST_SOURCE_FD + sources.length - 1}`, spot.path];
}

function checkIdentity(path: string, source: number, policy: CompiledPolicy): void {
  const { dev, ino } = fstatSync(source, { bigint: true });
  const root = policy.roots.find((each) => each.path === path);
  if (root === undefined || `${dev}` !== root.device || `${ino}` !== root.inode) {
    throw new SandboxError('ERR_LAUNCH', `the root ${path} is not the directory it was`, { step: 'mounts' });
  }
}
