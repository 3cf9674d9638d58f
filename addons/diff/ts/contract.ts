/**
 * What both diff engines promise: the line and patch functions of npm `diff` 9 under the same names, with the same
 * options and the same answers, and a few things beside them. Types and error codes live here and nowhere else.
 */

import type * as npm from 'diff';

export type {
  ApplyPatchesOptions,
  ApplyPatchOptions,
  Change,
  HeaderOptions,
  StructuredPatch,
  StructuredPatchHunk,
} from 'diff';

/**
 * Longest text accepted, in UTF-16 code units (256 Mi). A longer one is refused with `ERR_TEXT_TOO_LARGE`: its copies
 * would not fit into the longest string that V8 makes.
 */
export const MAX_TEXT_LENGTH = 2 ** 28;

/** The default of `maxMemoryBytes`: 1 GiB. */
export const DEFAULT_MAX_MEMORY_BYTES = 2 ** 30;

/**
 * `myers` gives what npm `diff` gives, to the byte. `histogram` gives hunks as `git diff --histogram` does: anchored on
 * rare lines and slid to where people expect them. Its answer is that of the crate gix-imara-diff, in both engines.
 */
export type Algorithm = 'myers' | 'histogram';

/** What the functions that compare take beside the options of npm `diff`. */
export interface DiffExtras {
  /** Default `myers`. */
  algorithm?: Algorithm;
  /**
   * The most that the search for a shortest edit script may hold, in bytes, texts and result left out; default 1 GiB.
   * It grows with the square of the edits: D²/16 bytes at most, 25 MB for 20,000 of them.
   * @throws DiffError `ERR_MEMORY_LIMIT` instead of passing it
   */
  maxMemoryBytes?: number;
}

/** Options of the forms that return a promise; `callback` is none of theirs. */
export interface AsyncExtras extends DiffExtras {
  /** Rejects with the signal's reason when it fires; work that already runs is dropped, not awaited. */
  signal?: AbortSignal;
}

type Headers = [oldHeader: string | undefined, newHeader: string | undefined];
type TwoFiles = [oldFileName: string, newFileName: string, oldStr: string, newStr: string];
type OneFile = [fileName: string, oldStr: string, newStr: string];

export type DiffLinesOptions = npm.DiffLinesOptionsNonabortable | npm.DiffLinesOptionsAbortable;
export type StructuredPatchOptions =
  | npm.StructuredPatchOptionsNonabortable
  | npm.StructuredPatchOptionsAbortable;
export type CreatePatchOptions = npm.CreatePatchOptionsNonabortable | npm.CreatePatchOptionsAbortable;

/** One engine. */
export interface DiffEngine {
  /**
   * The lines that two texts share, that only the old one has and that only the new one has, in order.
   * Time: one pass over both texts, then up to the square of the edits where many lines occur in both (see README).
   * @throws DiffError `ERR_INVALID_ARG_TYPE`, `ERR_OUT_OF_RANGE`, `ERR_TEXT_TOO_LARGE`, `ERR_MEMORY_LIMIT`
   */
  diffLines: typeof npm.diffLines & {
    (
      oldStr: string,
      newStr: string,
      options: npm.DiffLinesOptionsAbortable & DiffExtras,
    ): npm.Change[] | undefined;
    (oldStr: string, newStr: string, options: npm.DiffLinesOptionsNonabortable & DiffExtras): npm.Change[];
  };
  /** A patch as an object. Errors as `diffLines`. */
  structuredPatch: typeof npm.structuredPatch & {
    (
      ...args: [...TwoFiles, ...Headers, npm.StructuredPatchOptionsAbortable & DiffExtras]
    ): npm.StructuredPatch | undefined;
    (
      ...args: [...TwoFiles, ...Headers, npm.StructuredPatchOptionsNonabortable & DiffExtras]
    ): npm.StructuredPatch;
  };
  /** A patch in the unified format. Errors as `diffLines`. */
  createTwoFilesPatch: typeof npm.createTwoFilesPatch & {
    (...args: [...TwoFiles, ...Headers, npm.CreatePatchOptionsAbortable & DiffExtras]): string | undefined;
    (...args: [...TwoFiles, ...Headers, npm.CreatePatchOptionsNonabortable & DiffExtras]): string;
  };
  /** `createTwoFilesPatch` with one name for both files. */
  createPatch: typeof npm.createPatch & {
    (...args: [...OneFile, ...Headers, npm.CreatePatchOptionsAbortable & DiffExtras]): string | undefined;
    (...args: [...OneFile, ...Headers, npm.CreatePatchOptionsNonabortable & DiffExtras]): string;
  };
  /** As `diffLines`, off the main thread in the native engine and in slices in the TypeScript one. */
  diffLinesAsync(
    oldStr: string,
    newStr: string,
    options?: DiffLinesOptions & AsyncExtras,
  ): Promise<npm.Change[] | undefined>;
  structuredPatchAsync(
    ...args: [
      ...TwoFiles,
      oldHeader?: string,
      newHeader?: string,
      options?: StructuredPatchOptions & AsyncExtras,
    ]
  ): Promise<npm.StructuredPatch | undefined>;
  createTwoFilesPatchAsync(
    ...args: [...TwoFiles, oldHeader?: string, newHeader?: string, options?: CreatePatchOptions & AsyncExtras]
  ): Promise<string | undefined>;
  createPatchAsync(
    ...args: [...OneFile, oldHeader?: string, newHeader?: string, options?: CreatePatchOptions & AsyncExtras]
  ): Promise<string | undefined>;
  /**
   * The patched text, or false where a hunk finds no place.
   * @throws DiffError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_PATCH` (as npm `diff` says it), `ERR_OUT_OF_RANGE`
   */
  applyPatch: typeof npm.applyPatch;
  /** One patch after another over callbacks. Names in a patch are its author's: whoever writes files checks them. */
  applyPatches: typeof npm.applyPatches;
  /** The patch that undoes `patch`. */
  reversePatch: typeof npm.reversePatch;
  /** @throws DiffError `ERR_INVALID_PATCH` with the line, as npm `diff` says it */
  parsePatch: typeof npm.parsePatch;
  formatPatch: typeof npm.formatPatch;
}

export type DiffErrorCode =
  | 'ERR_INVALID_ARG_TYPE'
  | 'ERR_OUT_OF_RANGE'
  | 'ERR_TEXT_TOO_LARGE'
  | 'ERR_MEMORY_LIMIT'
  | 'ERR_INVALID_PATCH'
  /** A panic inside the native engine; the process goes on. */
  | 'ERR_INTERNAL';

/** The only error either engine throws (besides an AbortSignal's own reason and what a callback of yours throws). */
export class DiffError extends Error {
  readonly code: DiffErrorCode;

  constructor(code: DiffErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DiffError';
    this.code = code;
  }
}
