import { expect, test } from 'vitest';
import { alignColumns, formatBytes, formatMetric, formatNs, formatRate } from './format.ts';

test.each([
  [0.512, '0.512 ns'],
  [1, '1 ns'],
  [999.4, '999 ns'],
  [999.9, '1 us'],
  [1_234, '1.23 us'],
  [999_999, '1 ms'],
  [5_000_000, '5 ms'],
  [12_345_678, '12.3 ms'],
  [90_000_000_000, '90 s'],
])('%d ns is %s', (ns, text) => {
  expect(formatNs(ns)).toBe(text);
});

test('bytes and rates', () => {
  expect(formatBytes(0)).toBe('0 B');
  expect(formatBytes(50_331_648)).toBe('50.3 MB');
  expect(formatBytes(3e12)).toBe('3000 GB');
  expect(formatRate(12_345_678, 'token')).toBe('12.3 M tokens/s');
  expect(formatRate(999_999, 'byte')).toBe('1 M bytes/s');
  expect(formatRate(5.5, 'query')).toBe('5.5 queries/s');
  expect(formatRate(1_500, 'key')).toBe('1.5 k keys/s');
  expect(formatRate(1_500, 'match')).toBe('1.5 k matches/s');
});

test('a metric carries its unit in its name', () => {
  expect(formatMetric('p99Ns', 1_000_000)).toBe('1 ms');
  expect(formatMetric('p50NsOfBatch', 7.5)).toBe('7.5 ns');
  expect(formatMetric('slowestInputP50Ns', 40_000_000)).toBe('40 ms');
  expect(formatMetric('speedup', 10)).toBe('10x');
  expect(formatMetric('retainedRatio', 0.7)).toBe('0.7x');
  expect(formatMetric('peakRssBytes', 1e6)).toBe('1 MB');
  expect(formatMetric('wrongAnswers', 1_234)).toBe('1234');
  expect(formatMetric('unitsPerSec', 1_234_567)).toBe('1230000');
});

test('columns are as wide as their widest cell, without blanks at the end', () => {
  expect(
    alignColumns([
      ['case', 'x'],
      ['a', 'long cell'],
    ]),
  ).toEqual(['case  x', 'a     long cell']);
  expect(alignColumns([])).toEqual([]);
});
