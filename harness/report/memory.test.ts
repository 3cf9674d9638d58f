import { expect, test } from 'vitest';
import { judge } from '../gate/judge.ts';
import { memoryOf, memoryRowsOf, resultOf, timesOf } from '../testing/result.ts';
import { memorySection } from './memory.ts';
import { reportPage } from './page.ts';

const TIMES = timesOf('sums/add', 'native', [1_000]);
const PEAKED = { ...memoryOf(), operationPeak: { operations: 3, jsBytes: 40_000, nativeBytes: 2_000 } };
const RESULT = resultOf(TIMES, {
  memoryTrials: [
    ...memoryRowsOf('sums/add', 'native', [PEAKED, memoryOf({ heapBytes: 300_000 })]),
    ...memoryRowsOf('sums/add', 'typescript', [
      memoryOf({ externalBytes: 9_000_000, nativeBytes: null }, null),
    ]),
  ],
});

test('one row an engine: medians of the parts, their sum, the peaks, allocations', () => {
  expect(memorySection(RESULT, 'sums').slice(-1)[0]?.split('\n')).toEqual([
    '| case | engine | heap | external | native | retained in all | peak of a call | peak RSS | allocations an operation |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    '| add | native | 200 KB | 100 KB | 6 MB | 6.3 MB | 42 KB | 70 MB | 3 |',
    '| add | typescript | 100 KB | 9 MB | - | 9.1 MB | - | 70 MB | - |',
  ]);
});

test('stands on the page once a suite, and not where no memory was read', () => {
  const page = reportPage(RESULT, judge(RESULT, []));
  expect(page.match(/### sums: memory/g)).toHaveLength(1);
  expect(memorySection(resultOf(TIMES), 'sums')).toEqual([]);
  expect(memorySection(RESULT, 'words')).toEqual([]);
});
