import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { Random } from '@pairbench/testing';
import { describe, expect, it } from 'vitest';
import { MAX_LIMIT, type Opened, type SymbolsEngine } from './contract.ts';
import { ENGINES, engines, titleOf } from './testing/engines.ts';
import { anySymbols } from './testing/generate.ts';
import { symbolsNamed } from './testing/indexes.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

/** Offsets of FORMAT.md. */
const AT_VERSION = 8;
const AT_SUM = 12;
const SUMMED = 16;
const AT_LENGTH = 16;
const AT_FILES = 24;
const AT_SYMBOLS = 28;
const BODY = 32;

async function smallFile(engine: SymbolsEngine, path: string): Promise<Buffer> {
  using index = engine.openSymbolIndex({ path });
  const symbols = symbolsNamed('getName', 'é', 'x'.repeat(70)).map((symbol) => ({
    ...symbol,
    container: 'Box',
  }));
  index.updateFile('src/a.py', symbols, { stamp: '1-2' });
  index.updateFile('src/b.py', symbolsNamed('getName'));
  await index.save();
  return readFileSync(path);
}

function openedWith(engine: SymbolsEngine, path: string, bytes: Uint8Array): Opened {
  writeFileSync(path, bytes);
  using index = engine.openSymbolIndex({ path });
  if (index.opened.state === 'rebuild') {
    // Empty, and of use.
    expect(index.query('')).toEqual([]);
    expect(index.files()).toEqual([]);
    expect(index.updateFile('a', symbolsNamed('again'))).toEqual({ symbols: 1 });
    expect(index.query('again')).toHaveLength(1);
  }
  return index.opened;
}

/** With a length and a checksum that are right. */
function sealed(bytes: Buffer): Buffer {
  bytes.writeBigUInt64LE(BigInt(bytes.length), AT_LENGTH);
  bytes.writeUInt32LE(crc32(bytes.subarray(SUMMED)), AT_SUM);
  return bytes;
}

function changed(bytes: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes);
  change(copy);
  return sealed(copy);
}

describe.each(ENGINES)('damaged files', (tested) => {
  const { engine, skip } = tested;
  describe.skipIf(skip !== undefined)(titleOf(tested), () => {
    it('every bit flipped', async () => {
      using directory = temporaryDirectory();
      const bytes = await smallFile(engine, directory.of('good'));
      expect(openedWith(engine, directory.of('file'), bytes)).toEqual({ state: 'loaded' });
      for (let at = 0; at < bytes.length; at++) {
        const damaged = Buffer.from(bytes);
        damaged[at] = (bytes[at] as number) ^ (1 << (at % 8));
        const opened = openedWith(engine, directory.of('file'), damaged);
        expect(opened, `byte ${at}`).toMatchObject({ state: 'rebuild', reason: expect.stringMatching(/./) });
      }
    });

    it('cut anywhere, or with more behind', async () => {
      using directory = temporaryDirectory();
      const bytes = await smallFile(engine, directory.of('good'));
      for (let length = 0; length < bytes.length; length++) {
        const opened = openedWith(engine, directory.of('file'), bytes.subarray(0, length));
        expect(opened, `${length} bytes`).toMatchObject({ state: 'rebuild' });
      }
      for (const more of [1, 7, 8, bytes.length]) {
        const opened = openedWith(engine, directory.of('file'), Buffer.concat([bytes, Buffer.alloc(more)]));
        expect(opened, `${more} more`).toMatchObject({ state: 'rebuild' });
      }
    });

    it('the reason is told', async () => {
      using directory = temporaryDirectory();
      const bytes = await smallFile(engine, directory.of('good'));
      const reasonOf = (damaged: Uint8Array) => openedWith(engine, directory.of('file'), damaged);
      const rebuild = (reason: string) => ({ state: 'rebuild', reason });
      const cut = bytes.subarray(0, bytes.length - 1);
      expect(reasonOf(new Uint8Array(0))).toEqual(rebuild('the file is no index of symbols'));
      expect(reasonOf(Buffer.from('{"symbols": ["which are in another format"]}'))).toEqual(
        rebuild('the file is no index of symbols'),
      );
      for (const version of [0, 2, 2 ** 32 - 1]) {
        expect(reasonOf(changed(bytes, (copy) => copy.writeUInt32LE(version, AT_VERSION)))).toEqual(
          rebuild(`the file has version ${version}, and 1 is read`),
        );
      }
      expect(reasonOf(cut)).toEqual(
        rebuild(`the file has ${cut.length} bytes, and ${bytes.length} were written`),
      );
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(100) ^ 1, 100);
      expect(reasonOf(flipped)).toEqual(rebuild('the checksum of the file is wrong'));
    });

    it('wrong counts with a right checksum', async () => {
      using directory = temporaryDirectory();
      const bytes = await smallFile(engine, directory.of('good'));
      const open = (damaged: Buffer) => openedWith(engine, directory.of('file'), damaged);
      for (const at of [AT_FILES, AT_SYMBOLS, BODY, BODY + 4 * 3, BODY + 4 * 7, BODY + 4 * 63]) {
        const count = bytes.readUInt32LE(at);
        for (const wrong of [count + 1, count - 1, count + 1000, 2 ** 27, 2 ** 31, 2 ** 32 - 1]) {
          if (wrong < 0) continue;
          const opened = open(changed(bytes, (copy) => copy.writeUInt32LE(wrong, at)));
          expect(opened, `${wrong} at ${at}`).toMatchObject({ state: 'rebuild' });
        }
      }
    });

    it('anything wrong with a right checksum: told, or an index that answers', async () => {
      using directory = temporaryDirectory();
      const bytes = await smallFile(engine, directory.of('good'));
      const random = new Random(5);
      for (let round = 0; round < 3000; round++) {
        const damaged = changed(bytes, (copy) => {
          for (let count = random.between(1, 3); count > 0; count--) {
            const at = random.between(AT_FILES, copy.length - 1);
            copy.writeUInt8(random.chance(0.5) ? random.below(256) : copy.readUInt8(at) ^ 1, at);
          }
        });
        writeFileSync(directory.of('file'), damaged);
        using index = engine.openSymbolIndex({ path: directory.of('file') });
        for (const query of ['', 'gn', 'xxx', 'e']) {
          for (const { name, line, positions } of index.query(query, { limit: MAX_LIMIT })) {
            expect(typeof name).toBe('string');
            expect(line).toBeGreaterThanOrEqual(0);
            expect(positions.every((position) => position < name.length)).toBe(true);
          }
        }
        index.updateFile('src/a.py', symbolsNamed('getName', 'other'));
        for (const { path } of index.files()) index.removeFile(path);
        expect(index.stats()).toMatchObject({ files: 0, symbols: 0 });
      }
    });

    it('a directory in its place is an error, and so is a file in the place of its directory', () => {
      using directory = temporaryDirectory();
      mkdirSync(directory.of('directory'));
      writeFileSync(directory.of('file'), '');
      for (const path of [directory.of('directory'), directory.of('file/below')]) {
        expect(() => engine.openSymbolIndex({ path })).toThrow(
          expect.objectContaining({ code: 'ERR_IO', message: expect.stringContaining(path) }),
        );
      }
    });

    it('no file is a new index', () => {
      using directory = temporaryDirectory();
      using index = engine.openSymbolIndex({ path: directory.of('none') });
      expect(index.opened).toEqual({ state: 'new' });
    });
  });
});

describe('each engine reads what the other wrote', () => {
  it('symbols, containers, stamps, and odd names', async () => {
    using directory = temporaryDirectory();
    const random = new Random(11);
    const names: string[] = [];
    for (const [number, writer] of engines.entries()) {
      using index = writer.openSymbolIndex({ path: directory.of(`${number}`) });
      for (let file = 0; file < 50; file++) {
        index.updateFile(`${file}`, anySymbols(random, 100, names), file % 2 ? { stamp: `${file}` } : {});
      }
      for (let file = 0; file < 50; file += 7) index.removeFile(`${file}`);
      await index.save();
      for (const reader of engines) {
        using read = reader.openSymbolIndex({ path: directory.of(`${number}`) });
        expect(read.opened).toEqual({ state: 'loaded' });
        expect(read.files()).toEqual(index.files());
        expect(read.query('', { limit: MAX_LIMIT })).toEqual(index.query('', { limit: MAX_LIMIT }));
        expect({ ...read.stats(), bytes: 0 }).toEqual({ ...index.stats(), bytes: 0 });
      }
    }
  });

  it('no symbols at all', async () => {
    using directory = temporaryDirectory();
    for (const writer of engines) {
      using index = writer.openSymbolIndex({ path: directory.of('file') });
      index.updateFile('empty', []);
      await index.save();
      for (const reader of engines) {
        using read = reader.openSymbolIndex({ path: directory.of('file') });
        expect(read.files()).toEqual([{ path: 'empty', symbols: 0, stamp: undefined }]);
      }
    }
  });
});
