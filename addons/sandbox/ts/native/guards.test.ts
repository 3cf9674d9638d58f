/** A panic inside native code is an error of ours, once; the sandbox goes on. */

import { expect, test } from 'vitest';
import { ENGINES, ground, text } from '../execution/testing/ground.ts';
import { loadNative } from './load.ts';

const native = ENGINES.find(({ name }) => name === 'native');
const run = test.skipIf(native === undefined || native.skip !== undefined);
const under = native as NonNullable<typeof native>;

const INTERNAL = { code: 'ERR_INTERNAL' };

run.each(['read', 'read.compute'])('%s', async (name) => {
  await using at = ground(under);
  await at.sandbox.write('file', 'x');
  loadNative().injectPanic(name);
  await expect(at.sandbox.read('file')).rejects.toMatchObject(INTERNAL);
  expect(text(await at.sandbox.read('file'))).toBe('x');
});

run.each(['write', 'write.compute'])('%s', async (name) => {
  await using at = ground(under);
  loadNative().injectPanic(name);
  await expect(at.sandbox.write('file', 'x')).rejects.toMatchObject(INTERNAL);
  await at.sandbox.write('file', 'y');
  expect(text(await at.sandbox.read('file'))).toBe('y');
});

run.each(['list', 'list.compute'])('%s', async (name) => {
  await using at = ground(under);
  loadNative().injectPanic(name);
  await expect(at.sandbox.list('.')).rejects.toMatchObject(INTERNAL);
  expect(await at.sandbox.list('.')).toEqual([]);
});

run('evaluate and openSandbox', async () => {
  await using at = ground(under);
  loadNative().injectPanic('evaluate');
  expect(() => at.sandbox.evaluate('x', 'read')).toThrow(expect.objectContaining(INTERNAL));
  expect(at.sandbox.evaluate('x', 'read').decision).toBe('allow');
  loadNative().injectPanic('openSandbox');
  expect(() => ground(under)).toThrow(expect.objectContaining(INTERNAL));
});

run.each(['launch', 'descriptors', 'readReport', 'reap'])('a run, %s', async (name) => {
  await using at = ground(under);
  loadNative().injectPanic(name);
  await expect(at.sandbox.execute('true')).rejects.toMatchObject(INTERNAL);
  expect((await at.sandbox.execute('true')).exitCode).toBe(0);
});

run('the listener of a run with a network', async () => {
  await using at = ground(under, { network: { domains: ['example.com'] } });
  loadNative().injectPanic('listener.compute');
  await expect(at.sandbox.execute('true')).rejects.toMatchObject(INTERNAL);
  expect((await at.sandbox.execute('true')).exitCode).toBe(0);
});

run('what memory native code holds is counted', () => {
  const { version, liveBytes } = loadNative().bindingInfo();
  expect(version).toMatch(/^\d+\.\d+\.\d+/);
  expect(liveBytes).toBeGreaterThan(0);
  loadNative().resetPeak();
});
