/** What the policy says of a place: pure, on components. src/policy/classify.rs is the twin. */

import type { Decision, Intent, Reason, Verdict } from '../contract.ts';
import type { PathGrant } from '../core.ts';
import type { CompiledPolicy } from './compiled.ts';
import { indexPatterns, isHidden, isProtected, type ProtectedIndex, patternOf } from './names.ts';
import { componentsOf, startsWith } from './paths.ts';
import { type Identity, identityOf, rootOf, type WalkRoot } from './resolve.ts';

export interface GroundRoot extends WalkRoot {
  readonly access: 'read' | 'write';
}

export interface GroundRule {
  readonly id: string;
  /** Folded. */
  readonly components: readonly string[];
  readonly intents: readonly Intent[];
  readonly decision: 'deny' | 'confirm';
}

/** An object that a private path or a rule names: it is the same one under every name. */
interface Watched extends Identity {
  readonly rule: GroundRule | undefined;
}

/** A compiled policy made ready for questions. */
export interface Ground {
  /** The longest first. */
  readonly roots: readonly GroundRoot[];
  readonly system: readonly (readonly string[])[];
  /** Folded. */
  readonly private: readonly (readonly string[])[];
  readonly protected: ProtectedIndex;
  readonly rules: readonly GroundRule[];
  readonly watched: ReadonlyMap<bigint, readonly Watched[]>;
  readonly allowsHidden: boolean;
  readonly allowsLinks: boolean;
  readonly allowsExecuteInRoots: boolean;
}

/** Asks the file system who the private paths and the targets of rules are. */
export function groundOf(compiled: CompiledPolicy): Ground {
  const watched = new Map<bigint, Watched[]>();
  const watch = (path: string, rule: GroundRule | undefined): void => {
    const identity = identityOf(path);
    if (identity === undefined) return;
    watched.set(identity.inode, [...(watched.get(identity.inode) ?? []), { ...identity, rule }]);
  };
  for (const path of compiled.private) watch(path, undefined);
  const rules = compiled.paths.map((rule) => {
    const ready = { ...rule, components: componentsOf(rule.path).map(patternOf) };
    watch(rule.path, ready);
    return ready;
  });
  const roots = compiled.roots.map((root) => ({
    path: root.path,
    components: componentsOf(root.path),
    access: root.access,
    device: BigInt(root.device),
    inode: BigInt(root.inode),
  }));
  return {
    roots: roots.sort((one, other) => other.components.length - one.components.length),
    system: compiled.system.map(componentsOf),
    private: compiled.private.map((path) => componentsOf(path).map(patternOf)),
    protected: indexPatterns(compiled.protected),
    rules,
    watched,
    allowsHidden: compiled.hidden,
    allowsLinks: compiled.symlinks,
    allowsExecuteInRoots: compiled.executeInRoots,
  };
}

/** A place, and what the way to it was like. */
export interface Place {
  readonly components: readonly string[];
  readonly identities: readonly Identity[];
  readonly isOverLink: boolean;
}

export function classify(ground: Ground, place: Place, intent: Intent): Verdict {
  const { components } = place;
  const watched = watchedOf(ground, place.identities);
  if (isPrivate(ground, components) || watched.some((one) => one.rule === undefined)) return deny('private');
  const root = rootOf(components, ground.roots);
  if (root === undefined) {
    const isReadable = intent !== 'write' && ground.system.some((system) => startsWith(components, system));
    return isReadable ? { decision: 'allow', reason: 'allowed' } : deny('outside');
  }
  const reason = refusalInRoot(ground, root, place, intent);
  return reason === undefined ? ruled(ground, components, watched, intent) : deny(reason);
}

/** Without the rules: the first that speaks against it. */
function refusalInRoot(ground: Ground, root: GroundRoot, place: Place, intent: Intent): Reason | undefined {
  const below = place.components.slice(root.components.length);
  if (intent === 'write' && root.access === 'read') return 'read-only';
  if (intent === 'write' && below.length === 0) return 'protected';
  if (!ground.allowsHidden && below.some(isHidden)) return 'hidden';
  if (intent === 'write' && isProtected(below.map(patternOf), ground.protected)) return 'protected';
  if (intent === 'execute' && !ground.allowsExecuteInRoots) return 'not-executable';
  if (!ground.allowsLinks && place.isOverLink) return 'symlink';
  return undefined;
}

/** The strictest rule that holds the place or names an object on the way; of equally strict ones the first. */
function ruled(
  ground: Ground,
  components: readonly string[],
  watched: readonly Watched[],
  intent: Intent,
): Verdict {
  if (ground.rules.length === 0) return { decision: 'allow', reason: 'allowed' };
  const folded = components.map(patternOf);
  let found: GroundRule | undefined;
  for (const rule of ground.rules) {
    if (found !== undefined && (found.decision === 'deny' || rule.decision === 'confirm')) continue;
    if (!rule.intents.includes(intent)) continue;
    if (startsWith(folded, rule.components) || watched.some((one) => one.rule === rule)) found = rule;
  }
  if (found === undefined) return { decision: 'allow', reason: 'allowed' };
  return { decision: found.decision, reason: 'rule', rule: found.id };
}

function watchedOf(ground: Ground, identities: readonly Identity[]): readonly Watched[] {
  if (ground.watched.size === 0) return [];
  return identities.flatMap(({ device, inode }) =>
    (ground.watched.get(inode) ?? []).filter((one) => one.device === device),
  );
}

/** Private paths and rules mean a name however it is spelled: on some file systems it is the same file. */
export function isPrivate(ground: Ground, components: readonly string[]): boolean {
  if (ground.private.length === 0) return false;
  const folded = components.map(patternOf);
  return ground.private.some((path) => startsWith(folded, path));
}

/** The first grant that holds the resolved place. */
export function grantFor(
  grants: readonly PathGrant[],
  components: readonly string[],
  intent: Intent,
): PathGrant | undefined {
  return grants.find(
    (grant) => grant.intents.includes(intent) && startsWith(components, componentsOf(grant.path)),
  );
}

export function deny(reason: Reason): Verdict {
  return { decision: 'deny' satisfies Decision, reason };
}
