/** The directories that file actions start from. */

import { lstatSync } from 'node:fs';
import type { Intent } from '../../contract.ts';
import type { CompiledPolicy, CompiledRoot } from '../../policy/compiled.ts';
import { componentsOf, isNormal, isWithin } from '../../policy/paths.ts';
import { badRoot, errnoOf, io } from './failures.ts';
import { openStart, type Start } from './way.ts';

export interface Ground {
  readonly roots: readonly { readonly compiled: CompiledRoot; readonly start: Start }[];
  /** Readable, never written. They start at `/`: no link is followed from there on either. */
  readonly system: readonly string[];
  readonly top: Start;
  readonly isClosed: boolean;
  close(): void;
}

/** A directory to start from, and the way down from it. */
export interface Spot {
  readonly start: Start;
  readonly root?: CompiledRoot;
  /** The whole path. */
  readonly resolved: string;
  /** Empty for the start itself. */
  readonly components: readonly string[];
}

/** Cost: three system calls a root. */
export function openGrounds(policy: Pick<CompiledPolicy, 'roots' | 'system'>): Ground {
  const opened: Start[] = [];
  const open = (path: string): Start => {
    try {
      const start = openStart(path);
      opened.push(start);
      return start;
    } catch (error) {
      throw badRoot(path, error);
    }
  };
  const close = () => {
    for (const start of opened.splice(0)) start.close();
  };
  try {
    const top = open('/');
    const roots = policy.roots.map((compiled) => {
      const start = open(compiled.path);
      if (!isRoot(start.identity, compiled)) throw badRoot(compiled.path, 'ESTALE');
      return { compiled, start };
    });
    return {
      roots,
      system: [...policy.system],
      top,
      close,
      get isClosed() {
        return opened.length === 0;
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Where `resolved` starts: the innermost root, or a system path for what is not written. Undefined: in neither. */
export function findSpot(ground: Ground, resolved: string, intent: Intent): Spot | undefined {
  if (!isNormal(resolved) || resolved.includes('\0')) return undefined;
  let innermost: Ground['roots'][number] | undefined;
  for (const root of ground.roots) {
    const isInner = innermost === undefined || root.compiled.path.length > innermost.compiled.path.length;
    if (isInner && isWithin(resolved, root.compiled.path)) innermost = root;
  }
  if (innermost !== undefined) {
    const { compiled, start } = innermost;
    if (intent === 'write' && compiled.access !== 'write') return undefined;
    const components = componentsOf(resolved).slice(componentsOf(compiled.path).length);
    return { start, root: compiled, resolved, components };
  }
  if (intent === 'write' || !ground.system.some((path) => isWithin(resolved, path))) return undefined;
  return { start: ground.top, resolved, components: componentsOf(resolved) };
}

/** That the root's path still leads to the root: the verdict went by the path, the act goes by the descriptor. */
export function checkRoot(spot: Spot, intent: Intent, path: string): void {
  if (spot.root === undefined) return;
  try {
    if (isRoot(lstatSync(spot.root.path, { bigint: true }), spot.root)) return;
  } catch (error) {
    throw errnoOf(error) === 'ENOENT' ? badRoot(spot.root.path, error) : io(intent, path, error);
  }
  throw badRoot(spot.root.path, 'ESTALE');
}

function isRoot(found: { readonly dev: bigint; readonly ino: bigint }, root: CompiledRoot): boolean {
  return found.dev === BigInt(root.device) && found.ino === BigInt(root.inode);
}
