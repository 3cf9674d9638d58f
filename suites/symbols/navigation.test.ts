/** What is extracted, against TypeScript's navigation tree; whole packages: navigation/record.ts. */

import { describe, expect, test } from 'vitest';
import { type Extraction, loadExtraction } from './addon.ts';
import { type Comparison, compare } from './navigation/compare.ts';
import { comparisons } from './navigation/sources.ts';

const unexplained = ({ leftOut, added, moved }: Comparison): unknown[] =>
  [...leftOut, ...added, ...moved].filter(({ why }) => why === undefined);

test('every difference to the navigation tree is of a known class', { timeout: 120_000 }, async () => {
  let both = 0;
  let symbols = 0;
  for await (const compared of comparisons(16)) {
    expect(unexplained(compared), compared.id).toEqual([]);
    both += compared.kinds.length;
    symbols += compared.symbols;
  }
  expect(symbols).toBeGreaterThan(3000);
  expect(both / symbols).toBeGreaterThan(0.97);
});

describe('a fault is of no known class:', () => {
  const SOURCE =
    'export class A {\n  m(): void {}\n}\nexport const b = 1;\nfunction f() {\n  const local = 1;\n}\n';

  async function changed(change: (symbols: SymbolsOf) => SymbolsOf): Promise<unknown[]> {
    const { extract } = await loadExtraction();
    const extracted = extract(SOURCE, 'ts');
    if ('problem' in extracted) throw new Error(extracted.problem.message);
    return unexplained(compare('a.ts', SOURCE, change(extracted.symbols)));
  }

  type SymbolsOf = Extract<ReturnType<Extraction['extract']>, { symbols: unknown }>['symbols'];

  test('none where nothing is changed', async () => {
    expect(await changed((symbols) => symbols)).toEqual([]);
  });

  test.each(['A', 'm', 'b', 'f'])('%s is missing', async (name) => {
    const faults = await changed((symbols) => symbols.filter((symbol) => symbol.name !== name));
    expect(faults).toContainEqual(expect.objectContaining({ name }));
  });

  test('a name at another place', async () => {
    const faults = await changed((symbols) =>
      symbols.map((symbol) => (symbol.name === 'm' ? { ...symbol, column: symbol.column + 1 } : symbol)),
    );
    expect(faults).toHaveLength(2);
  });

  test('another container', async () => {
    const faults = await changed((symbols) =>
      symbols.map((symbol) => (symbol.name === 'm' ? { ...symbol, container: 'b' } : symbol)),
    );
    expect(faults).toEqual([expect.objectContaining({ name: 'm' })]);
  });
});
