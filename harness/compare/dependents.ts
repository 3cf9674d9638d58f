/** Which addons import which: read off their package.json files. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** By folder name below `addons/`, the addons that depend on it, directly or through others. */
export function addonDependents(root: string): Map<string, string[]> {
  const room = join(root, 'addons');
  const names = new Map<string, string>();
  const needs = new Map<string, string[]>();
  for (const id of existsSync(room) ? readdirSync(room) : []) {
    const file = join(room, id, 'package.json');
    if (!existsSync(file)) continue;
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
    if (manifest.name !== undefined) names.set(manifest.name, id);
    needs.set(id, Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }));
  }
  const dependents = new Map<string, string[]>();
  for (const id of needs.keys()) {
    for (const needed of reach(id, needs, names))
      dependents.set(needed, [...(dependents.get(needed) ?? []), id]);
  }
  return dependents;
}

interface Manifest {
  readonly name?: string;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

function reach(
  id: string,
  needs: ReadonlyMap<string, readonly string[]>,
  names: ReadonlyMap<string, string>,
  seen = new Set<string>(),
): Set<string> {
  for (const name of needs.get(id) ?? []) {
    const needed = names.get(name);
    if (needed === undefined || seen.has(needed)) continue;
    seen.add(needed);
    reach(needed, needs, names, seen);
  }
  return seen;
}
