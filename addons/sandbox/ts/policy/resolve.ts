/**
 * Follows a path as the kernel does, and notes what it meets: links below a root, and who each object on the way is.
 * src/policy/resolve.rs is the twin, step for step; docs/sandbox-policy-matrix.md has the rules in words.
 */

import { isUtf8 } from 'node:buffer';
import { lstatSync, readlinkSync } from 'node:fs';
import { isNameTooLong, isOrdinary, isPathTooLong, isText, isWithin, startsWith } from './paths.ts';

/** As many links as Linux follows. */
const LINK_LIMIT = 40;
const STAT = { bigint: true, throwIfNoEntry: false } as const;

/** Which object it is, whatever it is called. */
export interface Identity {
  readonly device: bigint;
  readonly inode: bigint;
}

export interface WalkRoot extends Identity {
  readonly path: string;
  readonly components: readonly string[];
}

export interface Resolution {
  /** After all links; what does not exist is appended. */
  readonly components: readonly string[];
  readonly path: string;
  /** Of what exists on the way and was looked at: a way that begins with a root is looked at from there. */
  readonly identities: readonly Identity[];
  /** A link met in a root or below it. */
  readonly isOverLink: boolean;
  /** The letters of the path may say another place: a link or a `..` was met. */
  readonly isMoved: boolean;
}

/** `other` is all that has nothing below it. */
type Kind = 'directory' | 'other' | 'missing';

/** Undefined: the path cannot be followed. `roots` come with the longest first. */
export function resolvePath(path: string, roots: readonly WalkRoot[]): Resolution | undefined {
  if (!path.startsWith('/') || !isText(path) || isPathTooLong(path)) return undefined;
  const walk = new Walk(roots);
  walk.push(path);
  return walk.run() ? walk.resolution() : undefined;
}

class Walk {
  readonly #roots: readonly WalkRoot[];
  readonly #names: string[] = [];
  /** Beside `#names`; undefined where it was not looked at. */
  readonly #identities: (Identity | undefined)[] = [];
  /** The names joined; empty at the top. */
  #text = '';
  #kind: Kind = 'directory';
  /** What is still to be walked, the next one last. */
  readonly #waiting: string[] = [];
  #links = 0;
  #isOverLink = false;
  #isMoved = false;

  constructor(roots: readonly WalkRoot[]) {
    this.#roots = roots;
  }

  run(): boolean {
    for (let name = this.#waiting.pop(); name !== undefined; name = this.#waiting.pop()) {
      if (!this.#step(name)) return false;
    }
    return true;
  }

  resolution(): Resolution {
    return {
      components: this.#names,
      path: this.#text === '' ? '/' : this.#text,
      identities: this.#identities.filter((identity) => identity !== undefined),
      isOverLink: this.#isOverLink,
      isMoved: this.#isMoved,
    };
  }

  /** Puts a path in front of what waits. */
  push(path: string): void {
    const names = path.split('/');
    let skipped = 0;
    if (path.startsWith('/')) {
      this.#reset();
      skipped = this.#jump(names);
    }
    for (let at = names.length - 1; at >= skipped; at--) this.#waiting.push(names[at] as string);
  }

  #reset(): void {
    this.#names.length = 0;
    this.#identities.length = 0;
    this.#text = '';
    this.#kind = 'directory';
  }

  /**
   * A root is resolved already, and that it is still the same directory is asked once at the end: what leads to it needs
   * no look. Returns how many names are done.
   */
  #jump(names: readonly string[]): number {
    const root = this.#roots.find(({ components }) => {
      if (names.length <= components.length) return false;
      return components.every((name, at) => names[at + 1] === name);
    });
    if (root === undefined) return 0;
    for (const name of root.components) {
      this.#names.push(name);
      this.#identities.push(undefined);
    }
    this.#text = root.path;
    return root.components.length + 1;
  }

  #step(name: string): boolean {
    if (!isOrdinary(name)) return name === '..' ? this.#up() : this.#kind !== 'other';
    if (this.#kind === 'other' || isNameTooLong(name)) return false;
    const text = `${this.#text}/${name}`;
    if (isPathTooLong(text)) return false;
    if (this.#kind === 'missing') return this.#enter(name, text, undefined, 'missing');
    // The links of /proc are no paths: what lies there is taken as it is called, and is in no root.
    if (text === '/proc') return this.#enter(name, text, undefined, 'missing');
    return this.#look(name, text);
  }

  #look(name: string, text: string): boolean {
    try {
      const stat = lstatSync(text, STAT);
      if (stat === undefined) return this.#enter(name, text, undefined, 'missing');
      if (stat.isSymbolicLink()) return this.#follow(readlinkSync(text, 'buffer'));
      const identity = { device: stat.dev, inode: stat.ino };
      return this.#enter(name, text, identity, stat.isDirectory() ? 'directory' : 'other');
    } catch {
      // EACCES, EIO, ...: nobody knows where it leads.
      return false;
    }
  }

  #enter(name: string, text: string, identity: Identity | undefined, kind: Kind): boolean {
    this.#names.push(name);
    this.#identities.push(identity);
    this.#text = text;
    this.#kind = kind;
    return true;
  }

  #up(): boolean {
    if (this.#kind !== 'directory') return false;
    this.#isMoved = true;
    this.#names.pop();
    this.#identities.pop();
    this.#text = this.#text.slice(0, Math.max(0, this.#text.lastIndexOf('/')));
    return true;
  }

  #follow(target: Buffer): boolean {
    this.#links += 1;
    if (this.#links > LINK_LIMIT || target.length === 0 || !isUtf8(target)) return false;
    this.#isMoved = true;
    const directory = this.#text === '' ? '/' : this.#text;
    this.#isOverLink ||= this.#roots.some((root) => isWithin(directory, root.path));
    this.push(target.toString());
    return true;
  }
}

/** Whether the directory that was handed over is still the one at its path. */
export function isSameObject(path: string, identity: Identity): boolean {
  const found = identityOf(path);
  return found !== undefined && found.device === identity.device && found.inode === identity.inode;
}

/** Undefined for what does not exist, cannot be asked, or is a link. */
export function identityOf(path: string): Identity | undefined {
  try {
    const stat = lstatSync(path, STAT);
    if (stat === undefined || stat.isSymbolicLink()) return undefined;
    return { device: stat.dev, inode: stat.ino };
  } catch {
    return undefined;
  }
}

/** The longest root that holds the path. */
export function rootOf<R extends { readonly components: readonly string[] }>(
  components: readonly string[],
  roots: readonly R[],
): R | undefined {
  return roots.find((root) => startsWith(components, root.components));
}
