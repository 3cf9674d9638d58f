import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type PlainSymbol, SYMBOL_KINDS } from './contract.ts';
import { DamagedError } from './core.ts';
import { ENGINES, titleOf } from './testing/engines.ts';
import { type FileContents, readFileContents } from './testing/file-reader.ts';
import { indexOf, symbolsNamed } from './testing/indexes.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';
import { decode } from './typescript/format/decode.ts';
import { encode } from './typescript/format/encode.ts';
import { SymbolStore } from './typescript/symbol-store.ts';

const letters = (text: string) =>
  [...text].reduce((bits, letter) => bits | (1n << BigInt(letter.charCodeAt(0) - 97)), 0n);
const mask = (all: string, starting: string, first: bigint, others = 0n) =>
  letters(all) | others | (letters(starting) << 32n) | (first << 58n);
const DIGIT = 1n << 26n;
const OTHER = 1n << 27n;
const WIDE = 1n << 28n;

/** FORMAT.md's bits, by hand. */
const MASKS: readonly (readonly [name: string, mask: bigint])[] = [
  ['getName', mask('getnam', 'gn', 7n)],
  ['HTTPParser', mask('htpasre', 'hp', 8n)],
  ['_a1b', mask('ab', 'ab', 28n, DIGIT | OTHER)],
  ['2x', mask('x', 'x', 27n, DIGIT)],
  ['É1', mask('e', 'e', 5n, DIGIT)],
  ['中z', mask('z', '', 29n, WIDE)],
  ['\u0301a', mask('a', '', 0n)],
  ['\u0301', 0n],
  ['ß', mask('', '', 29n, WIDE)],
  ['z'.repeat(63), mask('z', 'z', 26n)],
  ['z'.repeat(64), mask('z', 'z', 26n)],
];

describe.each(ENGINES)('the index file', (tested) => {
  const { engine, skip } = tested;
  describe.skipIf(skip !== undefined)(titleOf(tested), () => {
    async function saved(
      files: readonly (readonly [string, readonly PlainSymbol[]])[],
    ): Promise<FileContents> {
      using directory = temporaryDirectory();
      using index = indexOf(engine, files);
      await index.save(directory.of('index'));
      const bytes = readFileSync(directory.of('index'));
      const contents = readFileContents(bytes);
      expect(contents.end).toBe(bytes.length);
      const sum = crc32(bytes.subarray(16));
      expect(contents.header).toMatchObject({
        magic: 'PBSYMIDX',
        version: 1,
        sum,
        length: BigInt(bytes.length),
      });
      return contents;
    }

    it('is as FORMAT.md says', async () => {
      const symbols = SYMBOL_KINDS.map((kind, line) => ({
        name: `n${line}${'é'.repeat(line % 2)}`,
        kind,
        ...(line % 3 === 0 ? { container: `c${line % 9}` } : {}),
        line,
        column: 2 ** 32 - 2 - line,
      }));
      const { header, names, files, ...read } = await saved([
        ['b', symbols],
        ['\u{1f600}', symbolsNamed('last')],
        ['\uffff', []],
        ['a', symbolsNamed('first')],
      ]);
      expect(header).toMatchObject({ files: 4, symbols: 29 });
      expect(files.map(({ path, symbols }) => [path, symbols])).toEqual([
        ['a', 1],
        ['b', 27],
        ['\uffff', 0],
        ['\u{1f600}', 1],
      ]);
      const nameOf = (number: number) => (number === 0xffff_ffff ? undefined : names.get(number)?.text);
      const expected = [...symbolsNamed('first'), ...symbols, ...symbolsNamed('last')];
      expect(
        read.symbols.map((symbol) => ({
          ...symbol,
          name: nameOf(symbol.name),
          container: nameOf(symbol.container),
        })),
      ).toEqual(
        expected.map((symbol) => ({
          container: undefined,
          ...symbol,
          kind: SYMBOL_KINDS.indexOf(symbol.kind) + 1,
        })),
      );
      expect([...names.values()].filter(({ text }) => text.startsWith('c')).map((name) => name.mask)).toEqual(
        [0n, 0n, 0n],
      );
    });

    it.each(MASKS)('has the mask of %j', async (name, expected) => {
      const { names } = await saved([['a', symbolsNamed(name)]]);
      expect([...names.values()]).toEqual([{ text: name, mask: expected }]);
    });

    it('has no slot that is free', async () => {
      using directory = temporaryDirectory();
      using index = indexOf(engine, [
        ['a', symbolsNamed('aa', 'bb', 'é', '中'.repeat(40))],
        ['b', symbolsNamed('cc', 'ü')],
      ]);
      index.updateFile('b', symbolsNamed('dd', 'ö'));
      index.removeFile('a');
      await index.save(directory.of('index'));
      const { names } = readFileContents(readFileSync(directory.of('index')));
      expect([...names.values()].map(({ text }) => text).toSorted()).toEqual(['dd', 'ö']);
    });

    it('has stamps as FORMAT.md says', async () => {
      using directory = temporaryDirectory();
      using index = engine.openSymbolIndex();
      for (const [path, stamp] of Object.entries({ a: 'é', b: '', c: '\u0001' }))
        index.updateFile(path, [], { stamp });
      index.updateFile('d', []);
      await index.save(directory.of('index'));
      const { files } = readFileContents(readFileSync(directory.of('index')));
      // An empty one that is there is the mark alone.
      const stamps = files.map(({ stamp }) => stamp);
      expect(stamps).toEqual(['é', '', '\u0001', undefined]);
    });
  });
});

describe('a big-endian host', () => {
  it('does not read or write with the TypeScript engine, and says so', () => {
    const bytes = encode(new SymbolStore());
    expect(decode(bytes, 'LE').stats()).toMatchObject({ symbols: 0 });
    expect(() => decode(bytes, 'BE')).toThrow(DamagedError);
    expect(() => decode(bytes, 'BE')).toThrow('little-endian');
    expect(() => encode(new SymbolStore(), 'BE')).toThrow(expect.objectContaining({ code: 'ERR_INTERNAL' }));
  });

  it('reads bytes that lie anywhere in memory', () => {
    const store = new SymbolStore();
    store.replace('a', [{ name: 'one', kind: 12, container: undefined, line: 1, column: 2 }], undefined);
    const bytes = encode(store);
    for (let offset = 0; offset < 8; offset++) {
      const shifted = new Uint8Array(bytes.length + 8).subarray(offset, offset + bytes.length);
      shifted.set(bytes);
      expect(decode(shifted).stats()).toMatchObject({ symbols: 1, names: 1 });
    }
  });
});
