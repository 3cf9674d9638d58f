import { wrong } from '@pairbench/testing';
import { describe, expect, it } from 'vitest';
import type { Extractor, SymbolInput } from './contract.ts';
import { languageOf } from './languages.ts';
import { ENGINES, titleOf } from './testing/engines.ts';
import { namesOf, symbolsNamed } from './testing/indexes.ts';

const definitions: Extractor = (source) =>
  source.split('\n').flatMap((text, line): SymbolInput[] => {
    const name = /^def (\w+)/.exec(text)?.[1];
    return name === undefined ? [] : [{ name, kind: 'function', line, column: 4 }];
  });

const throwing =
  (error: unknown): Extractor =>
  () => {
    throw error;
  };

describe.each(ENGINES)('sources', (tested) => {
  const { engine, skip } = tested;
  describe.skipIf(skip !== undefined)(titleOf(tested), () => {
    it('are read by the ending of their path', () => {
      using index = engine.openSymbolIndex({ extractors: { '.py': definitions } });
      expect(index.updateFile('a.py', 'def one():\n  pass\ndef two():')).toEqual({ symbols: 2 });
      expect(index.updateFile('a.ts', 'function three() {}')).toEqual({ symbols: 1 });
      expect(index.query('').map(({ name, file, line, column }) => [name, file, line, column])).toEqual([
        ['one', 'a.py', 0, 4],
        ['two', 'a.py', 2, 4],
        ['three', 'a.ts', 0, 9],
      ]);
    });

    it('are read by the longest ending that fits, one of ours given way', () => {
      const named =
        (name: string): Extractor =>
        () =>
          symbolsNamed(name);
      using index = engine.openSymbolIndex({
        extractors: {
          '.ts': named('own'),
          '.py': named('py'),
          '.gen.py': named('gen'),
          '.d.ts': named('declared'),
        },
      });
      const found = (path: string) => {
        index.updateFile(path, 'function builtIn() {}');
        return namesOf(index.query('').filter(({ file }) => file === path));
      };
      expect(['a.ts', 'a.d.ts', 'a.py', 'a.gen.py', '.gen.py', 'a.mts'].map(found)).toEqual([
        ['own'],
        ['declared'],
        ['py'],
        ['gen'],
        ['gen'],
        ['builtIn'],
      ]);
    });

    it('an extractor is given the source and the path, as the index keeps them', () => {
      const calls: unknown[] = [];
      const extractor: Extractor = (...given) => {
        calls.push(given);
        return [];
      };
      using index = engine.openSymbolIndex({ extractors: { '.py': extractor } });
      index.updateFile('\ud800.py', 'x\udc00');
      expect(calls).toEqual([['x\ufffd', '\ufffd.py']]);
    });

    it('what does not parse leaves the symbols and the stamp of the last time it did', () => {
      using index = engine.openSymbolIndex();
      expect(index.updateFile('a.ts', 'function kept() {}', { stamp: '1' })).toEqual({ symbols: 1 });
      const update = index.updateFile('a.ts', 'function kept( {', { stamp: '2' });
      expect(update).toMatchObject({ symbols: 1, problem: { message: expect.stringMatching(/./), line: 0 } });
      expect(namesOf(index.query(''))).toEqual(['kept']);
      expect(index.files()).toEqual([{ path: 'a.ts', symbols: 1, stamp: '1' }]);
      expect(index.updateFile('b.ts', 'function (', { stamp: '1' })).toMatchObject({
        symbols: 0,
        problem: {},
      });
      expect(index.files()).toHaveLength(1);
      expect(index.updateFile('a.ts', 'function other() {}')).toEqual({ symbols: 1 });
      expect(index.files()).toEqual([{ path: 'a.ts', symbols: 1, stamp: undefined }]);
    });

    it.each([
      ['an error', new TypeError('no such luck'), 'no such luck'],
      ['a string', 'a string', 'a string'],
      ['nothing', undefined, 'undefined'],
      ['a symbol', Symbol('s'), 'Symbol(s)'],
      ['what has no text', Object.create(null), 'the extractor threw what cannot be shown'],
      ['an error without a text', Object.assign(new Error(), { message: 5 }), '5'],
    ])('an extractor that throws %s is a file that does not parse', (_, error, message) => {
      let isBroken = false;
      const extractor: Extractor = (source, path) => (isBroken ? throwing(error) : definitions)(source, path);
      using index = engine.openSymbolIndex({ extractors: { '.py': extractor } });
      index.updateFile('a.py', 'def kept():', { stamp: '1' });
      isBroken = true;
      expect(index.updateFile('a.py', 'def gone():', { stamp: '2' })).toEqual({
        symbols: 1,
        problem: { message },
      });
      expect(namesOf(index.query(''))).toEqual(['kept']);
      expect(index.files()).toEqual([{ path: 'a.py', symbols: 1, stamp: '1' }]);
    });

    it.each([
      [
        'undefined',
        undefined,
        'what the extractor of ".py" returns must be an array of symbols, got undefined',
      ],
      [
        'an object',
        { length: 0 },
        'what the extractor of ".py" returns must be an array of symbols, got an object',
      ],
      [
        'a promise',
        Promise.resolve([]),
        'what the extractor of ".py" returns must be an array of symbols, got a promise',
      ],
      ['no symbols', [5], 'what the extractor of ".py" returns[0] must be an object, got 5'],
    ])('an extractor that returns %s is an error', (_, returned, message) => {
      using index = engine.openSymbolIndex({ extractors: { '.py': () => wrong(returned) } });
      expect(() => index.updateFile('a.py', '')).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE', message }),
      );
      expect(index.files()).toEqual([]);
    });

    it('an asynchronous extractor is an error, and its failure nobody waits for is heard', async () => {
      using index = engine.openSymbolIndex({
        extractors: { '.py': wrong(async () => Promise.reject(new Error('late'))) },
      });
      expect(() => index.updateFile('a.py', '')).toThrow('got a promise');
      await new Promise((resolve) => setImmediate(resolve));
    });

    it('an extractor may use the index, but not close it', () => {
      const nested: Extractor = () => {
        index.updateFile('other.ts', 'function nested() {}');
        return symbolsNamed('outer');
      };
      const closing: Extractor = () => {
        index.close();
        return [];
      };
      using index = engine.openSymbolIndex({ extractors: { '.py': nested, '.rb': closing } });
      expect(index.updateFile('a.py', '')).toEqual({ symbols: 1 });
      expect(namesOf(index.query(''))).toEqual(['outer', 'nested']);
      expect(() => index.updateFile('a.rb', '')).toThrow(expect.objectContaining({ code: 'ERR_CLOSED' }));
    });

    it('stamps are kept, replaced, dropped and renamed with their files', () => {
      using index = engine.openSymbolIndex();
      index.updateFile('a', [], { stamp: '1' });
      index.updateFile('b', [], { stamp: '' });
      index.updateFile('c', []);
      const stamps = () => index.files().map(({ path, stamp }) => [path, stamp]);
      expect(stamps()).toEqual([
        ['a', '1'],
        ['b', ''],
        ['c', undefined],
      ]);
      index.updateFile('a', []);
      index.renameFile('b', 'c');
      expect(stamps()).toEqual([
        ['a', undefined],
        ['c', ''],
      ]);
    });
  });
});

it.each([
  ['a.ts', 'ts'],
  ['a.mts', 'ts'],
  ['a.cts', 'ts'],
  ['a.tsx', 'tsx'],
  ['a.js', 'js'],
  ['a.mjs', 'js'],
  ['a.cjs', 'js'],
  ['a.jsx', 'jsx'],
  ['a.d.ts', 'dts'],
  ['a.d.mts', 'dts'],
  ['a.d.cts', 'dts'],
  ['.ts', 'ts'],
  ['a.TS', undefined],
  ['ts', undefined],
  ['a.ts/b', undefined],
  ['a.d.tsx', 'tsx'],
])('%s is of the language %s', (path, language) => {
  expect(languageOf(path)).toBe(language);
});
