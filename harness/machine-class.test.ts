import { describe, expect, test } from 'vitest';
import { classDifferences, classSlug, describeClass, machineClassOf, slugOf } from './machine-class.ts';
import { resultOf } from './testing/result.ts';

const { environment } = resultOf([]);
const XEON = machineClassOf({ ...environment, cpuModel: 'Intel(R) Xeon(R) Processor @ 2.50GHz' });

test('a class is read off the environment; the kernel is no part of it', () => {
  expect(XEON).toEqual({
    cpuModel: 'Intel(R) Xeon(R) Processor @ 2.50GHz',
    cores: 2,
    os: 'Linux x64',
    nodeMajor: 26,
  });
  const later = { ...environment, os: 'Linux 6.99.1', node: '26.99.0', memoryBytes: 1, libc: 'musl' };
  expect(machineClassOf(later)).toEqual(machineClassOf(environment));
});

test('its names, for files and for people', () => {
  expect(classSlug(XEON)).toBe('linux-x64-intel-xeon-processor-2-50ghz-2-cores-node-26');
  expect(describeClass(XEON)).toBe('Intel(R) Xeon(R) Processor @ 2.50GHz, 2 cores, Linux x64, Node 26');
  expect(describeClass({ ...XEON, cores: 1 })).toContain(', 1 core,');
  expect(slugOf(' Apple M3 Pro (TM) / 漢字 ')).toBe('apple-m3-pro');
});

describe('what differs', () => {
  test.each([
    ['processor', { cpuModel: 'another' }],
    ['cores', { cores: 4 }],
    ['system', { os: 'Linux arm64' }],
    ['Node', { nodeMajor: 27 }],
  ])('%s', (word, change) => {
    expect(classDifferences(XEON, { ...XEON, ...change })).toEqual([word]);
  });

  test('nothing, and everything', () => {
    expect(classDifferences(XEON, { ...XEON })).toEqual([]);
    expect(classDifferences(XEON, { cpuModel: 'a', cores: 1, os: 'b', nodeMajor: 1 })).toHaveLength(4);
  });
});
