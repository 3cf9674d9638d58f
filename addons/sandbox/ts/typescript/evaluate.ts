/** What the policy says of a path: the TypeScript engine. */

import type { Intent, Verdict } from '../contract.ts';
import type { PathGrant } from '../core.ts';
import { classify, deny, type Ground, grantFor, groundOf, isPrivate } from '../policy/classify.ts';
import { STRICTNESS } from '../policy/commands.ts';
import type { CompiledPolicy } from '../policy/compiled.ts';
import { lexicalComponents } from '../policy/paths.ts';
import { isSameObject, resolvePath, rootOf } from '../policy/resolve.ts';

export type Evaluate = (path: string, intent: Intent, grants: readonly PathGrant[]) => Verdict;

/**
 * Asks the file system once who the private paths and the targets of rules are, then per question once for each component
 * below the root, and once for the root.
 */
export function createEvaluator(compiled: CompiledPolicy): Evaluate {
  const ground = groundOf(compiled);
  return (path, intent, grants) => evaluate(ground, path, intent, grants);
}

function evaluate(ground: Ground, path: string, intent: Intent, grants: readonly PathGrant[]): Verdict {
  const resolution = resolvePath(path, ground.roots);
  if (resolution === undefined) return deny('unresolvable');
  const { components, path: resolved } = resolution;
  const root = rootOf(components, ground.roots);
  // A root that was moved away or replaced is not what the host handed over.
  if (root !== undefined && !isSameObject(root.path, root)) return deny('unresolvable');
  let verdict = classify(ground, resolution, intent);
  if (verdict.decision !== 'deny' && resolution.isMoved) {
    const asWritten = classifyAsWritten(ground, path, intent);
    if (STRICTNESS[asWritten.decision] > STRICTNESS[verdict.decision]) verdict = asWritten;
  }
  if (verdict.decision === 'confirm') {
    const grant = grantFor(grants, components, intent);
    if (grant !== undefined) return { decision: 'allow', reason: 'grant', rule: grant.id, resolved };
  }
  return { ...verdict, resolved };
}

/** The letters of the path count as well, where they lie in a root or in a private place. */
function classifyAsWritten(ground: Ground, path: string, intent: Intent): Verdict {
  const components = lexicalComponents(path);
  if (rootOf(components, ground.roots) === undefined && !isPrivate(ground, components)) {
    return { decision: 'allow', reason: 'allowed' };
  }
  return classify(ground, { components, identities: [], isOverLink: false }, intent);
}
