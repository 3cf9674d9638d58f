/**
 * 100,000 symbols of real packages, and the queries made of their names. Reading them out of 42 MB of sources takes half a minute, so that it is done once, in a
 * process of its own, and kept below `.pairbench`; what is kept must have the checksum that expected.json records.
 */

import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PlainSymbol, SYMBOL_KINDS, type SymbolKind } from '@pairbench/symbols/contract';
import type { QuerySets } from './queries.ts';
import { readExpected } from './recorded.ts';

export const SYMBOLS = 100_000;

/** name, kind (1 to 27), container, line, column */
export type Row = readonly [string, number, string | null, number, number];

/** The corpus as it is kept: JSON. */
export interface Kept {
  readonly files: readonly (readonly [path: string, rows: readonly Row[]])[];
  readonly queries: QuerySets;
}

export interface SymbolFile {
  readonly path: string;
  readonly symbols: readonly PlainSymbol[];
}

export interface Corpus {
  readonly files: readonly SymbolFile[];
  readonly queries: QuerySets;
  /** Different names, in the order of their first symbols. */
  readonly names: readonly string[];
  readonly sha256: string;
}

export const CACHE = fileURLToPath(new URL('../../.pairbench/symbols/', import.meta.url));

let corpus: Corpus | undefined;

/** @throws Error where what the packages give is not what was recorded */
export function loadCorpus(): Corpus {
  corpus ??= corpusOf(keptText());
  return corpus;
}

/** The corpus as JSON, of which an engine can be given strings that nobody else holds. */
export function keptText(): string {
  const { sha256 } = readExpected().corpus;
  const file = join(CACHE, `corpus-${sha256.slice(0, 16)}.json`);
  const kept = readIfThere(file);
  if (kept !== undefined && hash('sha256', kept) === sha256) return kept;
  const made = makeInOwnProcess();
  const found = hash('sha256', made);
  if (found !== sha256)
    throw new Error(
      `the symbols of the packages changed: sha256 is ${found}, expected.json says ${sha256}: run node suites/symbols/expected.ts`,
    );
  keep(file, made);
  return made;
}

/** The process that measures is not to have parsed 42 MB of sources. */
export function makeInOwnProcess(): string {
  const script = fileURLToPath(new URL('./make-corpus.ts', import.meta.url));
  return execFileSync(process.execPath, ['--no-warnings', script], { encoding: 'utf8', maxBuffer: 2 ** 28 });
}

export function corpusOf(text: string): Corpus {
  const { files, queries } = JSON.parse(text) as Kept;
  return {
    files: filesOf(files),
    queries,
    names: [...new Set(files.flatMap(([, rows]) => rows.map(([name]) => name)))],
    sha256: hash('sha256', text),
  };
}

export const filesOf = (files: Kept['files']): SymbolFile[] =>
  files.map(([path, rows]) => ({ path, symbols: rows.map(symbolOf) }));

const symbolOf = ([name, kind, container, line, column]: Row): PlainSymbol => ({
  name,
  kind: kindOf(kind),
  ...(container === null ? {} : { container }),
  line,
  column,
});

export const kindOf = (kind: number): SymbolKind => SYMBOL_KINDS[kind - 1] as SymbolKind;

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Whole or not at all: trials run side by side. Without a place to keep it, it is made anew each time. */
function keep(file: string, text: string): void {
  const beside = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(beside, text);
    renameSync(beside, file);
  } catch {
    rmSync(beside, { force: true });
  }
}
