/**
 * The policy as a profile for macOS's own sandbox (`sandbox-exec`). Written from its public rules and never run by its
 * writers, who had no such machine: what is tested is the text. In a profile the last rule that matches decides, so what
 * is taken back stands after what is given.
 */

import { dirname } from 'node:path';
import type { CompiledPolicy, ProtectedPattern } from '../policy/compiled.ts';

/** What programs ask the kernel at their start: sizes, versions, processors. */
const SYSCTLS = [
  'hw.',
  'kern.os',
  'kern.version',
  'kern.argmax',
  'kern.maxfilesperproc',
  'kern.hostname',
  'security.mac.',
];
/** Users' names and the log; nothing that opens a window, the key chain or another program. */
const MACH_SERVICES = [
  'com.apple.system.notification_center',
  'com.apple.system.opendirectoryd.libinfo',
  'com.apple.system.logger',
];
const DEVICES = [
  '/dev/null',
  '/dev/zero',
  '/dev/random',
  '/dev/urandom',
  '/dev/fd',
  '/dev/stdin',
  '/dev/stdout',
  '/dev/stderr',
];
const WRITABLE_DEVICES = ['/dev/null', '/dev/zero', '/dev/stdout', '/dev/stderr'];

export interface ProfileOptions {
  /** Of the proxy in the host; without it there is no network. */
  readonly proxyPort?: number;
  /** A directory for temporary files of this run alone. */
  readonly temporary?: string;
}

export function seatbeltProfile(compiled: CompiledPolicy, options: ProfileOptions = {}): string {
  const roots = compiled.roots.map(({ path }) => path);
  const writable = compiled.roots.filter(({ access }) => access === 'write').map(({ path }) => path);
  const own = options.temporary === undefined ? [] : [options.temporary];
  const executable = compiled.executeInRoots ? [...compiled.system, ...roots] : compiled.system;
  return [
    '(version 1)',
    '(deny default)',
    '(allow process-fork)',
    rule('allow process-exec', executable.map(subpath)),
    '(allow signal (target same-sandbox))',
    '(allow process-info* (target same-sandbox))',
    rule(
      'allow sysctl-read',
      SYSCTLS.map((name) => `(sysctl-name-prefix ${quote(name)})`),
    ),
    rule(
      'allow mach-lookup',
      MACH_SERVICES.map((name) => `(global-name ${quote(name)})`),
    ),
    // Programs look at every directory on the way to where they are.
    rule('allow file-read-metadata', ['/', ...roots, ...compiled.system].flatMap(withParents).map(literal)),
    rule(
      'allow file-read*',
      [...compiled.system, ...roots, ...own].map(subpath).concat(DEVICES.map(literal)),
    ),
    ...own.map((path) => rule('allow file-write*', [subpath(path)])),
    // Of roots inside one another the inner one counts.
    ...[...compiled.roots]
      .sort((a, b) => a.path.length - b.path.length)
      .map(({ path, access }) =>
        rule(`${access === 'write' ? 'allow' : 'deny'} file-write*`, [subpath(path)]),
      ),
    rule('allow file-write-data', WRITABLE_DEVICES.map(literal)),
    ...writable.flatMap((root) => compiled.protected.flatMap((pattern) => protect(root, pattern))),
    ...rulesOnPaths(compiled),
    // Nobody makes files that run as another user.
    '(deny file-write-setugid)',
    ...compiled.private.flatMap((path) => hide(path, writable)),
    ...network(options.proxyPort),
    '',
  ].join('\n');
}

/** A pattern's entry at any depth; with `below` all in it too. Its ancestors are not moved either, nor is the root. */
function protect(root: string, { components, below }: ProtectedPattern): string[] {
  const names = components.map(anyCase);
  const anywhere = `^${escapeRegex(root)}/(.*/)?`;
  const lines = [rule('deny file-write*', [regex(`${anywhere}${names.join('/')}${below ? '(/.*)?' : ''}$`)])];
  // `mv .git aside` would take the hooks out of the rule's reach, and a new `.git` be built.
  for (let depth = 1; depth < names.length; depth++) {
    lines.push(rule('deny file-write-unlink', [regex(`${anywhere}${names.slice(0, depth).join('/')}$`)]));
  }
  return lines;
}

function rulesOnPaths(compiled: CompiledPolicy): string[] {
  const writable = compiled.roots.filter(({ access }) => access === 'write').map(({ path }) => path);
  return compiled.paths.flatMap(({ path, intents }) => {
    const lines: string[] = [];
    if (intents.includes('read')) lines.push(...hide(path, writable));
    else if (intents.includes('list')) lines.push(rule('deny file-read-data', [subpath(path)]));
    if (intents.includes('write'))
      lines.push(rule('deny file-write*', [subpath(path)]), ...pinAncestors(path, writable));
    if (intents.includes('execute')) lines.push(rule('deny process-exec', [subpath(path)]));
    return lines;
  });
}

function hide(path: string, writable: readonly string[]): string[] {
  return [rule('deny file-read* file-write*', [subpath(path)]), ...pinAncestors(path, writable)];
}

/** A rule goes by paths: with an ancestor moved, what it names would be elsewhere. */
function pinAncestors(path: string, writable: readonly string[]): string[] {
  const root = writable.find((each) => path === each || path.startsWith(`${each}/`));
  const pinned: string[] = [];
  for (let above = dirname(path); root !== undefined && above.startsWith(root); above = dirname(above))
    pinned.push(above);
  return pinned.length === 0 ? [] : [rule('deny file-write-unlink', pinned.map(literal))];
}

function network(proxyPort: number | undefined): string[] {
  // Unix sockets too: those of containers, key agents and desktops are files that a path rule would let through.
  const lines = ['(deny network*)', '(deny system-socket)'];
  if (proxyPort !== undefined) {
    lines.push(
      `(allow network-outbound (remote tcp ${quote(`localhost:${proxyPort}`)}))`,
      '(allow system-socket (socket-domain AF_INET))',
    );
  }
  return lines;
}

function withParents(path: string): string[] {
  const found = [path];
  for (let above = dirname(path); above !== path && above !== found.at(-1); above = dirname(above))
    found.push(above);
  return found;
}

/** Without a filter a rule would hold for everything. */
function rule(head: string, filters: readonly string[]): string {
  const unique = [...new Set(filters)];
  if (unique.length === 0) return `; nothing: ${head}`;
  return `(${head}\n${unique.map((filter) => `  ${filter}`).join('\n')})`;
}

const subpath = (path: string) => `(subpath ${quote(path)})`;
const literal = (path: string) => `(literal ${quote(path)})`;
const regex = (pattern: string) => `(regex ${quote(pattern)})`;

/** A string of the profile's language: the quotation mark and the backslash are escaped, all else stands for itself. */
export function quote(text: string): string {
  if (text.includes('\0')) throw new RangeError('a path cannot hold NUL');
  return `"${text.replace(/["\\]/g, (character) => `\\${character}`)}"`;
}

function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, (character) => `\\${character}`);
}

/** Its file systems take the cases of a letter for one. */
function anyCase(name: string): string {
  return escapeRegex(name).replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}
