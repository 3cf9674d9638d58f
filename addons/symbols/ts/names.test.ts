import { describe, expect, it } from 'vitest';
import { MAX_NAME_LENGTH, MAX_QUERY_LETTERS } from './contract.ts';
import { ENGINES, titleOf } from './testing/engines.ts';
import { hitIn, indexOf, namesOf, symbolsNamed } from './testing/indexes.ts';
import { Oracle } from './testing/oracle.ts';

/** Names that objects have already. */
const INHERITED = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'prototype',
  '__defineGetter__',
];

const LONG = `${'a'.repeat(5000)}Needle${'b'.repeat(4994)}`;

describe.each(ENGINES)('names', (tested) => {
  const { engine, skip } = tested;
  describe.skipIf(skip !== undefined)(titleOf(tested), () => {
    it.each(INHERITED)('%s is a name, a container and a path like others', (name) => {
      const symbols = symbolsNamed(...INHERITED).map((symbol) => ({ ...symbol, container: name }));
      using index = indexOf(engine, [[name, symbols]]);
      const [hit] = index.query(name);
      expect(hit).toMatchObject({ name, container: name, file: name });
      expect(index.files()).toEqual([{ path: name, symbols: INHERITED.length, stamp: undefined }]);
      expect(index.stats()).toMatchObject({ files: 1, symbols: INHERITED.length, names: INHERITED.length });
      expect(index.removeFile('toLocaleString')).toBe(false);
      expect(index.removeFile(name)).toBe(true);
      expect(index.query(name)).toEqual([]);
    });

    it('stores what is no Unicode as U+FFFD: names, containers, paths, stamps and queries', () => {
      using index = engine.openSymbolIndex();
      const symbol = { name: 'a\ud83d', kind: 'class', container: '\udc4d', line: 0, column: 0 } as const;
      index.updateFile('p\ud800', [symbol], { stamp: 's\udfff' });
      const stored = { name: 'a\ufffd', container: '\ufffd', file: 'p\ufffd' };
      expect(index.query('a')[0]).toMatchObject(stored);
      expect(index.query('\ud83d')[0]).toMatchObject({ ...stored, positions: [1] });
      expect(index.query('\ufffd')).toHaveLength(1);
      expect(index.files()).toEqual([{ path: 'p\ufffd', symbols: 1, stamp: 's\ufffd' }]);
      expect(index.stats().names).toBe(2);
      expect(index.removeFile('p\udbff')).toBe(true);
    });

    it('keeps names whole: controls, a byte order mark, and letters of every width', () => {
      const names = [
        '\ufeffa',
        'a\u0000b',
        '\u2028',
        'e\u0301',
        'é',
        '\u{10ffff}',
        'x'.repeat(63),
        'x'.repeat(64),
      ];
      const files = [['a', symbolsNamed(...names)]] as const;
      using index = indexOf(engine, files);
      expect(namesOf(index.query('')).toSorted()).toEqual(names.toSorted());
      for (const name of names) {
        expect(index.query(name), name).toEqual(new Oracle(files).query(name));
      }
    });

    it('tells positions in UTF-16 code units', () => {
      expect(hitIn(engine, '👍🏽ok', 'ok')?.positions).toEqual([4, 5]);
      expect(hitIn(engine, '👍🏽ok', '🏽k')?.positions).toEqual([2, 3, 5]);
      expect(hitIn(engine, 'e\u0301te\u0301', 'ete')?.positions).toEqual([0, 2, 3]);
    });

    it('takes names of 10,000 letters', () => {
      const files = [['a', symbolsNamed(LONG, 'Needle', 'a'.repeat(64))]] as const;
      using index = indexOf(engine, files);
      for (const query of ['needle', 'anb', 'NEEDLEbb', 'needel', 'aaab', 'x']) {
        expect(index.query(query), query).toEqual(new Oracle(files).query(query));
      }
      expect(index.query('needle')[1]?.positions).toEqual([5000, 5001, 5002, 5003, 5004, 5005]);
    });

    it('takes the longest name and the longest query', () => {
      const longest = `${'é'.repeat(MAX_NAME_LENGTH - 1)}z`;
      using index = indexOf(engine, [['a', symbolsNamed(longest)]]);
      expect(index.query('zé')).toEqual([]);
      expect(index.query('éz')[0]).toMatchObject({
        name: longest,
        positions: [MAX_NAME_LENGTH - 2, MAX_NAME_LENGTH - 1],
      });
      expect(index.query('e'.repeat(MAX_QUERY_LETTERS))[0]?.positions).toHaveLength(MAX_QUERY_LETTERS);
    });

    it('does not take long for what is made to take long', () => {
      // Runs that match the query with any of its pairs exchanged.
      const runs = 'aabb'.repeat(MAX_QUERY_LETTERS / 2 - 1).repeat(4);
      const query = 'ab'.repeat(MAX_QUERY_LETTERS / 2);
      const names = Array.from(
        { length: 20 },
        (_, index) => `${runs.slice(0, 508 - 4 * index)}${index % 10}`,
      );
      using index = indexOf(engine, [['a', symbolsNamed(...names, 'ab'.repeat(5000))]]);
      const begunMs = performance.now();
      expect(index.query(query)[0]?.name).toBe('ab'.repeat(5000));
      expect(performance.now() - begunMs).toBeLessThan(2000);
    });

    it('leaves white space and marks out of the length of a query', () => {
      using index = indexOf(engine, [['a', symbolsNamed('abc')]]);
      expect(namesOf(index.query(` a${'\u0301'.repeat(1000)}b${'\t'.repeat(1000)}c`))).toEqual(['abc']);
      expect(namesOf(index.query('\u0301 \u00a0'))).toEqual(['abc']);
    });

    it('finds by kinds, also those that a name had and has no more', () => {
      const of = (kind: 'class' | 'method', line: number) => ({ name: 'same', kind, line, column: 0 });
      using index = indexOf(engine, [
        ['a', [of('class', 1), of('method', 2)]],
        ['b', [of('method', 3)]],
      ]);
      const lines = (...kinds: ('class' | 'method' | 'enum')[]) =>
        index.query('sa', { kinds }).map(({ line }) => line);
      expect([lines('class'), lines('method'), lines('class', 'method'), lines('enum'), lines()]).toEqual([
        [1],
        [2, 3],
        [1, 2, 3],
        [],
        [],
      ]);
      expect(index.query('', { kinds: ['method'], limit: 1 })).toMatchObject([{ line: 2 }]);
      index.removeFile('a');
      expect([lines('class'), lines('method')]).toEqual([[], [3]]);
      // The name that is better, but has a class no more, takes no place from another.
      index.updateFile('c', [{ name: 'sameClass', kind: 'class', line: 4, column: 0 }]);
      expect(index.query('sa', { kinds: ['class'], limit: 1 })).toMatchObject([{ line: 4 }]);
    });

    it('counts containers among the names, and finds them only where they are symbols', () => {
      using index = engine.openSymbolIndex();
      index.updateFile('a', [{ name: 'run', kind: 'method', container: 'Job', line: 0, column: 0 }]);
      expect(index.stats()).toMatchObject({ files: 1, symbols: 1, names: 2 });
      expect(index.query('job')).toEqual([]);
      index.updateFile('b', symbolsNamed('Job'));
      expect(index.query('job')).toHaveLength(1);
      index.removeFile('b');
      expect(index.query('job')).toEqual([]);
      expect(namesOf(index.query(''))).toEqual(['run']);
      index.removeFile('a');
      expect(index.stats()).toMatchObject({ files: 0, symbols: 0, names: 0 });
    });
  });
});
