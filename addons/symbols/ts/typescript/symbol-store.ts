/** What an index holds, and how it changes. */

import type { FileInfo, Stats } from '../contract.ts';
import type { CheckedSymbol } from '../core.ts';
import { Files } from './files.ts';
import { NONE } from './names/number.ts';
import { Names } from './names.ts';
import { Symbols } from './symbols.ts';

export class SymbolStore {
  readonly names = new Names();
  readonly symbols = new Symbols();
  readonly files = new Files();

  /** Takes these symbols in place of those that the file had. */
  replace(path: string, given: readonly CheckedSymbol[], stamp: string | undefined): void {
    const { names, symbols, files } = this;
    names.checkRoom(2 * given.length);
    let number = files.find(path);
    if (number < 0) number = files.add(path, stamp);
    const file = files.get(number);
    const replaced = this.#unlink(file.start, file.count);
    if (given.length !== file.count) {
      symbols.giveRange(file.start, file.count);
      file.start = symbols.takeRange(given.length);
      file.count = given.length;
    }
    file.stamp = stamp;
    for (let index = 0; index < given.length; index++) {
      this.#put(file.start + index, given[index] as CheckedSymbol, number);
    }
    this.#drop(replaced);
    this.#compactIfSparse();
  }

  /** Whether the file was there. */
  remove(path: string): boolean {
    const { symbols, files } = this;
    const number = files.find(path);
    if (number < 0) return false;
    const { start, count } = files.get(number);
    const replaced = this.#unlink(start, count);
    symbols.giveRange(start, count);
    this.#drop(replaced);
    files.remove(number);
    this.#compactIfSparse();
    return true;
  }

  /** Whether `from` was there. */
  rename(from: string, to: string): boolean {
    const number = this.files.find(from);
    if (number < 0) return false;
    if (from !== to) {
      this.remove(to);
      this.files.rename(number, to);
    }
    return true;
  }

  symbolsOf(path: string): number {
    const number = this.files.find(path);
    return number < 0 ? 0 : this.files.get(number).count;
  }

  fileInfos(): FileInfo[] {
    return Array.from(this.files.inOrder(), (number) => {
      const { path, count, stamp } = this.files.get(number);
      return { path, symbols: count, stamp };
    });
  }

  stats(): Stats {
    const { names, symbols, files } = this;
    return {
      files: files.count,
      symbols: symbols.live,
      names: names.count,
      bytes: names.heldBytes + symbols.heldBytes + files.heldBytes,
    };
  }

  #put(symbol: number, given: CheckedSymbol, file: number): void {
    const { names, symbols } = this;
    const name = names.intern(given.name);
    symbols.names[symbol] = name;
    symbols.containers[symbol] = given.container === undefined ? NONE : names.intern(given.container);
    symbols.lines[symbol] = given.line;
    symbols.columns[symbol] = given.column;
    symbols.kinds[symbol] = given.kind;
    symbols.files[symbol] = file;
    if (names.headOf(name) === NONE) names.reveal(name);
    symbols.link(symbol, names);
  }

  /** Takes symbols out of the lists of their names. Returns names to drop, later: most come again. */
  #unlink(start: number, count: number): Uint32Array {
    const { names, symbols } = this;
    const replaced = new Uint32Array(2 * count);
    for (let index = 0; index < count; index++) {
      const symbol = start + index;
      symbols.unlink(symbol, names);
      replaced[2 * index] = symbols.names[symbol] as number;
      replaced[2 * index + 1] = symbols.containers[symbol] as number;
    }
    return replaced;
  }

  #drop(replaced: Uint32Array): void {
    for (const name of replaced) {
      if (name !== NONE) this.names.drop(name);
    }
  }

  #compactIfSparse(): void {
    if (!this.symbols.isSparse) return;
    const files = Array.from(this.files.inOrder(), (number) => this.files.get(number));
    this.symbols.compact(
      files.sort((one, other) => one.start - other.start),
      this.names,
    );
  }
}
