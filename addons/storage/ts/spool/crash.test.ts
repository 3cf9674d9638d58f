import { expect, test } from 'vitest';
import { noise } from '../testing/noise.ts';
import { SimulatedDisk } from '../testing/simulated/disk.ts';
import {
  checkSpoolDamage,
  checkSpoolFaults,
  checkSpoolRemoval,
  exhaustSpool,
} from '../testing/spool-crash.ts';
import { openSpoolOn } from './spool.ts';

test('I1, I2, I12: a crash at every operation', () => {
  expect(exhaustSpool()).toBeGreaterThan(500);
}, 60_000);

test('I10, I11: a failure at every operation', checkSpoolFaults, 60_000);

test('I6: every changed byte and every truncation', () => {
  expect(checkSpoolDamage()).toBeGreaterThan(1200);
});

test('I1: a removal outlives a power cut', checkSpoolRemoval);

test('I10: after a failed write only abort works', () => {
  const disk = new SimulatedDisk(1);
  const writer = openSpoolOn(disk, '/spool', 'flushed').create('a');
  disk.fault = { at: disk.operations, code: 'ENOSPC' };
  expect(() => writer.write(noise(1, 150_000))).toThrow(expect.objectContaining({ code: 'ERR_NO_SPACE' }));
  disk.fault = undefined;
  expect(() => writer.write(noise(2, 100))).toThrow(expect.objectContaining({ code: 'ERR_POISONED' }));
  expect(() => writer.read()).toThrow(expect.objectContaining({ code: 'ERR_POISONED' }));
  expect(() => writer.finish()).toThrow(expect.objectContaining({ code: 'ERR_POISONED' }));
  writer.abort();
  expect(disk.list('/spool')).toEqual([]);
});
