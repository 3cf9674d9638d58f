import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@pairbench/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Checkpoints } from '../contract.ts';
import { RealFileSystem } from '../files/real.ts';
import { loadNative } from '../native/load.ts';
import { applied, type Contents, contentsOf, perform, type Step } from '../testing/checkpoint-steps.ts';
import { codeOf } from '../testing/code-of.ts';
import { noise } from '../testing/noise.ts';
import { enginePairs, type StoreEngine, storeEngines } from '../testing/store-engines.ts';
import { temporaryPath } from '../testing/temporary-dir.ts';
import { openCheckpointsOn } from './store.ts';

const SMALL = { segmentBytes: 32 * 1024 };

describe.each(Object.entries(storeEngines))('%s', (_name, engine: StoreEngine) => {
  test('what is saved comes back, in the order of the saves, also after reopening', () => {
    const dir = temporaryPath();
    const bytes = noise(1, 300_000);
    let store = engine.openCheckpoints(dir, SMALL);
    const first = store.save('b', bytes);
    expect(first).toEqual({ id: 'b', seq: 0, bytes: 300_000, writtenBytes: first.writtenBytes });
    expect(store.save('a', Buffer.from('text')).seq).toBe(1);
    store.save('é', new Uint8Array());
    expect(store.save('b', bytes).writtenBytes).toBeLessThan(2000);
    const list = [
      { id: 'a', seq: 1, bytes: 4 },
      { id: 'é', seq: 2, bytes: 0 },
      { id: 'b', seq: 3, bytes: 300_000 },
    ];
    expect(store.list()).toEqual(list);
    store.close();
    store.close();
    store = engine.openCheckpoints(dir, SMALL);
    expect(store.recovery.wasClosed).toBe(true);
    expect(store.list()).toEqual(list);
    expect(store.load('b').equals(bytes)).toBe(true);
    expect(store.load('é').length).toBe(0);
    expect(store.remove('a')).toBe(true);
    expect(store.remove('a')).toBe(false);
    expect(store.prune(1)).toEqual(['é']);
    expect(codeOf(() => store.load('a'))).toBe('ERR_NOT_FOUND');
    store.close();
    expect(codeOf(() => store.load('b'))).toBe('ERR_CLOSED');
    expect(codeOf(() => store.list())).toBe('ERR_CLOSED');
    expect(codeOf(() => store.save('b', bytes))).toBe('ERR_CLOSED');
  });

  test('arguments are checked', () => {
    using store = engine.openCheckpoints(temporaryPath(), { ...SMALL, maxBytes: 10 });
    for (const id of ['', 'x'.repeat(513), '\ud800', 7, null]) {
      expect(codeOf(() => store.save(id as unknown as string, Buffer.alloc(1)))).toBe('ERR_INVALID_ARG_TYPE');
      expect(codeOf(() => store.load(id as unknown as string))).toBe('ERR_INVALID_ARG_TYPE');
    }
    for (const bytes of ['text', undefined, [1], new Uint16Array(1)]) {
      expect(codeOf(() => store.save('a', bytes as unknown as Uint8Array))).toBe('ERR_INVALID_ARG_TYPE');
    }
    for (const keep of [-1, 1.5, Number.NaN, '1'])
      expect(codeOf(() => store.prune(keep as unknown as number))).toBe('ERR_INVALID_ARG_TYPE');
    expect(codeOf(() => store.save('a', Buffer.alloc(11)))).toBe('ERR_TOO_LARGE');
    const detached = new Uint8Array(5);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    expect(codeOf(() => store.save('a', detached))).toBe('ERR_DETACHED_BUFFER');
    const shared = new Uint8Array(new SharedArrayBuffer(3)).fill(9);
    store.save('x'.repeat(512), shared);
    expect(store.load('x'.repeat(512))).toEqual(Buffer.from([9, 9, 9]));
    expect(store.prune(Number.POSITIVE_INFINITY)).toEqual([]);
  });

  test('asynchronous calls keep their order among all calls, whatever happens to the buffer', async () => {
    using store = engine.openCheckpoints(temporaryPath());
    const first = noise(1, 500_000);
    const expected = Buffer.from(first);
    const saved = store.saveAsync('a', first);
    first.fill(0);
    const loaded = store.loadAsync('a');
    const second = store.saveAsync('a', noise(2, 1000));
    store.save('b', Buffer.from('sync'));
    expect((await saved).seq).toBe(0);
    expect((await loaded).equals(expected)).toBe(true);
    expect((await second).seq).toBe(1);
    expect(store.list().map(({ id, seq }) => [id, seq])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    const moved = new Uint8Array(noise(3, 200_000));
    const copy = Buffer.from(moved);
    const moving = store.saveAsync('c', moved);
    structuredClone(moved.buffer, { transfer: [moved.buffer] });
    await moving;
    expect((await store.loadAsync('c')).equals(copy)).toBe(true);
    await expect(store.loadAsync('none')).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
  });

  test('an abort rejects with its reason', async () => {
    using store = engine.openCheckpoints(temporaryPath());
    const reason = new Error('enough');
    await expect(store.saveAsync('a', noise(1, 10), { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
    const controller = new AbortController();
    const saving = store.saveAsync('a', noise(1, 3_000_000), { signal: controller.signal });
    controller.abort(reason);
    await expect(saving).rejects.toBe(reason);
    await expect(store.loadAsync('a', { signal: 1 as unknown as AbortSignal })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
    });
    store.save('b', noise(2, 10));
    expect(store.load('b').equals(noise(2, 10))).toBe(true);
  });

  test('I15: a reader sees what was acknowledged, also while space is given back', () => {
    const dir = temporaryPath();
    expect(codeOf(() => engine.openCheckpoints(dir, { readOnly: true }))).toBe('ERR_NOT_FOUND');
    using writer = engine.openCheckpoints(dir, SMALL);
    writer.save('a', Buffer.from('one'));
    using reader = engine.openCheckpoints(dir, { ...SMALL, readOnly: true });
    expect(reader.load('a').toString()).toBe('one');
    for (const call of [
      () => reader.save('a', Buffer.alloc(1)),
      () => reader.remove('a'),
      () => reader.prune(0),
    ]) {
      expect(codeOf(call)).toBe('ERR_READ_ONLY');
    }
    for (let round = 0; round < 40; round += 1) {
      writer.save('b', noise(round, 20_000));
      expect(reader.load('b').equals(noise(round, 20_000))).toBe(true);
    }
    writer.remove('b');
    expect(reader.list().map(({ id }) => id)).toEqual(['a']);
    expect(reader.load('a').toString()).toBe('one');
  });

  test('the store does not outgrow what is live (I13)', () => {
    const dir = temporaryPath();
    using store = engine.openCheckpoints(dir, SMALL);
    store.save('keeper', noise(1, 50_000));
    for (let round = 0; round < 60; round += 1) store.save('busy', noise(100 + round, 30_000));
    const total = readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
    expect(total).toBeLessThan(5 * 80_000 + 6 * 32_768);
    expect(store.load('keeper').equals(noise(1, 50_000))).toBe(true);
  });

  test('salvage copies what is whole', () => {
    const dir = temporaryPath();
    const store = engine.openCheckpoints(dir, { segmentBytes: 1 << 20 });
    store.save('whole', noise(1, 9000));
    store.save('hurt', noise(2, 9000));
    store.close();
    const segment = join(dir, '0000000000000000.seg');
    const bytes = readFileSync(segment);
    bytes[12_000] = (bytes[12_000] as number) ^ 1;
    new RealFileSystem().open(segment, 'write').writeAt(bytes, 0);
    expect(codeOf(() => engine.openCheckpoints(dir))).toBe('ERR_CORRUPT');
    const into = join(dir, '..', 'saved');
    const report = engine.salvageCheckpoints(dir, into);
    expect(report).toMatchObject({ whole: [{ id: 'whole', seq: 0, bytes: 9000 }], older: [], lost: [] });
    expect(report.damage).toHaveLength(1);
    using saved = engine.openCheckpoints(into);
    expect(saved.load('whole').equals(noise(1, 9000))).toBe(true);
    expect(codeOf(() => engine.salvageCheckpoints(join(dir, '..'), into))).toBe('ERR_NOT_FOUND');
  });
});

/** Edits as a session makes them. */
function edited(bytes: Uint8Array, random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  const fresh = noise(random.next(), 1 + random.below(5000));
  const [front, back] = [bytes.subarray(0, at), bytes.subarray(at)];
  const kind = random.below(5);
  if (kind === 0) return Buffer.concat([front, fresh, back]);
  if (kind === 1) return Buffer.from(bytes.subarray(Math.min(bytes.length, random.below(30_000))));
  if (kind === 2) return Buffer.concat([front, fresh, back.subarray(fresh.length)]);
  return Buffer.concat([bytes, noise(random.next(), random.below(40_000))]);
}

describe.each(enginePairs)('%s and %s in turn', (a, b) => {
  test('are one map', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(4096, 40_000, 300_000), (seed, segmentBytes) => {
        const random = new Random(seed);
        const dir = temporaryPath();
        let turn = 0;
        const open = (): Checkpoints => {
          turn += 1;
          return (storeEngines[turn % 2 === 0 ? a : b] as StoreEngine).openCheckpoints(dir, { segmentBytes });
        };
        let store = open();
        let model: Contents = new Map();
        for (let count = 0; count < 25; count += 1) {
          const id = random.pick(['plan', 'session', 'tree']);
          const kind = random.below(12);
          const step: Step =
            kind === 0
              ? { op: 'remove', id }
              : kind === 1
                ? { op: 'prune', keep: random.below(4) }
                : kind < 4
                  ? { op: 'reopen' }
                  : { op: 'save', id, bytes: edited(model.get(id) ?? noise(seed, 20_000), random) };
          store = perform(store, step, open);
          model = applied(model, step);
          const found = contentsOf(store);
          expect([...found.keys()]).toEqual([...model.keys()]);
          for (const [name, bytes] of found)
            expect(Buffer.compare(bytes, model.get(name) as Uint8Array)).toBe(0);
        }
        store.close();
      }),
      { numRuns: 6 },
    );
  }, 60_000);
});

test.runIf('native' in storeEngines)('both engines write the same bytes when the salts are equal', () => {
  const native = storeEngines.native as StoreEngine;
  const dirs = [temporaryPath('native'), temporaryPath('typescript')] as const;
  const random = new Random(7);
  const base = noise(1, 200_000);
  const versions = [base, edited(base, random), edited(base, random), base, noise(2, 300_000)];
  const play = (store: Checkpoints) => {
    versions.forEach((bytes, index) => {
      store.save(['a', 'b'][index % 2] as string, bytes);
    });
    store.remove('b');
    store.save('a', edited(base, new Random(3)));
    store.close();
  };
  const options = { segmentBytes: 64 * 1024 };
  play(native.openCheckpoints(dirs[0], options));
  // The salts that the native engine took, in order; the numbers of its spares are not asked for again.
  const names = readdirSync(dirs[0]).filter((name) => name.endsWith('.seg'));
  const files = new RealFileSystem();
  const salts = new Map(names.map((name) => [name, readFileSync(join(dirs[0], name)).readBigUInt64LE(32)]));
  const checked = {
    ...options,
    durability: 'flushed',
    maxBytes: 2 ** 26,
    readOnly: false,
    lockWaitMs: 0,
  } as const;
  play(openCheckpointsOn(files, dirs[1], checked));
  expect(readdirSync(dirs[1]).filter((name) => name.endsWith('.seg'))).toEqual(names);
  for (const [name] of salts) {
    const [ours, theirs] = [readFileSync(join(dirs[1], name)), readFileSync(join(dirs[0], name))];
    blankSalted(ours);
    blankSalted(theirs);
    expect(ours.equals(theirs), name).toBe(true);
  }
});

/** Salt and the checksums that it is part of become zero: those of the segment's header and of each frame's. */
function blankSalted(segment: Buffer): void {
  segment.fill(0, 32, 40);
  segment.fill(0, 60, 64);
  for (let at = 64; at + 40 <= segment.length && segment.readUInt8(at + 32) !== 0; ) {
    segment.fill(0, at, at + 4);
    at += Math.ceil((40 + segment.readUInt32LE(at + 8)) / 8) * 8;
  }
}

describe.runIf('native' in storeEngines)('native: a panic behind any call', () => {
  const engine = storeEngines.native as StoreEngine;
  const calls: Record<string, (store: Checkpoints) => unknown> = {
    'Checkpoints.save': (store) => store.save('a', Buffer.from('x')),
    'Checkpoints.size': (store) => store.load('a'),
    'Checkpoints.load': (store) => store.load('a'),
    'Checkpoints.list': (store) => store.list(),
    'Checkpoints.remove': (store) => store.remove('a'),
    'Checkpoints.prune': (store) => store.prune(1),
    'Checkpoints.flush': (store) => store.flush(),
  };
  test.each(Object.entries(calls))('%s', (name, call) => {
    const dir = temporaryPath();
    const store = engine.openCheckpoints(dir);
    store.save('a', Buffer.from('before'));
    loadNative().injectPanic(name);
    expect(codeOf(() => call(store))).toBe('ERR_INTERNAL');
    expect(codeOf(() => call(store))).toBe('ERR_POISONED');
    store.close();
    using again = engine.openCheckpoints(dir);
    expect(again.load('a').toString()).toBe('before');
  });

  test('on the thread pool', async () => {
    const dir = temporaryPath();
    for (const name of ['saveAsync', 'loadAsync'] as const) {
      using store = engine.openCheckpoints(dir);
      store.save('a', Buffer.from('before'));
      loadNative().injectPanic(`Checkpoints.${name}.compute`);
      const call = name === 'saveAsync' ? store.saveAsync('a', Buffer.from('x')) : store.loadAsync('a');
      await expect(call).rejects.toMatchObject({ code: 'ERR_INTERNAL' });
      expect(codeOf(() => store.load('a'))).toBe('ERR_POISONED');
    }
  });

  test('of a spool', () => {
    const spool = engine.openSpool(temporaryPath('spool'));
    for (const name of ['create', 'list', 'stat', 'read', 'remove'] as const) {
      loadNative().injectPanic(`Spool.${name}`);
      expect(codeOf(() => (name === 'list' ? spool.list() : spool[name]('a')))).toBe('ERR_INTERNAL');
    }
    for (const name of ['write', 'read', 'finish'] as const) {
      const writer = spool.create();
      loadNative().injectPanic(`SpoolWriter.${name}`);
      const call = () => (name === 'write' ? writer.write('x') : writer[name]());
      expect(codeOf(call)).toBe('ERR_INTERNAL');
      expect(codeOf(call)).toBe('ERR_POISONED');
      writer.abort();
    }
    expect(spool.list()).toEqual([]);
  });
});
