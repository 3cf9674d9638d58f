import { expect, test } from 'vitest';
import { judge } from '../gate/judge.ts';
import { Measured } from '../gate/measured.ts';
import { caseOf, resultOf, timesOf } from '../testing/result.ts';
import { curveSections } from './curve.ts';
import { reportPage } from './page.ts';

const point = (id: string, name: string) => ({
  ...caseOf(id, [{ id: 'other' }]),
  curve: { over: 'terms', point: name },
});
const RESULT = resultOf(
  [
    ...timesOf('sums/few', 'typescript', [4_000]),
    ...timesOf('sums/few', 'native', [1_000]),
    ...timesOf('sums/few', 'other', [8_000]),
    ...timesOf('sums/many', 'typescript', [8_000]),
    ...timesOf('sums/many', 'native', [2_000]),
  ],
  { cases: [caseOf('sums/add'), point('sums/few', '10'), point('sums/many', '1,000')] },
);

test('one table a curve: a row a point, P50 of everybody, how much longer others take, the slowest points', () => {
  const lines = curveSections(RESULT, new Measured(RESULT), 'sums').join('\n').split('\n');
  expect(lines).toEqual([
    '',
    '### sums: over terms',
    '',
    '| terms | native | typescript | other | native over typescript | native over other |',
    '| --- | --- | --- | --- | --- | --- |',
    '| 10 | 1 us | 4 us | 8 us | 4x | 8x |',
    '| 1,000 | 2 us | 8 us | - | 4x | - |',
    '',
    'Slowest: 1,000 on native (2 us), 1,000 on typescript (8 us).',
  ]);
});

test('stands on the page once, and not where a suite has no curve', () => {
  expect(reportPage(RESULT, judge(RESULT, [])).match(/### sums: over terms/g)).toHaveLength(1);
  expect(curveSections(RESULT, new Measured(RESULT), 'words')).toEqual([]);
});
