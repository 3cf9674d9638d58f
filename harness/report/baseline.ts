/** What a result says against a baseline, as a section of the report. */

import type { BaselineJudgement } from '../gate/against-baseline.ts';
import { originOf, timesOfVerdict } from '../gate/baseline-lines.ts';
import { markdownTable } from './table.ts';

export function baselineSection(against: BaselineJudgement): string[] {
  const added = against.added.map((name) => `\`${name}\``).join(', ');
  return [
    '## Against the baseline',
    '',
    `The baseline is ${originOf(against)}, of the same machine class. Trials of two days are no pairs: each change is judged`,
    'by the exact rank-sum test, and the margin is wide for what two days differ by.',
    '',
    markdownTable(
      ['verdict', 'case', 'engine', 'metric', 'baseline', 'measured', 'why'],
      against.verdicts.map((verdict) => [
        verdict.blocks ? `**${verdict.verdict}**` : verdict.verdict,
        verdict.case,
        verdict.engine,
        verdict.metric,
        ...timesOfVerdict(verdict),
        verdict.why,
      ]),
    ),
    ...(added === '' ? [] : ['', `Not in the baseline: ${added}.`]),
  ];
}
