import { expect, test } from 'vitest';
import { judge } from '../gate/judge.ts';
import { Measured } from '../gate/measured.ts';
import { measurementOf, resultOf, rowsOf, timesOf } from '../testing/result.ts';
import { reportPage } from './page.ts';
import { slowestSections } from './slowest.ts';

const trialOf = (p50Ns: number[], maxNs: number[]) =>
  measurementOf(1_000, 20, 1_000, {
    byInput: { labels: ['a | b', '__c__', 'd'].slice(0, p50Ns.length), p50Ns, maxNs },
  });

const RESULT = resultOf([
  ...rowsOf('sums/add', 'native', [
    trialOf([1_000, 3_000, 2_000], [1_000, 9_000, 2_000]),
    trialOf([1_000, 5_000, 2_000], [7_000, 5_000, 2_000]),
    // Ran out of time.
    trialOf([1_000], [1_000]),
  ]),
  ...rowsOf('sums/add', 'typescript', [trialOf([8_000, 6_000], [8_000, 6_000])]),
  ...timesOf('sums/other', 'native', [1_000]),
]);

const sections = (result: typeof RESULT) => slowestSections(result, new Measured(result), 'sums').join('\n');

test('a table a case: median over trials of the medians, highest first, and the longest of all trials', () => {
  expect(sections(RESULT).split('\n')).toEqual([
    '',
    '### sums/add: slowest inputs',
    '',
    '| native: input | P50 | worst seen | typescript: input | P50 | worst seen |',
    '| --- | --- | --- | --- | --- | --- |',
    '| &#95;&#95;c&#95;&#95; | 4 us | 9 us | a \\| b | 8 us | 8 us |',
    '| d | 2 us | 2 us | &#95;&#95;c&#95;&#95; | 6 us | 6 us |',
    '| a \\| b | 1 us | 7 us |  |  |  |',
  ]);
});

test('ten of many', () => {
  const ns = Array.from({ length: 30 }, (_, i) => 1_000 * (i + 1));
  const byInput = { labels: ns.map((one) => `${one}`) as [string, ...string[]], p50Ns: ns, maxNs: ns };
  const many = resultOf(rowsOf('sums/add', 'native', [measurementOf(1_000, 20, 1_000, { byInput })]));
  const rows = sections(many).split('\n').slice(5);
  expect(rows).toHaveLength(10);
  expect(rows[0]).toContain('30000');
  expect(rows[9]).toContain('21000');
});

test('stands on the page once, and not where no case asks for it', () => {
  expect(reportPage(RESULT, judge(RESULT, [])).match(/: slowest inputs/g)).toHaveLength(1);
  expect(sections(resultOf(timesOf('sums/add', 'native', [1_000])))).toBe('');
});
