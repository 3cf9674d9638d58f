/**
 * Where in the file system access changes: each such spot becomes a mount. What the kernel is told here is what
 * `evaluate` says of paths, as far as mounts can say it: by paths that exist when the run starts.
 */

import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { PathGrant } from '../../core.ts';
import type { CompiledPolicy, ProtectedPattern } from '../../policy/compiled.ts';
import { foldsTo } from '../../policy/names.ts';

export type Access = 'write' | 'read' | 'none';

export interface Spot {
  readonly path: string;
  readonly access: Access;
  readonly directory: boolean;
  /** A root of the policy: its identity is known. */
  readonly root: boolean;
  /** Of the system: not in any root, and not changed by those whom the sandbox confines. */
  readonly system: boolean;
}

/** Parents before what is below them. */
export function spotsOf(policy: CompiledPolicy, grants: readonly PathGrant[]): Spot[] {
  const system = new Set(policy.system);
  const roots = new Map(policy.roots.map((root) => [root.path, root.access]));
  const sealed = new Set<string>();
  const wanted = new Set<string>([...system, ...roots.keys()]);
  for (const [path, access] of roots) {
    if (access !== 'write') continue;
    for (const entry of protectedEntries(path, policy.protected)) {
      wanted.add(entry.path);
      if (entry.below) sealed.add(entry.path);
    }
  }
  const ground = [...roots.keys(), ...system];
  for (const path of [...policy.paths, ...grants].map((each) => each.path).concat(policy.private)) {
    if (ground.some((above) => covers(above, path))) wanted.add(path);
  }
  for (const path of [...wanted]) for (const above of between(path, roots)) wanted.add(above);

  const accessAt = (path: string): Access => {
    const root = deepest([...roots.keys()], path);
    const access = root === undefined ? 'read' : (roots.get(root) as Access);
    if (policy.private.some((hidden) => covers(hidden, path))) return 'none';
    const intents = new Set(
      policy.paths.flatMap((rule) => (covers(rule.path, path) ? standing(rule, path, grants) : [])),
    );
    if (intents.has('read')) return 'none';
    return intents.has('write') || [...sealed].some((above) => covers(above, path)) ? 'read' : access;
  };
  const spots: Spot[] = [];
  for (const path of [...wanted].sort(byDepth)) {
    const kind = kindOf(path);
    if (kind === undefined) continue;
    const isRoot = roots.has(path);
    const isSystem = deepest([...roots.keys()], path) === undefined;
    spots.push({
      path,
      access: accessAt(path),
      directory: kind === 'directory',
      root: isRoot,
      system: isSystem,
    });
  }
  return spots;
}

/** What of a rule still counts at `path`: a grant lifts a `confirm`, never a `deny`. */
function standing(
  rule: CompiledPolicy['paths'][number],
  path: string,
  grants: readonly PathGrant[],
): readonly string[] {
  if (rule.decision === 'deny') return rule.intents;
  const granted = new Set(grants.flatMap((grant) => (covers(grant.path, path) ? grant.intents : [])));
  return rule.intents.filter((intent) => !granted.has(intent));
}

/**
 * The directories between a root that is written and a spot in it. Each is mounted on itself: what is a mount is not
 * renamed, so nobody moves `.git` aside and builds another in its place.
 */
function between(path: string, roots: ReadonlyMap<string, string>): string[] {
  const root = deepest([...roots.keys()], dirname(path));
  if (root === undefined || roots.get(root) !== 'write') return [];
  const found: string[] = [];
  for (let above = dirname(path); above !== root && covers(root, above); above = dirname(above))
    found.push(above);
  return found;
}

interface ProtectedEntry {
  readonly path: string;
  readonly below: boolean;
}

/** Protected entries that exist at the top of a root, by their resolved paths. What is deeper or absent no mount can hold. */
export function protectedEntries(root: string, patterns: readonly ProtectedPattern[]): ProtectedEntry[] {
  const found: ProtectedEntry[] = [];
  const descend = (directory: string, { components, below }: ProtectedPattern, depth: number) => {
    for (const name of namesIn(directory)) {
      if (!foldsTo(name, components[depth] as string)) continue;
      const path = resolveIn(root, join(directory, name));
      if (path === undefined) continue;
      if (depth + 1 < components.length) descend(path, { components, below }, depth + 1);
      else found.push({ path, below });
    }
  };
  for (const pattern of patterns) if (pattern.components.length > 0) descend(root, pattern, 0);
  return found;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Where a link leads out of the root there is nothing to hold: outside nothing is written anyway. */
function resolveIn(root: string, path: string): string | undefined {
  try {
    const resolved = realpathSync(path);
    return resolved !== root && covers(root, resolved) ? resolved : undefined;
  } catch {
    return undefined;
  }
}

/** Component by component: `/w` does not cover `/w-evil`. */
export function covers(above: string, path: string): boolean {
  return path === above || path.startsWith(above.endsWith(sep) ? above : above + sep);
}

function deepest(candidates: readonly string[], path: string): string | undefined {
  return candidates.filter((above) => covers(above, path)).sort((a, b) => b.length - a.length)[0];
}

function kindOf(path: string): 'directory' | 'file' | undefined {
  try {
    const stat = lstatSync(path);
    // The policy's paths are resolved: a link here was put there since, and is not followed.
    return stat.isSymbolicLink() ? undefined : stat.isDirectory() ? 'directory' : 'file';
  } catch {
    return undefined;
  }
}

function byDepth(a: string, b: string): number {
  return a.split(sep).length - b.split(sep).length || (a < b ? -1 : 1);
}
