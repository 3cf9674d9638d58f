import { expect, test } from 'vitest';
import { allowedCores, environmentSchema, pinCore, readEnvironment } from './environment.ts';
import { temporaryFolder } from './testing/folder.ts';
import { measureClockCostNs } from './trial/clock-cost.ts';

test.each([
  ['0', [0]],
  ['0-3', [0, 1, 2, 3]],
  ['0-2,5', [0, 1, 2, 5]],
  ['1,3-4', [1, 3, 4]],
])('the cores of %s', (list, cores) => {
  expect(allowedCores(list)).toEqual(cores);
});

test('this machine has an environment that the result takes', () => {
  const environment = readEnvironment(temporaryFolder());
  expect(environmentSchema.parse(environment)).toEqual(environment);
  expect(environment).toMatchObject({ revision: null, dirty: null, node: process.versions.node });
});

test('a reading of the clock costs something', () => {
  expect(measureClockCostNs()).toBeGreaterThan(0);
});

test('binding to a core can be switched off', () => {
  const before = process.env.PAIRBENCH_PIN;
  try {
    process.env.PAIRBENCH_PIN = 'off';
    expect(pinCore()).toBeNull();
  } finally {
    if (before === undefined) delete process.env.PAIRBENCH_PIN;
    else process.env.PAIRBENCH_PIN = before;
  }
});
