/**
 * The way from an open directory down to another one, over no symbolic link.
 *
 * Node has no `openat`. On Linux `/proc/self/fd/N/name` is the same thing for one component: the kernel takes the
 * descriptor's own directory, whatever its path leads to by now. Elsewhere there is nothing of the kind: there the path is
 * looked at component by component before the act and once more after it, which notices most exchanges and not all. A
 * command that races the host there can win; the native engine walks by descriptors on every system but Windows.
 */

import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync, statSync } from 'node:fs';

/** `O_PATH` of Linux on x86-64 and arm64; Node does not name it. The directory is searched, not read. */
const O_PATH = 0o10000000;

/** A link where the evaluator saw none: it is asked once more. Never leaves the engine. */
export class SymlinkMet extends Error {}

/** An open directory. */
export interface Directory {
  /** A name put behind this and a slash is a name in this very directory. */
  readonly at: string;
  /** That it is still where it was, where that can change. @throws SymlinkMet */
  verify(): void;
  close(): void;
}

/** Where a way begins: an open directory that is known not to be a link. */
export interface Start extends Directory {
  /** The directory below, in components. @throws SymlinkMet, or the system's error */
  descend(components: readonly string[]): Directory;
  readonly identity: BigIntStats;
}

export const hasDescriptorPaths = process.platform === 'linux';

/** Opens a directory by its path, the last component of which is no link. */
export function openStart(path: string): Start {
  return hasDescriptorPaths ? descriptorStart(path) : pathStart(path);
}

function descriptorStart(path: string): Start {
  const flags = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;
  const start = openSync(path, flags);
  const at = (descriptor: number) => `/proc/self/fd/${descriptor}`;
  try {
    const identity = fstatSync(start, { bigint: true });
    // Without /proc, or with another one's, names below it would mean something else.
    if (!isSame(identity, statSync(at(start), { bigint: true })))
      throw new Error('/proc is not that of this process');
    return {
      ...directoryOf(start),
      identity,
      descend(components) {
        let descriptor = start;
        try {
          for (const name of components) {
            const inner = openNext(`${at(descriptor)}/${name}`, flags);
            if (descriptor !== start) closeSync(descriptor);
            descriptor = inner;
          }
          // The start itself: its own descriptor, so that each can be closed.
          return directoryOf(descriptor === start ? openSync(`${at(start)}/.`, flags) : descriptor);
        } catch (error) {
          if (descriptor !== start) closeSync(descriptor);
          throw error;
        }
      },
    };
  } catch (error) {
    closeSync(start);
    throw error;
  }

  function directoryOf(descriptor: number): Directory {
    return { at: at(descriptor), verify() {}, close: () => closeSync(descriptor) };
  }
}

function openNext(path: string, flags: number): number {
  try {
    return openSync(path, flags);
  } catch (error) {
    throw asSymlink(error, path);
  }
}

/** A link is ELOOP, but ENOTDIR where a directory was asked for: unless there is a file now, it was a link or has changed since. */
export function asSymlink(error: unknown, path: string): unknown {
  const { code } = error as { code?: unknown };
  if (code === 'ELOOP') return new SymlinkMet();
  if (code !== 'ENOTDIR') return error;
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found === undefined || found.isSymbolicLink() || found.isDirectory() ? new SymlinkMet() : error;
}

function pathStart(path: string): Start {
  const identity = lstatSync(path, { bigint: true });
  return {
    at: path,
    identity,
    verify() {},
    close() {},
    descend(components) {
      const seen = look(components);
      return {
        at: [path, ...components].join('/').replace(/^\/+/, '/'),
        verify() {
          const now = look(components);
          if (!now.every((stats, index) => isSame(stats, seen[index] as BigIntStats))) throw new SymlinkMet();
        },
        close() {},
      };
    },
  };

  function look(components: readonly string[]): BigIntStats[] {
    let at = path === '/' ? '' : path;
    return components.map((name) => {
      at += `/${name}`;
      const stats = lstatSync(at, { bigint: true });
      if (stats.isSymbolicLink()) throw new SymlinkMet();
      // As the system says it.
      if (!stats.isDirectory())
        throw Object.assign(new Error(`ENOTDIR: ${at}`), { code: 'ENOTDIR', errno: -20 });
      return stats;
    });
  }
}

export function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}
