import { describe, expect, it } from 'vitest';
import type { Hit } from './contract.ts';
import { ENGINES, titleOf } from './testing/engines.ts';
import { hitIn, indexOf, namesOf, symbolsNamed } from './testing/indexes.ts';

type Way = readonly [query: string, name: string, score: number, positions: readonly number[]];

/** Reckoned by hand from the README's table. */
const WAYS: readonly Way[] = [
  // The first letter: 16 + 1 + 10.
  ['g', 'getName', 27, [0]],
  // Not the same unfolded.
  ['G', 'getName', 26, [0]],
  ['n', 'getName', 16 + 8, [3]],
  ['N', 'getName', 16 + 1 + 8, [3]],
  ['a', 'getName', 16 + 1, [4]],
  // As long as the name.
  ['a', 'a', 27 + 8, [0]],
  // Directly behind.
  ['ge', 'getName', 27 + 23, [0, 1]],
  // A gap of one, and of two to a word start.
  ['gt', 'getName', 27 + 17 - 3, [0, 2]],
  ['gN', 'getName', 27 + 25 - 4, [0, 3]],
  // A gap counts up to six letters.
  ['ab', 'acccccb', 27 + 17 - 7, [0, 6]],
  ['ab', 'accccccb', 27 + 17 - 8, [0, 7]],
  ['ab', 'acccccccccb', 27 + 17 - 8, [0, 10]],
  // At a word start the letter before does not count.
  ['hp', 'HTTPParser', 26 + 24 - 5, [0, 4]],
  ['pp', 'HTTPParser', 16 + 24, [3, 4]],
  ['tpp', 'HTTPParser', 16 + 22 + 24, [2, 3, 4]],
  ['get', 'get', 27 + 23 + 23 + 8, [0, 1, 2]],
  // Exchanged, and only from three letters on.
  ['gte', 'get', 27 + 23 + 23 + 8 - 9, [0, 1, 2]],
  ['nma', 'name', 27 + 23 + 23 - 9, [0, 1, 2]],
  // Two exchanges make the same word of it; the first pair's way is told.
  ['baa', 'aba', 27 + 23 + 23 + 8 - 9, [0, 1, 2]],
  // Of equally good ways that whose last place is smallest.
  ['a', 'xaa', 17, [1]],
  ['ab', 'xab_xab', 17 + 23, [1, 2]],
  ['aa', 'xaaa', 17 + 23, [1, 2]],
  // Folded.
  ['e', 'été', 26, [0]],
  ['É', 'été', 26, [0]],
  ['été', 'ete', 26 + 23 + 22 + 8, [0, 1, 2]],
  ['ж', 'Жук', 26, [0]],
  ['i', 'İx', 26, [0]],
  ['ß', 'ß', 35, [0]],
  // White space and combining marks are not letters of a query.
  [' g e ', 'getName', 27 + 23, [0, 1]],
  ['\u00a0g\u0301\t', 'getName', 27, [0]],
  // In a name a mark is a letter that nothing matches.
  ['ex', 'e\u0301x', 27 + 17 - 3, [0, 2]],
  ['e', 'e\u0301', 27, [0]],
  // A letter beyond U+FFFF is one letter and two positions.
  ['😀', 'a😀b', 17, [1, 2]],
  ['b', 'a😀b', 17, [3]],
  ['a😀b', 'a😀b', 27 + 23 + 23 + 8, [0, 1, 2, 3]],
  ['中', '中文', 27, [0]],
  ['文', '中文', 17, [1]],
  // Digits start words, and letters behind them.
  ['8', 'utf8To', 25, [3]],
  ['t', 'utf8to', 25, [4]],
  ['_', '__proto__', 27, [0]],
  ['p', '__proto__', 25, [2]],
];

/** Query, then names in their order; none is left out. */
const ORDERS: readonly (readonly [query: string, names: readonly string[]])[] = [
  ['get', ['get', 'getName', 'getNames', 'widget', 'gadgets', 'grpc_parse_name_tree']],
  ['gn', ['gN', 'getName', 'getNames', 'begin']],
  // Equal scores: the shorter one, then by code points.
  ['a', ['aB', 'ab', 'abc', 'a\uffff_', 'a😀']],
  // The most that an exchange can score, twice.
  ['ab1', ['a1bx', 'a1by', 'a1bz']],
  ['', ['a', 'b', 'é', 'ab', 'zz', 'abc', '😀😀']],
];

describe.each(ENGINES)('ranking', (tested) => {
  const { engine, skip } = tested;
  describe.skipIf(skip !== undefined)(titleOf(tested), () => {
    it.each(WAYS)('%j in %j scores %d', (query, name, score, positions) => {
      const hit = hitIn(engine, name, query);
      expect({ score: hit?.score, positions: hit?.positions }).toEqual({ score, positions });
    });

    it.each([
      ['eg', 'get'],
      ['gg', 'get'],
      ['gets', 'get'],
      ['tge', 'get'],
      ['gxe', 'get'],
      ['teg', 'get'],
      ['\u0131', 'i'],
      ['s', 'ß'],
      ['中', '文'],
    ])('%j does not match %j', (query, name) => {
      expect(hitIn(engine, name, query)).toBeUndefined();
    });

    it.each(ORDERS)('%j orders %j', (query, names) => {
      using index = indexOf(engine, [['a', symbolsNamed(...names.toReversed())]]);
      expect(namesOf(index.query(query))).toEqual(names);
      for (let limit = 1; limit <= names.length; limit++) {
        expect(namesOf(index.query(query, { limit }))).toEqual(names.slice(0, limit));
      }
    });

    it('orders symbols of one name by file, line, column, and then as the file had them', () => {
      const at = (line: number, column: number, container: string) => ({
        name: 'same',
        kind: 'method' as const,
        container,
        line,
        column,
      });
      using index = indexOf(engine, [
        ['b', [at(0, 0, '7')]],
        ['\u{1f600}', [at(0, 0, '9')]],
        ['a', [at(2, 0, '5'), at(1, 3, '3'), at(1, 3, '4'), at(1, 2, '2'), at(3, 0, '6')]],
        ['\uffff', [at(0, 0, '8')]],
        ['A', [at(9, 9, '1')]],
      ]);
      const containers = (hits: readonly Hit[]) => hits.map(({ container }) => container).join('');
      expect(containers(index.query('same'))).toBe('123456789');
      expect(containers(index.query('same', { limit: 4 }))).toBe('1234');
    });

    it('ranks a word start by what stands around it', () => {
      using index = indexOf(engine, [
        ['a', symbolsNamed('HTTPParser', 'HTTPparser', 'httpparser', 'http_parser')],
      ]);
      expect(index.query('p').map(({ name, score, positions }) => [name, score, ...positions])).toEqual([
        ['http_parser', 25, 5],
        ['HTTPParser', 24, 4],
        ['HTTPparser', 24, 3],
        ['httpparser', 17, 3],
      ]);
    });

    it('gives each hit positions of its own', () => {
      using index = indexOf(engine, [['a', symbolsNamed('same', 'same')]]);
      const [one, other] = index.query('sam') as [Hit, Hit];
      expect(one.positions).toEqual(other.positions);
      expect(one.positions).not.toBe(other.positions);
    });
  });
});
