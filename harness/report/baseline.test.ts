import { expect, test } from 'vitest';
import { withBaseline } from '../gate/against-baseline.ts';
import { baselineOf } from '../gate/blessing.ts';
import { judge } from '../gate/judge.ts';
import { summaryLine } from '../gate/lines.ts';
import { resultOf, timesOf } from '../testing/result.ts';
import { reportPage } from './page.ts';

const TWENTY = Array.from({ length: 20 }, (_, i) => 1_000 + i);
const BASELINE = baselineOf(
  resultOf([
    ...timesOf('sums/add', 'native', TWENTY),
    ...timesOf('sums/gone', 'native', TWENTY),
    ...timesOf('sums/slow', 'native', TWENTY),
  ]),
);
const NOW = resultOf([
  ...timesOf('sums/add', 'native', TWENTY.slice(0, 6)),
  ...timesOf('sums/new', 'native', TWENTY.slice(0, 6)),
  ...timesOf(
    'sums/slow',
    'native',
    TWENTY.slice(0, 6).map((ns) => 2 * ns),
  ),
]);
const JUDGEMENT = withBaseline(judge(NOW, []), NOW, BASELINE);

test('the page has a section of its own; what blocks is bold', () => {
  const page = reportPage(NOW, JUDGEMENT);
  const section = page.slice(page.indexOf('## Against the baseline'));
  expect(section).toContain('The baseline is revision 0123456789ab of 2026-11-22');
  expect(section).toMatch(/^\| unchanged \| sums\/add \| native \| p50Ns \| 1\.01 us \| 1 us \| .* \|$/m);
  expect(section).toMatch(
    /^\| \*\*unmeasured\*\* \| sums\/gone \| native \| p50Ns \| 1\.01 us \| - \| no suite/m,
  );
  expect(section).toMatch(/^\| \*\*regressed\*\* \| sums\/slow \| .* \| \+9\d\.\d % \(.* \|$/m);
  expect(section).toContain('Not in the baseline: `sums/new native`.');
});

test('without a baseline there is none', () => {
  expect(reportPage(NOW, judge(NOW, []))).not.toContain('Against the baseline');
});

test('the summary counts what blocks and what does not', () => {
  expect(summaryLine(JUDGEMENT)).toBe(
    'gate FAILED: 0 held targets missed or unmeasured, 0 faults, 2 figures regressed or missing against the baseline (held: none; open: none; baseline: 1 unchanged, 1 regressed, 1 unmeasured, 1 new)',
  );
  expect(summaryLine(judge(NOW, []))).toBe('gate passed (held: none; open: none)');
});
