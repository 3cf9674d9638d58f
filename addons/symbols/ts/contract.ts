/** What both symbol engines promise. Types, limits and error codes live here and nowhere else. */

/**
 * Kinds, in the order of the numbers 1 to 26 of the Language Server Protocol's `SymbolKind`, and `type` (27), an alias of a
 * type, which the protocol has no number for.
 */
export const SYMBOL_KINDS = [
  'file',
  'module',
  'namespace',
  'package',
  'class',
  'method',
  'property',
  'field',
  'constructor',
  'enum',
  'interface',
  'function',
  'variable',
  'constant',
  'string',
  'number',
  'boolean',
  'array',
  'object',
  'key',
  'null',
  'enumMember',
  'struct',
  'event',
  'operator',
  'typeParameter',
  'type',
] as const;
export type SymbolKind = (typeof SYMBOL_KINDS)[number];

/** Longest name, container, path or stamp, in UTF-16 code units. */
export const MAX_NAME_LENGTH = 65_535;
/** Longest query, in letters that are compared (white space and combining marks are not). */
export const MAX_QUERY_LETTERS = 256;
/** Most hits that one query gives. */
export const MAX_LIMIT = 10_000;
export const DEFAULT_LIMIT = 50;
/** Longest source that is read for symbols, in UTF-16 code units. */
export const MAX_SOURCE_LENGTH = 2 ** 28;

/** A symbol as it is put in. Lines and columns count from 0, columns in UTF-16 code units, as the protocol does. */
export interface PlainSymbol {
  readonly name: string;
  readonly kind: SymbolKind;
  /** What it is a member of. */
  readonly container?: string | undefined;
  readonly line: number;
  readonly column: number;
}

interface Position {
  readonly line: number;
  readonly character: number;
}

/** As a language server answers `textDocument/documentSymbol`: the parent's name becomes the container. */
export interface DocumentSymbol {
  readonly name: string;
  /** 1 to 26. */
  readonly kind: number;
  readonly selectionRange: { readonly start: Position };
  readonly children?: readonly DocumentSymbol[] | undefined;
}

/** As an older server does; `location.uri` is not looked at. */
export interface SymbolInformation {
  readonly name: string;
  /** 1 to 26. */
  readonly kind: number;
  readonly location: { readonly range: { readonly start: Position } };
  readonly containerName?: string | undefined;
}

export type SymbolInput = PlainSymbol | DocumentSymbol | SymbolInformation;

/**
 * Symbols of a language that is not built in. Called by `updateFile` with a source; what it throws is reported as a file
 * that does not parse.
 */
export type Extractor = (source: string, path: string) => readonly SymbolInput[];

export interface OpenOptions {
  /** The file of the index: read if it is there, written by `save`. Without it the index is in memory alone. */
  path?: string;
  /**
   * By the end of a path, dot included: `{ '.py': pythonSymbols }`. The longest that fits is taken. Built in are `.ts .mts
   * .cts .tsx .js .mjs .cjs .jsx`; naming one of them here takes its place.
   */
  extractors?: Readonly<Record<string, Extractor>>;
}

export interface UpdateOptions {
  /** Anything that tells this state of the file from others, such as `${mtimeMs}-${size}`. Kept, saved, and given by `files`. */
  stamp?: string;
}

/** What did not parse, and where. */
export interface Problem {
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

export interface Update {
  /** Symbols that the file now has in the index. */
  readonly symbols: number;
  /** The file did not parse: the symbols, and the stamp, are those of the last time it did. */
  readonly problem?: Problem;
}

export interface QueryOptions {
  /** 1 to 10,000; default 50. */
  limit?: number;
  /** Default all. */
  kinds?: readonly SymbolKind[];
}

/** All that is needed to show a symbol. */
export interface Hit {
  readonly name: string;
  readonly kind: SymbolKind;
  readonly container: string | undefined;
  readonly file: string;
  /** From 0. */
  readonly line: number;
  /** From 0, UTF-16 code units. */
  readonly column: number;
  /** Higher is better; comparable within one query. */
  readonly score: number;
  /** Where the letters of the query were found in the name, ascending, UTF-16 code units. Two for a letter beyond U+FFFF. */
  readonly positions: readonly number[];
}

export interface FileInfo {
  readonly path: string;
  readonly symbols: number;
  readonly stamp: string | undefined;
}

export interface Stats {
  readonly files: number;
  readonly symbols: number;
  /** Different names, those of containers among them. */
  readonly names: number;
  /** Bytes that the index holds, buffers that are kept for reuse among them. */
  readonly bytes: number;
}

/** How the index came to be. `rebuild`: its file could not be used, so it is empty: give every file again. */
export type Opened =
  | { readonly state: 'new' | 'loaded' }
  | { readonly state: 'rebuild'; readonly reason: string };

/**
 * Symbols of many files, found by a few letters of their names.
 *
 * One thread; calls do not overlap. Paths are compared as they are given, letter by letter.
 */
export interface SymbolIndex extends Disposable {
  readonly opened: Opened;

  /**
   * Takes the file's symbols in place of those it had. A source is read by its path's ending; what does not parse leaves the
   * symbols of the last time it did, and says so. Cost: a parse of the source, and a few hundred nanoseconds a symbol.
   * @throws SymbolsError `ERR_INVALID_ARG_TYPE`, `ERR_OUT_OF_RANGE`, `ERR_TOO_LARGE`, `ERR_NO_EXTRACTOR`, `ERR_CLOSED`
   */
  updateFile(path: string, content: string | readonly SymbolInput[], options?: UpdateOptions): Update;

  /** Whether the file was there. */
  removeFile(path: string): boolean;

  /** Whether `from` was there. Replaces what `to` had. */
  renameFile(from: string, to: string): boolean;

  /**
   * The best hits in their total order: score, length, name, file, line, column. The README has the ranking. An empty query finds every
   * symbol, shortest names first.
   * @throws SymbolsError `ERR_INVALID_ARG_TYPE`, `ERR_OUT_OF_RANGE`, `ERR_TOO_LARGE`, `ERR_CLOSED`
   */
  query(text: string, options?: QueryOptions): Hit[];

  /** Every file, by path. */
  files(): FileInfo[];

  stats(): Stats;

  /**
   * Writes the index to its file, or to another: a new file beside it, flushed, renamed over it. The index may go on being
   * changed meanwhile; what is written is its state at the call.
   * @throws SymbolsError `ERR_NO_PATH`, `ERR_IO`, `ERR_CLOSED`
   */
  save(path?: string): Promise<void>;

  /** Frees what the index holds. Does not save. A second call does nothing. */
  close(): void;
}

/** One engine. */
export interface SymbolsEngine {
  /**
   * Reads the file at `path` whole if there is one: its checksum covers every byte. A file that is damaged, cut, or of
   * another version is not used; `opened` says so.
   * @throws SymbolsError `ERR_INVALID_ARG_TYPE`, `ERR_IO` where the file is there and cannot be read
   */
  openSymbolIndex(options?: OpenOptions): SymbolIndex;
}

export type SymbolsErrorCode =
  | 'ERR_INVALID_ARG_TYPE'
  | 'ERR_OUT_OF_RANGE'
  | 'ERR_TOO_LARGE'
  | 'ERR_NO_EXTRACTOR'
  | 'ERR_NO_PATH'
  | 'ERR_IO'
  | 'ERR_CLOSED'
  | 'ERR_INTERNAL';

export class SymbolsError extends Error {
  override readonly name = 'SymbolsError';
  readonly code: SymbolsErrorCode;

  constructor(code: SymbolsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
