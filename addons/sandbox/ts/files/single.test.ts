/** What the table cannot say. src/files/tests/single.rs is the twin. */

import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { SandboxError } from '../contract.ts';
import type { Evaluate } from '../typescript/evaluate.ts';
import { DEFAULT_READ_MAX_BYTES, openFiles } from '../typescript/files.ts';
import { filesOf, makePlace, type Place } from './place.ts';

/** Says that a path is resolved which is not: as if a link had come right after it looked. */
function blind(place: Place, path: string): Evaluate {
  return () => ({ decision: 'allow', reason: 'allowed', resolved: `${place.base}/${path}` });
}

async function errorOf(act: Promise<unknown>): Promise<SandboxError> {
  return act.then(
    () => expect.fail('it was done'),
    (error: SandboxError) => error,
  );
}

describe.skipIf(process.platform === 'win32')('file actions', () => {
  test('a link that stays is denied after a few attempts', async () => {
    const place = makePlace();
    writeFileSync(place.at('outside/file'), 'outside');
    symlinkSync('../outside', place.at('root/link'));
    symlinkSync('../outside/file', place.at('root/leaf'));
    for (const path of ['root/link/file', 'root/leaf']) {
      let asked = 0;
      const files = filesOf(place, (...question) => {
        asked++;
        return blind(place, path)(...question);
      });
      for (const error of [
        await errorOf(files.read('/x', DEFAULT_READ_MAX_BYTES, [])),
        await errorOf(files.write('/x', Buffer.from('no'), [])),
        await errorOf(files.list('/x', [])),
      ]) {
        expect(error).toMatchObject({
          code: 'ERR_DENIED',
          verdict: { decision: 'deny', reason: 'symlink', resolved: place.at(path) },
        });
      }
      expect(asked, 'four times for each of three acts').toBe(12);
    }
    expect(readFileSync(place.at('outside/file'), 'utf8')).toBe('outside');
    expect(readdirSync(place.at('outside'))).toEqual(['file']);
  });

  test('an evaluator that allows what is in no root is not believed', async () => {
    const place = makePlace();
    writeFileSync(place.at('outside/file'), 'outside');
    for (const path of ['outside/file', 'root/../outside/file', 'root//x', 'root-evil']) {
      const error = await errorOf(filesOf(place, blind(place, path)).read('/x', DEFAULT_READ_MAX_BYTES, []));
      expect(error).toMatchObject({ code: 'ERR_DENIED', verdict: { reason: 'outside' } });
    }
    for (const path of ['system/file', 'fixed/file']) {
      const error = await errorOf(filesOf(place, blind(place, path)).write('/x', Buffer.from('no'), []));
      expect(error.code).toBe('ERR_DENIED');
    }
  });

  test('a root that is gone or another is no ground', async () => {
    const place = makePlace();
    writeFileSync(place.at('root/file'), 'inside');
    const files = filesOf(place, blind(place, 'root/file'));
    renameSync(place.at('root'), place.at('moved'));
    const gone = await errorOf(files.read(place.at('root/file'), DEFAULT_READ_MAX_BYTES, []));
    expect(gone).toMatchObject({ code: 'ERR_IO', errno: 'ENOENT' });
    mkdirSync(place.at('root'));
    const other = await errorOf(files.read(place.at('root/file'), DEFAULT_READ_MAX_BYTES, []));
    expect(other).toMatchObject({
      code: 'ERR_IO',
      errno: 'ESTALE',
      message: `the root "${place.at('root')}" is not the directory that the policy was made with: ESTALE`,
    });
  });

  test('opening checks who the root is', () => {
    const place = makePlace();
    const open = (path: string) =>
      openFiles(
        { roots: [{ path: place.at(path), access: 'write', device: '1', inode: '1' }], system: [] },
        place.evaluate,
      );
    expect(() => open('root')).toThrow(expect.objectContaining({ code: 'ERR_IO', errno: 'ESTALE' }));
    expect(() => open('nowhere')).toThrow(expect.objectContaining({ code: 'ERR_IO', errno: 'ENOENT' }));
  });

  test('ten thousand entries are listed, and the event loop goes on', async () => {
    const place = makePlace();
    for (let number = 0; number < 10_000; number++) {
      writeFileSync(place.at(`root/${String(number).padStart(5, '0')}`), '');
    }
    let turns = 0;
    const counting = setInterval(() => turns++, 1);
    const entries = await filesOf(place).list(place.at('root'), []);
    clearInterval(counting);
    expect(entries).toHaveLength(10_000);
    expect(entries.every((entry, index) => entry.name === String(index).padStart(5, '0'))).toBe(true);
    expect(turns).toBeGreaterThan(5);
  });

  test('a large file is read without blocking, and written bytes are those of the call', async () => {
    const place = makePlace();
    const files = filesOf(place);
    const data = Buffer.alloc(20 * 2 ** 20, 'abc');
    const writing = files.write(place.at('root/large'), data, []);
    data.fill('x');
    await writing;
    const bytes = await files.read(place.at('root/large'), DEFAULT_READ_MAX_BYTES, []);
    expect(Buffer.from(bytes).equals(Buffer.alloc(20 * 2 ** 20, 'abc'))).toBe(true);
    // Nothing behind the view but the one byte that saw the end.
    expect(bytes.buffer.byteLength).toBe(bytes.length + 1);
  });

  test('two writers at once leave one of the two, whole', async () => {
    const place = makePlace();
    const files = filesOf(place);
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(5000));
    await Promise.all(texts.map((text) => files.write(place.at('root/f'), Buffer.from(text), [])));
    expect(texts).toContain(readFileSync(place.at('root/f'), 'utf8'));
    expect(readdirSync(place.at('root'))).toEqual(['f']);
  });

  test.runIf(process.platform === 'linux')('descriptors are given back', async () => {
    const place = makePlace();
    writeFileSync(place.at('root/file'), 'x');
    const files = filesOf(place);
    const count = () => readdirSync('/proc/self/fd').length;
    const before = count();
    for (let round = 0; round < 200; round++) {
      await files.read(place.at('root/file'), DEFAULT_READ_MAX_BYTES, []);
      await files.list(place.at('root'), []);
      await files.write(place.at('root/file'), Buffer.from('x'), []);
      await errorOf(files.read(place.at('root'), DEFAULT_READ_MAX_BYTES, []));
      await errorOf(files.read(place.at('root/file'), 0, []));
      await errorOf(files.list(place.at('root/file'), []));
      await errorOf(files.write(place.at('root/none/file'), Buffer.from('x'), []));
    }
    // Others in this process come and go; a leak would be hundreds.
    expect(count()).toBeLessThan(before + 50);
  });

  test('closed, it does nothing', async () => {
    const place = makePlace();
    const files = openFiles(place.policy, place.evaluate);
    files.close();
    files.close();
    expect(await errorOf(files.list(place.at('root'), []))).toMatchObject({ code: 'ERR_CLOSED' });
  });
});
