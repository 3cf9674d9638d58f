/** Indexes for tests. */

import type { Hit, PlainSymbol, SymbolIndex, SymbolsEngine } from '../contract.ts';

/** Symbols with these names, one a line. */
export function symbolsNamed(...names: readonly string[]): PlainSymbol[] {
  return names.map((name, line) => ({ name, kind: 'function', line, column: 0 }));
}

export function indexOf(
  engine: SymbolsEngine,
  files: Iterable<readonly [path: string, symbols: readonly PlainSymbol[]]>,
): SymbolIndex {
  const index = engine.openSymbolIndex();
  for (const [path, symbols] of files) index.updateFile(path, symbols);
  return index;
}

/** The one hit of a query in an index of one name. */
export function hitIn(engine: SymbolsEngine, name: string, query: string): Hit | undefined {
  using index = indexOf(engine, [['a', symbolsNamed(name)]]);
  return index.query(query)[0];
}

export const namesOf = (hits: readonly Hit[]): string[] => hits.map(({ name }) => name);
