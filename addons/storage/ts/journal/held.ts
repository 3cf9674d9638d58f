/**
 * The directories that a writer of this process holds, whichever engine it is, one entry a directory by "device:inode".
 * It is looked at before `LOCK` is touched: closing any descriptor of a file drops the POSIX locks that the process
 * holds on it, so a second writer in one process must not even open it. Each worker has its own registry: between
 * workers the lock itself decides.
 */
export type Holder = 'typescript' | 'native';

const REGISTRY = Symbol.for('pairbench.storage.writers');

/** Shared by every copy of this module in the process: two versions of the package may be loaded. */
function registry(): Map<string, Holder> {
  const shared = globalThis as { [REGISTRY]?: Map<string, Holder> };
  shared[REGISTRY] ??= new Map();
  return shared[REGISTRY];
}

/** The engine that holds a directory in this process. */
export function heldBy(key: string): Holder | undefined {
  return registry().get(key);
}

export function hold(key: string, holder: Holder): void {
  registry().set(key, holder);
}

export function letGo(key: string): void {
  registry().delete(key);
}
