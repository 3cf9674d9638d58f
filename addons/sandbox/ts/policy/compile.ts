/** Makes a policy ready: paths resolved, defaults filled in, everything that could not hold refused. */

import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import type { Limits, Policy, Profile, Root } from '../contract.ts';
import type { CompiledPathRule, CompiledPolicy, CompiledRoot } from './compiled.ts';
import { ENVIRONMENT_NAMES } from './environment.ts';
import { rulesForLeads } from './leads.ts';
import { patternOf, protectedPatterns } from './names.ts';
import { componentsOf, isWithin, lexicalComponents, pathOf } from './paths.ts';
import { resolvePath } from './resolve.ts';
import { deepFreeze, policyError, readPolicy } from './schema.ts';
import { defaultSystemPaths } from './system-paths.ts';

/** Kernel interfaces, not files: never a root and never readable as a system path. */
const NEVER = ['/proc', '/sys', '/dev'];
/** The system's own: a root that is written lies in none of them. */
const NEVER_WRITTEN = [
  ...['/etc', '/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/boot', '/run', '/nix/store'],
  ...[
    '/System',
    '/Library',
    '/Applications',
    '/private/etc',
    '/var/lib',
    '/var/run',
    '/var/spool',
    '/var/log',
  ],
];
/** Too much for a root to write: they hold other people's work, or the sandbox puts its own in their place. */
const NEVER_WRITTEN_WHOLE = [
  ...['/home', '/Users', '/var', '/opt', '/srv', '/mnt', '/media', '/tmp', '/var/tmp', '/private'],
  ...['/private/var', '/private/tmp', '/Volumes'],
];

export const DEFAULT_LIMITS: Readonly<Required<Limits>> = {
  timeoutMs: 120_000,
  processes: 512,
  memoryBytes: 4 * 2 ** 30,
  fileBytes: 2 ** 30,
  temporaryBytes: 256 * 2 ** 20,
  descriptors: 1024,
  outputBytes: 2 ** 20,
};

const ALLOWS: Readonly<Record<Profile, Pick<CompiledPolicy, 'hidden' | 'symlinks' | 'executeInRoots'>>> = {
  strict: { hidden: false, symlinks: false, executeInRoots: false },
  workspace: { hidden: true, symlinks: true, executeInRoots: true },
};

/**
 * Reads the policy and makes it ready for this machine as it is now. `private` is what the host keeps for itself: existing,
 * absolute directories in no root.
 * @throws SandboxError `ERR_POLICY`
 */
export function compilePolicy(
  value: unknown,
  options: { readonly private: readonly string[] } = { private: [] },
): CompiledPolicy {
  const policy = readPolicy(value);
  if (process.platform === 'win32') {
    throw policyError(['policy: Windows is not supported: its paths and its confinement are others']);
  }
  const issues: string[] = [];
  const roots = compileRoots(policy.roots, issues);
  const domains = policy.network?.domains ?? [];
  const { system, systemLinks } = compileSystem(policy, domains.length > 0, issues);
  const hidden = compilePrivate(options.private, roots, system, issues);
  const paths = roots.length === policy.roots.length ? compileRules(policy, roots, issues) : [];
  if (issues.length > 0) throw policyError(issues);
  const git = policy.git ?? 'read';
  const patterns = protectedPatterns(git, policy.protectedNames ?? []);
  return deepFreeze({
    version: 1,
    profile: policy.profile,
    roots,
    system,
    systemLinks,
    protected: patterns,
    private: hidden,
    ...ALLOWS[policy.profile],
    paths: [...paths, ...rulesForLeads(roots, git, patterns)],
    commands: (policy.commands ?? []).map(({ id, command, decision }) => ({ id, command, decision })),
    unknownCommands: policy.unknownCommands ?? 'confirm',
    domains: [...new Set(domains)],
    ports: [...new Set(policy.network?.ports ?? [80, 443])],
    environment: {
      pass: [...new Set([...ENVIRONMENT_NAMES, ...(policy.environment?.pass ?? [])])],
      set: { ...policy.environment?.set },
    },
    limits: { ...DEFAULT_LIMITS, ...given(policy.limits) },
    required: policy.enforcement !== 'bestEffort',
  } satisfies CompiledPolicy);
}

/** Without the keys whose value is undefined. */
function given(limits: Limits | undefined): Partial<Required<Limits>> {
  return Object.fromEntries(Object.entries(limits ?? {}).filter(([, value]) => value !== undefined));
}

function compileRoots(roots: readonly Root[], issues: string[]): CompiledRoot[] {
  const compiled: CompiledRoot[] = [];
  roots.forEach((root, at) => {
    const refuse = (why: string) => issues.push(`roots.${at}.path: ${JSON.stringify(root.path)} ${why}`);
    try {
      const path = realpathSync.native(root.path);
      const stat = statSync(path, { bigint: true });
      const problem = stat.isDirectory() ? rootProblem(path, root.access) : 'is no directory';
      if (problem !== undefined) refuse(problem);
      else if (compiled.some((other) => other.path === path)) refuse('is the same directory as another root');
      else compiled.push({ path, access: root.access, device: `${stat.dev}`, inode: `${stat.ino}` });
    } catch (error) {
      refuse(`cannot be used: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
    }
  });
  return compiled;
}

function rootProblem(path: string, access: 'read' | 'write'): string | undefined {
  if (path === '/') return 'is the whole file system';
  if (!Buffer.from(path).equals(Buffer.from(path.toWellFormed())) || path.includes('\ufffd')) {
    return 'has a name that is no UTF-8';
  }
  if (NEVER.some((place) => isWithin(path, place))) return 'is no place for files';
  if (access === 'read') return undefined;
  const system = NEVER_WRITTEN.find((place) => isWithin(path, place));
  if (system !== undefined) return `lies in ${system}, which is not written`;
  if (NEVER_WRITTEN_WHOLE.includes(path)) return 'is too much to be written: name a directory in it';
  if (componentsOf(path).some((name) => patternOf(name) === '.git'))
    return 'lies in a .git, which is not written';
  return undefined;
}

type System = Pick<CompiledPolicy, 'system' | 'systemLinks'>;

/** Links among them are kept as links: a program that is started as `/bin/sh` finds `/bin` as the host has it. */
function compileSystem(policy: Policy, hasNetwork: boolean, issues: string[]): System {
  const listed = policy.system ?? defaultSystemPaths(process.platform, hasNetwork);
  const resolved = new Set<string>();
  const systemLinks: { path: string; target: string }[] = [];
  listed.forEach((path, at) => {
    const refuse = (why: string) => issues.push(`system.${at}: ${JSON.stringify(path)} ${why}`);
    try {
      const normal = pathOf(lexicalComponents(path));
      const real = realpathSync.native(normal);
      if (real === '/') refuse('is the whole file system');
      else if (NEVER.some((place) => isWithin(real, place))) refuse('is no place for files');
      else {
        resolved.add(real);
        if (lstatSync(normal).isSymbolicLink())
          systemLinks.push({ path: normal, target: readlinkSync(normal) });
      }
    } catch (error) {
      // Of the default list something may vanish between two looks; what the policy names must be there.
      if (policy.system !== undefined) refuse(`cannot be used: ${(error as NodeJS.ErrnoException).code}`);
    }
  });
  const system = [...resolved].filter(
    (path) => ![...resolved].some((other) => other !== path && isWithin(path, other)),
  );
  return { system, systemLinks };
}

function compilePrivate(
  paths: readonly string[],
  roots: readonly CompiledRoot[],
  system: readonly string[],
  issues: string[],
): string[] {
  return paths.flatMap((path) => {
    const refuse = (why: string) => issues.push(`${JSON.stringify(path)} ${why}`);
    try {
      const real = realpathSync.native(path);
      const root = roots.find((one) => isWithin(real, one.path) || isWithin(one.path, real));
      if (root !== undefined)
        refuse(`is private, and the root ${JSON.stringify(root.path)} is, holds or lies in it`);
      const open = system.find((one) => isWithin(real, one));
      if (open !== undefined)
        refuse(`is private, and the system path ${JSON.stringify(open)} is or holds it`);
      return [real];
    } catch (error) {
      refuse(`is private and cannot be used: ${(error as NodeJS.ErrnoException).code}`);
      return [];
    }
  });
}

/** Each rule where its letters say, in resolved roots, and where its links lead: the one may change, the other holds now. */
function compileRules(policy: Policy, roots: readonly CompiledRoot[], issues: string[]): CompiledPathRule[] {
  return (policy.paths ?? []).flatMap(({ id, path, intents, decision }) => {
    const places = path.startsWith('/')
      ? [inResolvedRoot(path, policy.roots, roots)]
      : roots.map((root) => pathOf(lexicalComponents(`${root.path}/${path}`)));
    const led = places.map((place) => resolvePath(place, [])?.path ?? place);
    const inRoots = [...new Set([...places, ...led])].filter((place) =>
      roots.some((root) => isWithin(place, root.path)),
    );
    if (inRoots.length === 0) issues.push(`paths.${id}: ${JSON.stringify(path)} lies in no root`);
    return inRoots.map((place) => ({ id, path: place, intents, decision }));
  });
}

/** A root may be written with a link in it; a rule below it is then written so too. The longest root counts. */
function inResolvedRoot(path: string, asGiven: readonly Root[], roots: readonly CompiledRoot[]): string {
  const normal = pathOf(lexicalComponents(path));
  const holders = asGiven
    .map((root, at) => ({ given: pathOf(lexicalComponents(root.path)), resolved: roots[at]?.path ?? '' }))
    .filter(({ given }) => isWithin(normal, given))
    .sort((one, other) => other.given.length - one.given.length);
  const [holder] = holders;
  return holder === undefined ? normal : `${holder.resolved}${normal.slice(holder.given.length)}`;
}
