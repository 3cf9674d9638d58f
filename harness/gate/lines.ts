/** A judgement as lines for a terminal. */

import type { Output } from '../output.ts';
import type { Target } from '../targets.ts';
import { baselineLines, baselineTally } from './baseline-lines.ts';
import { alignColumns, formatMetric } from './format.ts';
import type { Judgement, Verdict, VerdictName } from './judge.ts';

const STYLE: Record<VerdictName, 'green' | 'red' | 'yellow' | 'dim'> = {
  met: 'green',
  missed: 'red',
  inconclusive: 'yellow',
  unmeasured: 'dim',
  discarded: 'dim',
};

/** What the target limits, in words: `p99Ns <= 1 ms`, `speedup over gpt-tokenizer >= 10x`. */
export function limitOf({ target }: Pick<Verdict, 'target'>): string {
  if (target.metric === 'other') return target.means ?? 'other';
  const over = target.against === undefined ? '' : ` over ${target.against}`;
  const from = target.againstCase === undefined ? '' : ` from ${target.againstCase.split('/')[1]}`;
  const sign = target.max === undefined ? '>=' : '<=';
  return `${target.metric}${over}${from} ${sign} ${formatMetric(target.metric, (target.max ?? target.min) as number)}`;
}

export function measuredOf({ target, estimate }: Verdict): string {
  return estimate === undefined ? '-' : formatMetric(target.metric, estimate.value);
}

export function gateLines(judgement: Judgement, output: Output): string[] {
  const rows = judgement.verdicts.map((verdict) => [
    verdict.verdict,
    verdict.target.status,
    verdict.target.case,
    verdict.target.engine,
    limitOf(verdict),
    measuredOf(verdict),
    verdict.why,
  ]);
  const [head = '', ...body] = alignColumns([
    ['verdict', 'status', 'case', 'engine', 'target', 'measured', 'why'],
    ...rows,
  ]);
  const lines = [output.paint('bold', head)];
  body.forEach((line, i) => {
    const name = (judgement.verdicts[i] as Verdict).verdict;
    lines.push(output.paint(STYLE[name], name) + line.slice(name.length));
  });
  for (const fault of judgement.faults) lines.push(`${output.paint('red', 'fault')} ${fault}`);
  if (judgement.baseline !== undefined) lines.push(...baselineLines(judgement.baseline, output));
  lines.push(summaryLine(judgement));
  return lines;
}

export function summaryLine(judgement: Judgement): string {
  // Open targets apart: a missed goal that blocks nothing must not read like one that does.
  const tally = (status: Target['status']) => {
    const names = judgement.verdicts
      .filter(({ target }) => target.status === status)
      .map(({ verdict }) => verdict);
    const counts = (Object.keys(STYLE) as VerdictName[]).map((name) => [
      name,
      names.filter((one) => one === name).length,
    ]);
    return counts.flatMap(([name, n]) => (n === 0 ? [] : `${n} ${name}`)).join(', ') || 'none';
  };
  const blocking = judgement.verdicts.filter((verdict) => verdict.blocks).length;
  const outcome = judgement.passed
    ? 'gate passed'
    : `${judgement.couldNotMeasure ? 'gate could not decide' : 'gate FAILED'}: ${counted(blocking, 'held target')} missed or unmeasured, ${counted(judgement.faults.length, 'fault')}${regressions(judgement)}`;
  const discarded = judgement.verdicts.filter(({ target }) => target.status === 'discarded').length;
  const rest = discarded === 0 ? '' : `; ${discarded} discarded`;
  const against = judgement.baseline === undefined ? '' : `; baseline: ${baselineTally(judgement.baseline)}`;
  return `${outcome} (held: ${tally('held')}; open: ${tally('open')}${rest}${against})`;
}

function regressions({ baseline }: Judgement): string {
  if (baseline === undefined) return '';
  const blocking = baseline.verdicts.filter((verdict) => verdict.blocks).length;
  return `, ${counted(blocking, 'figure')} regressed or missing against the baseline`;
}

const counted = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
