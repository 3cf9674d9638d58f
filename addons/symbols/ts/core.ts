/** What an engine gives; everything else (checks, other languages, files) is shared. */

import type { FileInfo, Hit, Problem, Stats } from './contract.ts';

/** Languages that are built in. The parser is told what the ending says. */
export const LANGUAGES = ['ts', 'tsx', 'js', 'jsx', 'dts'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Checked: a name is not empty, numbers are whole and below 2^32 - 1. */
export interface CheckedSymbol {
  readonly name: string;
  /** 1 to 27, an index into SYMBOL_KINDS plus one. */
  readonly kind: number;
  readonly container: string | undefined;
  readonly line: number;
  readonly column: number;
}

export interface IndexCore {
  /** Parses, and replaces the file's symbols unless there is a problem; then nothing changes. Also the number of its symbols. */
  updateSource(path: string, source: string, language: Language, stamp: string | undefined): CoreUpdate;
  updateSymbols(path: string, symbols: readonly CheckedSymbol[], stamp: string | undefined): void;
  /** Symbols of a file, 0 where it is not there. */
  symbolsOf(path: string): number;
  remove(path: string): boolean;
  rename(from: string, to: string): boolean;
  /** `kinds`: bit k is kind k, 1 to 27. */
  query(text: string, limit: number, kinds: number): Hit[];
  files(): FileInfo[];
  stats(): Stats;
  /** The index file (FORMAT.md). */
  encode(): Uint8Array;
  release(): void;
}

export interface CoreUpdate {
  readonly symbols: number;
  readonly problem?: Problem;
}

export interface Core {
  create(): IndexCore;
  /** @throws DamagedError where the bytes are no index of this version; Error where the file cannot be read */
  decodeFile(path: string): IndexCore;
}

/** The bytes are no index that can be used; the message says why, as a user reads it. */
export class DamagedError extends Error {}
