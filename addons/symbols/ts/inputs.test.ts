import { describe, expect, it } from 'vitest';
import { type DocumentSymbol, SYMBOL_KINDS } from './contract.ts';
import { ENGINES, titleOf } from './testing/engines.ts';
import { symbolsNamed } from './testing/indexes.ts';

const at = (line: number, character: number) => ({ line, character });
const rangeAt = (line: number, character: number) => ({ start: at(line, character), end: at(line + 1, 0) });

const documentSymbol = (
  name: string,
  kind: number,
  line: number,
  children?: DocumentSymbol[],
): DocumentSymbol & { range: object } => ({
  name,
  kind,
  range: rangeAt(line, 0),
  selectionRange: rangeAt(line, 4),
  ...(children === undefined ? {} : { children }),
});

describe.each(ENGINES)('symbols as they are put in', (tested) => {
  const { engine, skip } = tested;
  describe.skipIf(skip !== undefined)(titleOf(tested), () => {
    it('plain', () => {
      using index = engine.openSymbolIndex();
      const symbols = SYMBOL_KINDS.map((kind, line) => ({
        name: `k${kind}`,
        kind,
        container: 'C',
        line,
        column: 7,
      }));
      expect(index.updateFile('a.x', symbols)).toEqual({ symbols: 27 });
      const hits = index.query('k').toSorted((one, other) => one.line - other.line);
      expect(hits.map(({ score, positions, ...rest }) => rest)).toEqual(
        symbols.map((symbol) => ({ ...symbol, file: 'a.x' })),
      );
    });

    it('DocumentSymbol: children behind their parents, whose names are their containers', () => {
      using index = engine.openSymbolIndex();
      const tree = [
        documentSymbol('Outer', 5, 0, [
          documentSymbol('run', 6, 1, [documentSymbol('local', 13, 2, [])]),
          documentSymbol('stop', 6, 3),
        ]),
        documentSymbol('T', 26, 4),
      ];
      expect(index.updateFile('a.py', tree)).toEqual({ symbols: 5 });
      const hits = index.query('').toSorted((one, other) => one.line - other.line);
      expect(
        hits.map(({ name, kind, container, line, column }) => [name, kind, container, line, column]),
      ).toEqual([
        ['Outer', 'class', undefined, 0, 4],
        ['run', 'method', 'Outer', 1, 4],
        ['local', 'variable', 'run', 2, 4],
        ['stop', 'method', 'Outer', 3, 4],
        ['T', 'typeParameter', undefined, 4, 4],
      ]);
    });

    it('SymbolInformation', () => {
      using index = engine.openSymbolIndex();
      const location = { uri: 'file:///elsewhere', range: rangeAt(3, 5) };
      const symbols = [
        { name: 'one', kind: 12, location, containerName: 'Box' },
        { name: 'two', kind: 12, location, containerName: '' },
        { name: 'three', kind: 12, location, containerName: null },
      ];
      // A server may write null where the protocol has nothing.
      index.updateFile('a.go', symbols as never);
      expect(
        index
          .query('')
          .map(({ name, container, line, column, file }) => [name, container, line, column, file]),
      ).toEqual([
        ['one', 'Box', 3, 5, 'a.go'],
        ['two', undefined, 3, 5, 'a.go'],
        ['three', undefined, 3, 5, 'a.go'],
      ]);
    });

    it('all shapes in one list', () => {
      using index = engine.openSymbolIndex();
      const location = { range: rangeAt(0, 0) };
      const mixed = [...symbolsNamed('a'), documentSymbol('b', 1, 0), { name: 'c', kind: 2, location }];
      expect(index.updateFile('a', mixed)).toEqual({ symbols: 3 });
    });

    it('nested as deeply as can be', () => {
      using index = engine.openSymbolIndex();
      let tree = documentSymbol('leaf', 6, 0);
      for (let depth = 0; depth < 100_000; depth++) tree = documentSymbol('x', 5, 0, [tree]);
      expect(index.updateFile('a', [tree])).toEqual({ symbols: 100_001 });
      expect(index.query('leaf')[0]).toMatchObject({ container: 'x' });
    });

    it('the largest numbers', () => {
      using index = engine.openSymbolIndex();
      const most = 2 ** 32 - 2;
      index.updateFile('a', [{ name: 'a', kind: 'class', line: most, column: most }]);
      expect(index.query('a')[0]).toMatchObject({ line: most, column: most });
      index.updateFile('a', [{ name: 'a', kind: 'class', line: -0, column: -0 }]);
      expect(Object.is(index.query('a')[0]?.line, 0)).toBe(true);
    });

    it('none at all: the file is there, without symbols', () => {
      using index = engine.openSymbolIndex();
      expect(index.updateFile('a', [], { stamp: '' })).toEqual({ symbols: 0 });
      expect(index.files()).toEqual([{ path: 'a', symbols: 0, stamp: '' }]);
      expect(index.removeFile('a')).toBe(true);
    });

    it('as they were when they were given', () => {
      using index = engine.openSymbolIndex();
      const symbols = symbolsNamed('before').map((symbol) => ({ ...symbol }));
      index.updateFile('a', symbols);
      (symbols[0] as { name: string }).name = 'after';
      expect(index.query('')[0]?.name).toBe('before');
    });

    it('a list that is not whole changes nothing', () => {
      using index = engine.openSymbolIndex();
      index.updateFile('a', symbolsNamed('kept'), { stamp: '1' });
      expect(() =>
        index.updateFile('a', [...symbolsNamed('new'), { name: 'bad' }] as never, { stamp: '2' }),
      ).toThrow();
      expect(index.query('').map(({ name }) => name)).toEqual(['kept']);
      expect(index.files()).toEqual([{ path: 'a', symbols: 1, stamp: '1' }]);
    });
  });
});
