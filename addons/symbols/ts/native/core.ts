/** The native core: few crossings, texts and numbers packed. */

import { readFileSync } from 'node:fs';
import { LoaderError } from '@pairbench/loader';
import type { NativeIndex } from '../binding.d.ts';
import { type FileInfo, type Hit, type Stats, SymbolsError, type SymbolsErrorCode } from '../contract.ts';
import {
  type CheckedSymbol,
  type Core,
  type CoreUpdate,
  DamagedError,
  type IndexCore,
  LANGUAGES,
  type Language,
} from '../core.ts';
import { loadNative } from './load.ts';
import { unpackFiles, unpackHits } from './packed.ts';

/** Codes that the binding gives and users see; any other is a fault of ours. */
const CODES: ReadonlySet<unknown> = new Set<SymbolsErrorCode>(['ERR_TOO_LARGE']);

/** Numbers of a symbol as src/binding.rs reads them. */
const NUMBERS = 5;

export const nativeCore: Core = {
  create: () => new NativeCore(translated(() => loadNative().createIndex())),
  decodeFile: (path) => {
    const index = translated(() => loadNative().decodeFile(path));
    if (index !== null) return new NativeCore(index);
    // What cannot be read gets the error that it has in the other engine.
    const bytes = readFileSync(path);
    return new NativeCore(translated(() => loadNative().decodeIndex(bytes)));
  },
};

class NativeCore implements IndexCore {
  readonly #index: NativeIndex;

  constructor(index: NativeIndex) {
    this.#index = index;
  }

  updateSource(path: string, source: string, language: Language, stamp: string | undefined): CoreUpdate {
    const { symbols, message, line, column } = translated(() =>
      this.#index.updateSource(path, source, LANGUAGES.indexOf(language), stamp),
    );
    return message === undefined ? { symbols } : { symbols, problem: { message, line, column } };
  }

  updateSymbols(path: string, symbols: readonly CheckedSymbol[], stamp: string | undefined): void {
    const numbers = new Uint32Array(symbols.length * NUMBERS);
    const texts: string[] = [];
    symbols.forEach(({ name, kind, container = '', line, column }, at) => {
      numbers.set([kind, name.length, container.length, line, column], at * NUMBERS);
      texts.push(name, container);
    });
    translated(() => this.#index.updateSymbols(path, texts.join(''), numbers, stamp));
  }

  symbolsOf(path: string): number {
    return translated(() => this.#index.symbolsOf(path));
  }

  remove(path: string): boolean {
    return translated(() => this.#index.remove(path));
  }

  rename(from: string, to: string): boolean {
    return translated(() => this.#index.rename(from, to));
  }

  query(text: string, limit: number, kinds: number): Hit[] {
    return unpackHits(translated(() => this.#index.query(text, limit, kinds)));
  }

  files(): FileInfo[] {
    return unpackFiles(translated(() => this.#index.files()));
  }

  stats(): Stats {
    return translated(() => this.#index.stats());
  }

  encode(): Uint8Array {
    return translated(() => this.#index.encode());
  }

  release(): void {
    translated(() => this.#index.release());
  }
}

function translated<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw asSymbolsError(error);
  }
}

/** A missing binding explains itself. */
function asSymbolsError(error: unknown): Error {
  if (error instanceof LoaderError) return error;
  const { code } = error as { code?: unknown };
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'ERR_DAMAGED') return new DamagedError(message);
  return CODES.has(code)
    ? new SymbolsError(code as SymbolsErrorCode, message)
    : new SymbolsError('ERR_INTERNAL', message, { cause: error });
}
