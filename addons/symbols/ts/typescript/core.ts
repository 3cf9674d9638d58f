/** The TypeScript core: typed arrays, no object a name. */

import { readFileSync } from 'node:fs';
import type { FileInfo, Hit, Stats } from '../contract.ts';
import type { CheckedSymbol, Core, CoreUpdate, IndexCore, Language } from '../core.ts';
import { extract } from '../extract/extract.ts';
import { decode } from './format/decode.ts';
import { encode } from './format/encode.ts';
import { Expansion } from './query/expand.ts';
import { Search } from './query/search.ts';
import { SymbolStore } from './symbol-store.ts';

export const typescriptCore: Core = {
  create: () => new TypescriptIndex(new SymbolStore()),
  decodeFile: (path) => new TypescriptIndex(decode(readFileSync(path))),
};

class TypescriptIndex implements IndexCore {
  #store: SymbolStore;
  #search!: Search;
  #expansion!: Expansion;

  constructor(store: SymbolStore) {
    this.#store = store;
    this.#hold(store);
  }

  updateSource(path: string, source: string, language: Language, stamp: string | undefined): CoreUpdate {
    const extracted = extract(source, language);
    if ('problem' in extracted) return { symbols: this.symbolsOf(path), problem: extracted.problem };
    this.updateSymbols(path, extracted.symbols, stamp);
    return { symbols: extracted.symbols.length };
  }

  updateSymbols(path: string, symbols: readonly CheckedSymbol[], stamp: string | undefined): void {
    this.#search.forget();
    this.#store.replace(path, symbols, stamp);
  }

  symbolsOf(path: string): number {
    return this.#store.symbolsOf(path);
  }

  remove(path: string): boolean {
    this.#search.forget();
    const wasThere = this.#store.remove(path);
    // The buffers of an index that is empty are of no use.
    if (wasThere && this.#store.files.count === 0) this.#hold(new SymbolStore());
    return wasThere;
  }

  rename(from: string, to: string): boolean {
    this.#search.forget();
    return this.#store.rename(from, to);
  }

  query(text: string, limit: number, kinds: number): Hit[] {
    this.#search.run(text, limit, kinds);
    return this.#expansion.hits(this.#search, limit, kinds);
  }

  files(): FileInfo[] {
    return this.#store.fileInfos();
  }

  stats(): Stats {
    const stats = this.#store.stats();
    return { ...stats, bytes: stats.bytes + this.#search.heldBytes + this.#expansion.heldBytes };
  }

  encode(): Uint8Array {
    return encode(this.#store);
  }

  release(): void {
    this.#hold(new SymbolStore());
  }

  #hold(store: SymbolStore): void {
    this.#store = store;
    this.#search = new Search(store.names, store.symbols);
    this.#expansion = new Expansion(store.names, store.symbols, store.files);
  }
}
