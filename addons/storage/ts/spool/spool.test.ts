import { mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../testing/code-of.ts';
import { noise } from '../testing/noise.ts';
import { enginePairs, type StoreEngine, storeEngines } from '../testing/store-engines.ts';
import { temporaryPath } from '../testing/temporary-dir.ts';
import { parseName } from './names.ts';

const BLOCK = 65_536;

test('names are read back, foreign ones are none', () => {
  for (const id of ['a', '7', 'a.b-c_d', 'x-0123456789abcdef', 'a.out', 'z'.repeat(128)]) {
    expect(parseName(`${id}.out`)).toMatchObject({ id, kind: 'out' });
    expect(parseName(`${id}.sum`)).toMatchObject({ id, kind: 'sum' });
    expect(parseName(`${id}-00000000000000ff.part`)).toMatchObject({ id, kind: 'part' });
    expect(parseName(`${id}-00000000000000ff.tmp`)).toMatchObject({ id, kind: 'tmp' });
  }
  for (const name of [
    'a',
    '',
    '.out',
    '-a.out',
    'a b.out',
    'a.part',
    'a-00000000000000f.part',
    'ä.out',
    '../a.out',
  ]) {
    expect(parseName(name)).toBeUndefined();
  }
});

describe.each(Object.entries(storeEngines))('%s', (_name, engine: StoreEngine) => {
  test('an output is the bytes that were written, in any pieces', () => {
    const dir = temporaryPath('spool');
    const spool = engine.openSpool(dir);
    const bytes = noise(1, 3 * BLOCK + 100);
    for (const [id, piece] of Object.entries({
      ones: 1000,
      blocks: BLOCK,
      odd: BLOCK + 1,
      all: bytes.length,
    })) {
      const writer = spool.create(id);
      for (let at = 0; at < bytes.length; at += piece) {
        writer.write(bytes.subarray(at, at + piece));
        expect(writer.bytes).toBe(Math.min(at + piece, bytes.length));
      }
      expect(writer.read().equals(bytes)).toBe(true);
      expect(writer.read(BLOCK - 10, 3 * BLOCK + 50).equals(bytes.subarray(BLOCK - 10, 3 * BLOCK + 50))).toBe(
        true,
      );
      expect(spool.stat(id).complete).toBe(false);
      expect(writer.finish()).toEqual({ id, bytes: bytes.length, complete: true });
      expect(readFileSync(join(dir, `${id}.out`)).equals(bytes)).toBe(true);
      expect(spool.read(id).equals(bytes)).toBe(true);
    }
    expect(spool.list().map(({ id, complete }) => [id, complete])).toEqual([
      ['all', true],
      ['blocks', true],
      ['odd', true],
      ['ones', true],
    ]);
    expect(readdirSync(dir).filter((name) => !/\.(out|sum)$/.test(name))).toEqual([]);
  });

  test('ranges are clipped', () => {
    const spool = engine.openSpool(temporaryPath('spool'));
    const bytes = noise(2, 2 * BLOCK + 7);
    const writer = spool.create('a');
    writer.write(bytes);
    writer.finish();
    for (const [start, end] of [
      [0, 0],
      [5, 3],
      [0, 1],
      [BLOCK - 1, BLOCK + 1],
      [BLOCK, 2 * BLOCK],
      [2 * BLOCK, 1e9],
      [1e9, 2e9],
    ] as const) {
      expect(
        spool.read('a', start, end).equals(bytes.subarray(start, Math.max(start, end))),
        `${start} ${end}`,
      ).toBe(true);
    }
    expect(spool.read('a', 10).equals(bytes.subarray(10))).toBe(true);
    for (const bad of [-1, 0.5, Number.NaN, '1', null]) {
      expect(codeOf(() => spool.read('a', bad as unknown as number))).toBe('ERR_INVALID_ARG_TYPE');
    }
    const empty = spool.create('empty');
    empty.finish();
    expect(spool.read('empty').length).toBe(0);
  });

  test('text is UTF-8, however long', () => {
    const spool = engine.openSpool(temporaryPath('spool'));
    const text = `${'aé€😀'.repeat(30_000)}\ud800x`;
    const writer = spool.create('a');
    writer.write('short');
    writer.write(text);
    writer.write('');
    writer.finish();
    expect(spool.read('a').equals(Buffer.from(`short${text}`))).toBe(true);
  });

  test('an id is taken once, finished or not', () => {
    const dir = temporaryPath('spool');
    const spool = engine.openSpool(dir);
    const writer = spool.create('a');
    writer.write('half');
    expect(codeOf(() => engine.openSpool(dir).create('a'))).toBe('ERR_EXISTS');
    expect(spool.list()).toEqual([{ id: 'a', bytes: 0, complete: false }]);
    expect(codeOf(() => spool.read('a'))).toBe('ERR_INCOMPLETE');
    expect(spool.read('a', 0, 9, { unverified: true }).length).toBe(0);
    writer.finish();
    expect(codeOf(() => spool.create('a'))).toBe('ERR_EXISTS');
    expect(codeOf(() => writer.write('x'))).toBe('ERR_CLOSED');
    expect(codeOf(() => writer.finish())).toBe('ERR_CLOSED');
    writer.abort();
    expect(spool.read('a').toString()).toBe('half');
    expect(spool.remove('a')).toBe(true);
    expect(spool.remove('a')).toBe(false);
    expect(readdirSync(dir)).toEqual([]);
    expect(codeOf(() => spool.stat('a'))).toBe('ERR_NOT_FOUND');
    expect(codeOf(() => spool.read('a'))).toBe('ERR_NOT_FOUND');
    for (const id of ['', '../a', '.a', 'a/b', 'x'.repeat(129), 7, null]) {
      expect(codeOf(() => spool.create(id as unknown as string))).toBe('ERR_INVALID_ARG_TYPE');
    }
    const random = spool.create();
    expect(random.id).toMatch(/^[0-9a-f]{16}$/);
    random.abort();
    random.abort();
    expect(readdirSync(dir)).toEqual([]);
  });

  test('orphans are no outputs, links are not followed', () => {
    const dir = temporaryPath('spool');
    mkdirSync(dir);
    writeFileSync(join(dir, 'a.sum'), 'old sums');
    writeFileSync(join(dir, 'b-00000000000000ff.tmp'), 'half sums');
    writeFileSync(join(dir, 'c-00000000000000ff.part'), 'half');
    writeFileSync(join(dir, 'd.out'), 'no sums');
    writeFileSync(join(dir, 'secret'), 'secret');
    symlinkSync(join(dir, 'secret'), join(dir, 'e.out'));
    const spool = engine.openSpool(dir);
    expect(spool.list()).toEqual([
      { id: 'c', bytes: 4, complete: false },
      { id: 'd', bytes: 7, complete: false },
    ]);
    expect(codeOf(() => spool.read('d'))).toBe('ERR_INCOMPLETE');
    expect(codeOf(() => spool.read('e', 0, 9, { unverified: true }))).toBe('ERR_NOT_FOUND');
    expect(spool.read('c', 1, 3, { unverified: true }).toString()).toBe('al');
    const writer = spool.create('a');
    writer.write('new');
    writer.finish();
    expect(spool.read('a').toString()).toBe('new');
    expect(spool.remove('b')).toBe(false);
    expect(spool.remove('c')).toBe(true);
    expect(readdirSync(dir).sort()).toEqual(['a.out', 'a.sum', 'd.out', 'e.out', 'secret']);
  });

  test('I6: every changed byte and every truncation of an output or its sums is noticed', () => {
    const dir = temporaryPath('spool');
    const spool = engine.openSpool(dir);
    const bytes = noise(3, 900);
    const writer = spool.create('a');
    writer.write(bytes);
    writer.finish();
    for (const name of ['a.out', 'a.sum']) {
      const path = join(dir, name);
      const content = readFileSync(path);
      for (let at = 0; at < content.length; at += 1) {
        const changed = Buffer.from(content);
        changed[at] = (changed[at] as number) ^ (1 << (at % 8));
        writeFileSync(path, changed);
        expect(
          codeOf(() => spool.read('a')),
          `byte ${at} of ${name}`,
        ).toBe('ERR_CORRUPT');
        writeFileSync(path, content.subarray(0, at));
        expect(
          codeOf(() => spool.read('a')),
          `${name} cut to ${at}`,
        ).toBe('ERR_CORRUPT');
      }
      writeFileSync(path, Buffer.concat([content, Buffer.alloc(1)]));
      expect(
        codeOf(() => spool.read('a')),
        `${name} longer`,
      ).toBe('ERR_CORRUPT');
      writeFileSync(path, content);
    }
    expect(spool.read('a').equals(bytes)).toBe(true);
  });

  test('a damaged block is an error with its place; the others can be read', () => {
    const dir = temporaryPath('spool');
    const spool = engine.openSpool(dir);
    const bytes = noise(4, 3 * BLOCK);
    const writer = spool.create('a');
    writer.write(bytes);
    writer.finish();
    const changed = Buffer.from(bytes);
    changed[BLOCK + 5] = (changed[BLOCK + 5] as number) ^ 1;
    writeFileSync(join(dir, 'a.out'), changed);
    expect(spool.read('a', 0, BLOCK).equals(bytes.subarray(0, BLOCK))).toBe(true);
    expect(spool.read('a', 2 * BLOCK).equals(bytes.subarray(2 * BLOCK))).toBe(true);
    try {
      spool.read('a', 2 * BLOCK - 1);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        code: 'ERR_CORRUPT',
        offset: BLOCK,
        message: `the output a is damaged at byte ${BLOCK}`,
      });
    }
    truncateSync(join(dir, 'a.out'), BLOCK);
    expect(codeOf(() => spool.read('a', 0, 5))).toBe('ERR_CORRUPT');
  });

  test('a stream finishes at its end, aborts when destroyed', async () => {
    const dir = temporaryPath('spool');
    const spool = engine.openSpool(dir);
    const bytes = noise(5, 1_000_000);
    const pieces = Array.from({ length: 100 }, (_, index) =>
      bytes.subarray(index * 10_000, (index + 1) * 10_000),
    );
    await pipeline(Readable.from(pieces), spool.create('a').stream());
    expect(spool.read('a').equals(bytes)).toBe(true);
    const broken = Readable.from(
      (function* () {
        yield Buffer.alloc(200_000);
        throw new Error('source');
      })(),
    );
    await expect(pipeline(broken, spool.create('b').stream())).rejects.toThrow('source');
    expect(readdirSync(dir).sort()).toEqual(['a.out', 'a.sum']);
    const writer = spool.create('c');
    const stream = writer.stream();
    writer.finish();
    stream.write('late');
    await expect(new Promise((_, reject) => stream.on('error', reject))).rejects.toMatchObject({
      code: 'ERR_CLOSED',
    });
  });

  test('64 MB go through with little memory', () => {
    const spool = engine.openSpool(temporaryPath('spool'), { durability: 'buffered' });
    const chunk = noise(6, 100_000);
    const writer = spool.create('a');
    writer.write(chunk);
    globalThis.gc?.();
    const before = process.memoryUsage();
    for (let count = 1; count < 640; count += 1) writer.write(chunk);
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(2 ** 20);
    expect(after.heapUsed - before.heapUsed).toBeLessThan(4 * 2 ** 20);
    expect(writer.finish().bytes).toBe(64_000_000);
    expect(spool.read('a', 63_950_000).equals(chunk.subarray(50_000))).toBe(true);
  });
});

describe.each(enginePairs)('%s writes, %s reads', (a, b) => {
  test('the same outputs, sums and names', () => {
    const dir = temporaryPath('spool');
    const bytes = noise(7, 200_000);
    const writer = (storeEngines[a] as StoreEngine).openSpool(dir).create('x');
    writer.write(bytes);
    writer.finish();
    const half = (storeEngines[a] as StoreEngine).openSpool(dir).create('half');
    half.write(bytes);
    const spool = (storeEngines[b] as StoreEngine).openSpool(dir);
    expect(spool.read('x').equals(bytes)).toBe(true);
    expect(spool.list()).toEqual([
      { id: 'half', bytes: 3 * BLOCK, complete: false },
      { id: 'x', bytes: 200_000, complete: true },
    ]);
    const other = spool.create('y');
    other.write(bytes);
    other.finish();
    expect(readFileSync(join(dir, 'x.sum')).equals(readFileSync(join(dir, 'y.sum')))).toBe(true);
    half.abort();
    expect(spool.list()).toHaveLength(2);
  });
});
