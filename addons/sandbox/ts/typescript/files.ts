/**
 * File actions of the host, on ground that somebody else may rearrange meanwhile: the TypeScript engine.
 *
 * The verdict is made on a path, the act is done on a descriptor. Between the two a command may put a symbolic link where
 * a directory was, and the host, which nothing confines, would follow it. So the evaluator gives the path with every link
 * resolved, and it is opened from the root's own descriptor with no link followed at all: a link on the way means that
 * something changed, and the evaluator is asked once more. src/files is the twin; files/behaviour.json is the table that
 * both obey.
 *
 * A hard link cannot be told from the file itself: one that was in the root before is read like any other file (F08).
 * Writing puts a new file in its place, so that the inode outside stays as it was.
 */

import { type Entry, type Intent, SandboxError } from '../contract.ts';
import type { PathGrant } from '../core.ts';
import type { CompiledPolicy } from '../policy/compiled.ts';
import type { Evaluate } from './evaluate.ts';
import { denied } from './files/failures.ts';
import { checkRoot, findSpot, type Ground, openGrounds, type Spot } from './files/ground.ts';
import { listDirectory } from './files/list.ts';
import { readFile } from './files/read.ts';
import { SymlinkMet } from './files/way.ts';
import { writeFile } from './files/write.ts';

/** What `read` takes at most unless told otherwise, bytes. */
export const DEFAULT_READ_MAX_BYTES = 256 * 2 ** 20;

/** How often a path is judged anew because a link turned up where there had been none. One is bad luck, four are an attack. */
const ATTEMPTS = 4;

/** The file actions of `Core`. */
export interface Files {
  /** Bytes of a regular file. @throws SandboxError `ERR_DENIED`, `ERR_NOT_FOUND`, `ERR_NOT_A_FILE`, `ERR_TOO_LARGE`, `ERR_IO`, `ERR_CLOSED` */
  read(path: string, maxBytes: number, grants: readonly PathGrant[]): Promise<Uint8Array>;
  /**
   * Puts a new file in place of what has that name, flushed. Permission bits stay, owner and group where the process may set
   * them; extended attributes and access control lists are not carried over. The data is copied before this returns.
   */
  write(path: string, data: Uint8Array, grants: readonly PathGrant[]): Promise<void>;
  /** Entries that are not denied, sorted by UTF-16 code units. Names that are not UTF-8 are left out: no string names them. */
  list(path: string, grants: readonly PathGrant[]): Promise<readonly Entry[]>;
  /** Lets go of the roots. What was begun ends. */
  close(): void;
}

export interface FilesOptions {
  /**
   * Judges a path that is resolved already, an entry of an opened directory that is no link; default `evaluate`. `list` asks
   * once for each entry, so an evaluator that can do without system calls there saves them.
   */
  readonly evaluateResolved?: Evaluate;
}

/** Opens every root. @throws SandboxError `ERR_IO` when one is gone (`ENOENT`) or is another directory than the policy was made with (`ESTALE`) */
export function openFiles(
  policy: Pick<CompiledPolicy, 'roots' | 'system'>,
  evaluate: Evaluate,
  options: FilesOptions = {},
): Files {
  const ground = openGrounds(policy);
  const evaluateEntry = options.evaluateResolved ?? evaluate;

  async function act<T>(
    path: string,
    intent: Intent,
    grants: readonly PathGrant[],
    work: (spot: Spot) => Promise<T>,
  ): Promise<T> {
    let resolved: string | undefined;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const spot = judge(ground, evaluate, path, intent, grants);
      try {
        return await work(spot);
      } catch (error) {
        if (!(error instanceof SymlinkMet)) throw error;
        resolved = spot.resolved;
      }
    }
    throw denied(intent, path, { decision: 'deny', reason: 'symlink', resolved: resolved as string });
  }

  return {
    read: (path, maxBytes, grants) => act(path, 'read', grants, (spot) => readFile(spot, path, maxBytes)),
    async write(path, data, grants) {
      const copy = new Uint8Array(data);
      await act(path, 'write', grants, (spot) => writeFile(spot, path, copy));
    },
    list: (path, grants) =>
      act(path, 'list', grants, (spot) =>
        listDirectory(spot, path, {
          plain: (entry, intent) => evaluateEntry(entry, intent, grants),
          link: (entry) => evaluate(entry, 'read', grants),
        }),
      ),
    close: () => ground.close(),
  };
}

function judge(
  ground: Ground,
  evaluate: Evaluate,
  path: string,
  intent: Intent,
  grants: readonly PathGrant[],
): Spot {
  if (ground.isClosed) throw new SandboxError('ERR_CLOSED', 'the sandbox is closed');
  const verdict = evaluate(path, intent, grants);
  if (verdict.decision !== 'allow') throw denied(intent, path, verdict);
  const { resolved } = verdict;
  const spot = resolved === undefined ? undefined : findSpot(ground, resolved, intent);
  if (spot === undefined) {
    // Evaluator and grounds come from one policy: where they differ, the stricter one is right.
    const outside = { decision: 'deny', reason: 'outside' } as const;
    throw denied(intent, path, resolved === undefined ? outside : { ...outside, resolved });
  }
  checkRoot(spot, intent, path);
  return spot;
}
