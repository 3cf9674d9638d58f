import { closeSync, fstatSync, openSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { temporaryPath } from '../testing/temporary-dir.ts';
import { RealFileSystem } from './real.ts';

test('a file that was closed while a call was under way is closed once: its number may be another file’s by then', async () => {
  const path = temporaryPath();
  const file = new RealFileSystem().create(path);
  const written = file.writeAsync(Buffer.alloc(2 ** 20), 0);
  file.close();
  expect(await written).toBe(2 ** 20);
  // The pool closes it, and the next files to be opened get its number.
  await setTimeout(100);
  const others = Array.from({ length: 8 }, () => openSync(path, 'r'));
  await expect(file.syncDataAsync()).rejects.toThrow('EBADF');
  await expect(file.writeAsync(Buffer.from('x'), 0)).rejects.toThrow('EBADF');
  expect(() => file.writeAt(Buffer.from('x'), 0)).toThrow('EBADF');
  file.close();
  await setTimeout(100);
  for (const other of others) {
    expect(fstatSync(other).size).toBe(2 ** 20);
    closeSync(other);
  }
});
