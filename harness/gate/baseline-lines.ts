/** A judgement against a baseline as lines for a terminal. */

import type { Output } from '../output.ts';
import type { BaselineJudgement, BaselineVerdict } from './against-baseline.ts';
import { alignColumns, formatMetric } from './format.ts';

const STYLE: Record<BaselineVerdict['verdict'], 'green' | 'red' | 'yellow' | 'dim'> = {
  unchanged: 'green',
  improved: 'green',
  regressed: 'red',
  inconclusive: 'yellow',
  unmeasured: 'dim',
};

/** Before and now as people read them; a dash for what was not measured. */
export function timesOfVerdict({ metric, beforeNs, nowNs }: BaselineVerdict): [before: string, now: string] {
  return [formatMetric(metric, beforeNs), nowNs === null ? '-' : formatMetric(metric, nowNs)];
}

/** Where the baseline comes from: `revision 0123456789ab of 2026-11-22`. */
export const originOf = ({ revision, createdAt }: BaselineJudgement) =>
  `revision ${revision.slice(0, 12)} of ${createdAt.slice(0, 10)}`;

export function baselineLines(against: BaselineJudgement, output: Output): string[] {
  const rows = against.verdicts.map((verdict) => [
    verdict.verdict,
    verdict.case,
    verdict.engine,
    verdict.metric,
    ...timesOfVerdict(verdict),
    verdict.why,
  ]);
  const [head = '', ...body] = alignColumns([
    ['verdict', 'case', 'engine', 'metric', 'baseline', 'measured', 'why'],
    ...rows,
  ]);
  const lines = [`against the baseline, ${originOf(against)}`, output.paint('bold', head)];
  body.forEach((line, i) => {
    const { verdict, blocks } = against.verdicts[i] as BaselineVerdict;
    lines.push(output.paint(blocks ? 'red' : STYLE[verdict], verdict) + line.slice(verdict.length));
  });
  for (const name of against.added) lines.push(`${output.paint('dim', 'new')} ${name}: not in the baseline`);
  return lines;
}

/** `3 unchanged, 1 regressed, 2 new` */
export function baselineTally({ verdicts, added }: BaselineJudgement): string {
  const names = Object.keys(STYLE) as BaselineVerdict['verdict'][];
  const counts = names.map((name) => [verdicts.filter(({ verdict }) => verdict === name).length, name]);
  return [...counts, [added.length, 'new']]
    .filter(([n]) => n !== 0)
    .map(([n, name]) => `${n} ${name}`)
    .join(', ');
}
