import { wrong } from '@pairbench/testing';
import { describe, expect, it } from 'vitest';
import {
  MAX_NAME_LENGTH,
  MAX_QUERY_LETTERS,
  MAX_SOURCE_LENGTH,
  type SymbolIndex,
  SymbolsError,
} from './contract.ts';
import { ENGINES, titleOf } from './testing/engines.ts';

type Call = (index: SymbolIndex) => unknown;
type Case = readonly [call: Call, code: string, message: string];

const TYPE = 'ERR_INVALID_ARG_TYPE';
const RANGE = 'ERR_OUT_OF_RANGE';
const LARGE = 'ERR_TOO_LARGE';
const long = 'a'.repeat(MAX_NAME_LENGTH + 1);
const plain = { name: 'a', kind: 'class', line: 0, column: 0 };
const range = { start: { line: 0, character: 0 } };

const put =
  (...symbols: unknown[]): Call =>
  (index) =>
    index.updateFile('a', wrong(symbols));

const CASES: Readonly<Record<string, Case>> = {
  'a path that is a number': [(i) => i.updateFile(wrong(5), []), TYPE, 'path must be a string, got 5'],
  'an empty path': [(i) => i.updateFile('', []), RANGE, 'path must not be empty'],
  'a long path': [(i) => i.removeFile(long), LARGE, 'path has 65536 UTF-16 code units, more than 65535'],
  'no path': [(i) => i.removeFile(wrong(undefined)), TYPE, 'path must be a string, got undefined'],
  'a new path that is none': [(i) => i.renameFile('a', wrong(null)), TYPE, 'to must be a string, got null'],
  'an old path that is none': [
    (i) => i.renameFile(wrong({}), 'a'),
    TYPE,
    'from must be a string, got an object',
  ],
  'no content': [
    (i) => i.updateFile('a', wrong(undefined)),
    TYPE,
    'content must be a string or an array of symbols, got undefined',
  ],
  'a source that is too long': [
    (i) => i.updateFile('a.ts', 'x'.repeat(MAX_SOURCE_LENGTH + 1)),
    LARGE,
    'content has 268435457 UTF-16 code units, more than 268435456',
  ],
  'options that are none': [
    (i) => i.updateFile('a', [], wrong('s')),
    TYPE,
    'options must be an object, got "s"',
  ],
  'null for options': [(i) => i.query('', wrong(null)), TYPE, 'options must be an object, got null'],
  'a stamp that is a number': [
    (i) => i.updateFile('a', [], { stamp: wrong(1) }),
    TYPE,
    'options.stamp must be a string, got 1',
  ],
  'a long stamp': [
    (i) => i.updateFile('a', [], { stamp: long }),
    LARGE,
    'options.stamp has 65536 UTF-16 code units, more than 65535',
  ],
  'an ending that nobody knows': [
    (i) => i.updateFile('a.py', ''),
    'ERR_NO_EXTRACTOR',
    'no extractor for "a.py": name its ending in options.extractors, or give its symbols',
  ],
  'a query that is none': [(i) => i.query(wrong(['a'])), TYPE, 'text must be a string, got an array'],
  'a query that is too long': [
    (i) => i.query('a'.repeat(MAX_QUERY_LETTERS + 1)),
    LARGE,
    'text has more than 256 letters to compare',
  ],
  'limit 0': [
    (i) => i.query('', { limit: 0 }),
    RANGE,
    'options.limit must be an integer from 1 to 10000, got 0',
  ],
  'limit 10,001': [
    (i) => i.query('', { limit: 10_001 }),
    RANGE,
    'options.limit must be an integer from 1 to 10000, got 10001',
  ],
  'limit NaN': [
    (i) => i.query('', { limit: Number.NaN }),
    RANGE,
    'options.limit must be an integer from 1 to 10000, got NaN',
  ],
  'limit "5"': [(i) => i.query('', { limit: wrong('5') }), TYPE, 'options.limit must be a number, got "5"'],
  'kinds that are no list': [
    (i) => i.query('', { kinds: wrong('class') }),
    TYPE,
    'options.kinds must be an array, got "class"',
  ],
  'a kind that is none': [
    (i) => i.query('', { kinds: ['class', wrong('toString')] }),
    RANGE,
    'options.kinds[1] must be one of SYMBOL_KINDS, got "toString"',
  ],
  'a kind that is a number': [
    (i) => i.query('', { kinds: wrong([5]) }),
    TYPE,
    'options.kinds[0] must be a kind of symbol, got 5',
  ],
  'a symbol that is null': [put(null), TYPE, 'content[0] must be an object, got null'],
  'a hole for a symbol': [put(plain, undefined), TYPE, 'content[1] must be an object, got undefined'],
  'no name': [put({ ...plain, name: undefined }), TYPE, 'content[0].name must be a string, got undefined'],
  'an empty name': [put({ ...plain, name: '' }), RANGE, 'content[0].name must not be empty'],
  'a long name': [
    put(plain, { ...plain, name: long }),
    LARGE,
    'content[1].name has 65536 UTF-16 code units, more than 65535',
  ],
  'a long container': [
    put({ ...plain, container: long }),
    LARGE,
    'content[0].container has 65536 UTF-16 code units, more than 65535',
  ],
  'a container that is a number': [
    put({ ...plain, container: 7 }),
    TYPE,
    'content[0].container must be a string, got 7',
  ],
  'a kind of no symbol': [
    put({ ...plain, kind: '__proto__' }),
    RANGE,
    'content[0].kind must be one of SYMBOL_KINDS, got "__proto__"',
  ],
  "a protocol's kind in a plain symbol": [
    put({ ...plain, kind: 5 }),
    TYPE,
    'content[0].kind must be a kind of symbol, got 5',
  ],
  'a line below 0': [
    put({ ...plain, line: -1 }),
    RANGE,
    'content[0].line must be an integer from 0 to 4294967294, got -1',
  ],
  'a column that is no integer': [
    put({ ...plain, column: 1.5 }),
    RANGE,
    'content[0].column must be an integer from 0 to 4294967294, got 1.5',
  ],
  'a column that is too large': [
    put({ ...plain, column: 2 ** 32 - 1 }),
    RANGE,
    'content[0].column must be an integer from 0 to 4294967294, got 4294967295',
  ],
  'a line that is a string': [
    put({ ...plain, line: '1' }),
    TYPE,
    'content[0].line must be a number, got "1"',
  ],
  "a protocol's kind 27": [
    put({ name: 'a', kind: 27, selectionRange: range }),
    RANGE,
    'content[0].kind must be an integer from 1 to 26, got 27',
  ],
  "a plain symbol's kind in the protocol": [
    put({ name: 'a', kind: 'class', location: { range } }),
    TYPE,
    'content[0].kind must be a number, got "class"',
  ],
  'a selectionRange that is none': [
    put({ name: 'a', kind: 5, selectionRange: null }),
    TYPE,
    'content[0].selectionRange must be an object, got null',
  ],
  'a selectionRange without a start': [
    put({ name: 'a', kind: 5, selectionRange: {} }),
    TYPE,
    'content[0].selectionRange.start must be an object, got undefined',
  ],
  'a location without a range': [
    put({ name: 'a', kind: 5, location: {} }),
    TYPE,
    'content[0].location.range must be an object, got undefined',
  ],
  'children that are no list': [
    put({ name: 'a', kind: 5, selectionRange: range, children: {} }),
    TYPE,
    'content[0].children must be an array, got an object',
  ],
  'a child that is none': [
    put(plain, { name: 'a', kind: 5, selectionRange: range, children: [null] }),
    TYPE,
    'content[1].children[0] must be an object, got null',
  ],
};

function ownDescendant() {
  const symbol = { name: 'a', kind: 5, selectionRange: range, children: [] as unknown[] };
  symbol.children.push(symbol);
  return symbol;
}

describe.each(ENGINES)('wrong arguments', (tested) => {
  const { engine, skip } = tested;
  describe.skipIf(skip !== undefined)(titleOf(tested), () => {
    it.each(Object.entries(CASES))('%s', (_, [call, code, message]) => {
      using index = engine.openSymbolIndex();
      const error = thrown(() => call(index));
      expect({ code: error.code, message: error.message }).toEqual({ code, message });
      expect(index.stats()).toMatchObject({ files: 0, symbols: 0, names: 0 });
    });

    it('a symbol that is its own descendant', () => {
      using index = engine.openSymbolIndex();
      const error = thrown(() => index.updateFile('a', wrong([ownDescendant()])));
      expect(error).toMatchObject({
        code: RANGE,
        message: 'content[0].children[0].children must not contain themselves',
      });
    });

    it.each([
      [wrong(null), 'options must be an object, got null'],
      [wrong('a'), 'options must be an object, got "a"'],
      [{ path: wrong(5) }, 'options.path must be a path, got 5'],
      [{ path: '' }, 'options.path must be a path, got ""'],
      [{ extractors: wrong(() => []) }, 'options.extractors must be an object of functions, got a function'],
      [{ extractors: wrong(null) }, 'options.extractors must be an object of functions, got null'],
      [{ extractors: { '.py': wrong('x') } }, 'options.extractors[".py"] must be a function, got "x"'],
      [
        { extractors: { py: () => [] } },
        'a key of options.extractors must be an ending such as ".py", got "py"',
      ],
      [
        { extractors: { '.': () => [] } },
        'a key of options.extractors must be an ending such as ".py", got "."',
      ],
    ])('options %j of an index', (options, message) => {
      expect(thrown(() => engine.openSymbolIndex(options))).toMatchObject({ code: TYPE, message });
    });

    it.each([
      ['updateFile', (index: SymbolIndex) => index.updateFile('a', [])],
      ['a source', (index: SymbolIndex) => index.updateFile('a.ts', '')],
      ['removeFile', (index: SymbolIndex) => index.removeFile('a')],
      ['renameFile', (index: SymbolIndex) => index.renameFile('a', 'b')],
      ['query', (index: SymbolIndex) => index.query('')],
      ['files', (index: SymbolIndex) => index.files()],
      ['stats', (index: SymbolIndex) => index.stats()],
    ])('a closed index: %s', (_, call) => {
      const index = engine.openSymbolIndex();
      index.close();
      index.close();
      index[Symbol.dispose]();
      expect(thrown(() => call(index))).toMatchObject({ code: 'ERR_CLOSED', message: 'the index is closed' });
      expect(index.opened).toEqual({ state: 'new' });
    });

    it.each([
      ['query', 'limit', (index: SymbolIndex, options: object) => index.query('', options)],
      ['an update', 'stamp', (index: SymbolIndex, options: object) => index.updateFile('a.ts', '', options)],
      ['symbols', 'name', (index: SymbolIndex, symbol: object) => index.updateFile('a', wrong([symbol]))],
    ])('an index that is closed by what is read: %s', (_, property, call) => {
      const index = engine.openSymbolIndex();
      const closing = Object.defineProperty({ ...plain }, property, {
        get: () => {
          index.close();
          return property === 'limit' ? 5 : 'a';
        },
      });
      expect(thrown(() => call(index, closing))).toMatchObject({ code: 'ERR_CLOSED' });
    });

    it('save: a path that is none, no path, and a closed index', async () => {
      const index = engine.openSymbolIndex();
      await expect(index.save(wrong(5))).rejects.toMatchObject({
        code: TYPE,
        message: 'path must be a path, got 5',
      });
      await expect(index.save()).rejects.toMatchObject({
        code: 'ERR_NO_PATH',
        message: 'the index has no file: give save a path, or open it with one',
      });
      index.close();
      await expect(index.save('a')).rejects.toMatchObject({ code: 'ERR_CLOSED' });
    });
  });
});

function thrown(call: () => unknown): SymbolsError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(SymbolsError);
    return error as SymbolsError;
  }
  throw new Error('nothing was thrown');
}
