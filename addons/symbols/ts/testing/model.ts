/** An index as simple as can be: what the engines are to do, without how. */

import type { FileInfo, PlainSymbol } from '../contract.ts';
import { compareByCodePoints, Oracle } from './oracle.ts';

interface ModelFile {
  readonly symbols: readonly PlainSymbol[];
  readonly stamp: string | undefined;
}

export class Model {
  readonly #files = new Map<string, ModelFile>();

  update(path: string, symbols: readonly PlainSymbol[], stamp: string | undefined): void {
    this.#files.set(path, { symbols, stamp });
  }

  remove(path: string): boolean {
    return this.#files.delete(path);
  }

  rename(from: string, to: string): boolean {
    const file = this.#files.get(from);
    if (file === undefined) return false;
    this.#files.delete(from);
    this.#files.set(to, file);
    return true;
  }

  files(): FileInfo[] {
    return [...this.#files]
      .map(([path, { symbols, stamp }]) => ({ path, symbols: symbols.length, stamp }))
      .sort((one, other) => compareByCodePoints(one.path, other.path));
  }

  paths(): string[] {
    return [...this.#files.keys()];
  }

  names(): string[] {
    return [...this.#files.values()].flatMap(({ symbols }) => symbols.map(({ name }) => name));
  }

  counts(): { files: number; symbols: number; names: number } {
    const symbols = [...this.#files.values()].flatMap((file) => file.symbols);
    const names = symbols.flatMap(({ name, container }) => [name, container ?? '']);
    names.push('');
    return {
      files: this.#files.size,
      symbols: symbols.length,
      names: new Set(names.map((name) => name.toWellFormed())).size - 1,
    };
  }

  oracle(): Oracle {
    return new Oracle([...this.#files].map(([path, { symbols }]) => [path, symbols] as const));
  }
}
