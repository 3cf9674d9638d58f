/** A result as a markdown page. Pure: the same result and judgement give the same text. */

import { formatMetric, formatNs, formatRate } from '../gate/format.ts';
import type { Judgement, Verdict } from '../gate/judge.ts';
import { limitOf, measuredOf, summaryLine } from '../gate/lines.ts';
import { Measured } from '../gate/measured.ts';
import { slugOf } from '../machine-class.ts';
import type { CaseInfo, Result } from '../result.ts';
import type { Estimate } from '../stats/order.ts';
import { baselineSection } from './baseline.ts';
import { curveSections } from './curve.ts';
import { environmentTable } from './environment.ts';
import { memorySection } from './memory.ts';
import { slowestSections } from './slowest.ts';
import { markdownTable } from './table.ts';
import { warningsOf } from './warnings.ts';

/** File name of a published report: day, profile and processor. */
export function reportName({ createdAt, profile, environment }: Result): string {
  return `${createdAt.slice(0, 10)}-${profile}-${slugOf(environment.cpuModel)}`;
}

export function reportPage(result: Result, judgement: Judgement): string {
  const measured = new Measured(result);
  const parts = [
    `# pairbench report, ${result.createdAt.slice(0, 10)}, profile ${result.profile}`,
    '',
    `**${summaryLine(judgement)}**`,
    '',
    `Made by \`${result.command}\`.`,
    ...(result.interrupted
      ? [
          '',
          `Interrupted: ${result.trials.length + result.memoryTrials.length} of ${result.trialsPlanned} trials were measured.`,
        ]
      : []),
    '',
    '## Environment',
    '',
    environmentTable(result),
    '',
    '## How to read the tables',
    '',
    'Every figure is the time of single calls in fresh processes, the crossing into native code included. **P50** is the',
    'median over the trials of each trial’s median, with its 95 % interval from order statistics. **P99** is the median',
    'over the trials of each trial’s P99 where every trial took 10,000 samples; marked *pooled*, it is the P99 of all',
    'trials’ samples merged, which is shown and decides no target; a dash means fewer than 300 samples in all. **native is**',
    'says how many times longer this row’s P50 is than that of the native engine in the same blocks.',
  ];
  for (const suite of new Set(result.cases.map((entry) => entry.id.split('/')[0]))) {
    parts.push('', `## ${suite}`);
    for (const entry of result.cases.filter(({ id }) => id.startsWith(`${suite}/`))) {
      parts.push('', ...caseSection(result, measured, entry));
    }
    parts.push(...curveSections(result, measured, `${suite}`));
    parts.push(...slowestSections(result, measured, `${suite}`));
    parts.push(...memorySection(result, `${suite}`));
  }
  parts.push('', '## Targets', '', targetTable(judgement.verdicts));
  if (judgement.baseline !== undefined) parts.push('', ...baselineSection(judgement.baseline));
  const warnings = warningsOf(result, judgement, measured);
  if (warnings.length > 0) parts.push('', '## Warnings', '', ...warnings.map((line) => `- ${line}`));
  return `${parts.join('\n')}\n`;
}

function caseSection(result: Result, measured: Measured, entry: CaseInfo): string[] {
  const names = [...entry.engines, ...entry.peers.map((peer) => peer.id)];
  const batched = names.some((name) =>
    measured.of(entry.id, name).some(({ measurement }) => measurement.batch > 1),
  );
  const cold = names.some((name) => measured.of(entry.id, name).some(({ measurement }) => measurement.cold));
  const rows = names.map((name) => caseRow(result, measured, entry, name));
  const kind = batched
    ? ' Each sample is the mean of a batch.'
    : cold
      ? ' Cold: fresh process, each input once.'
      : '';
  return [
    `### ${entry.id}`,
    '',
    `${entry.title}. Inputs: \`${entry.inputs}\`.${kind}`,
    '',
    markdownTable(
      [
        'engine or peer',
        batched ? 'P50 of batch' : 'P50',
        batched ? 'P99 of batch' : 'P99',
        'samples',
        'rate',
        'native is',
      ],
      rows,
    ),
    ...names
      .filter((name) => measured.of(entry.id, name).some(({ measurement }) => measurement.selfTimed))
      .flatMap((name) => ['', `${name}: timed by itself, without the crossing.`]),
    ...entry.peers.flatMap((peer) => (peer.note === undefined ? [] : ['', `${peer.id}: ${peer.note}`])),
  ];
}

function caseRow(result: Result, measured: Measured, entry: CaseInfo, name: string): string[] {
  const trials = measured.of(entry.id, name);
  const isPeer = entry.peers.some((peer) => peer.id === name);
  const label = isPeer ? name : `**${name}**`;
  if (trials.length === 0) return [label, unmeasuredReason(result, entry, name), '-', '-', '-', '-'];
  const p99 = measured.p99(entry.id, name);
  const samples = trials.reduce((sum, { measurement }) => sum + measurement.samples, 0);
  const speedup = measured.speedup(entry.id, 'native', name);
  return [
    label,
    withInterval(measured.p50(entry.id, name), formatNs),
    p99 === null ? '-' : `${withInterval(p99.estimate, formatNs)}${p99.kind === 'shown' ? ' *pooled*' : ''}`,
    `${samples.toLocaleString('en')} in ${trials.length}`,
    formatRate(measured.unitsPerSec(entry.id, name).value, entry.unit),
    name === 'native' || !Number.isFinite(speedup.value)
      ? '-'
      : `${withInterval(speedup, (value) => formatMetric('speedup', value))} as fast`,
  ];
}

function unmeasuredReason(result: Result, entry: CaseInfo, name: string): string {
  const row = result.trials.find((trial) => trial.case === entry.id && trial.engine === name && trial.error);
  if (row !== undefined) return `${row.state}: ${row.error}`;
  const suite = entry.id.split('/')[0];
  return result.unavailable.some((gone) => gone.suite === suite && gone.engine === name)
    ? 'not available here'
    : 'unmeasured';
}

function withInterval(estimate: Estimate, format: (value: number) => string): string {
  const { value, interval } = estimate;
  return interval === null
    ? format(value)
    : `${format(value)} [${format(interval.low)}, ${format(interval.high)}]`;
}

function targetTable(verdicts: readonly Verdict[]): string {
  return markdownTable(
    ['verdict', 'status', 'case', 'engine', 'target', 'measured', 'why', 'source'],
    verdicts.map((verdict) => [
      verdict.verdict === 'missed' ? '**missed**' : verdict.verdict,
      verdict.target.status,
      verdict.target.case,
      verdict.target.engine,
      limitOf(verdict),
      measuredOf(verdict),
      verdict.why,
      verdict.target.source,
    ]),
  );
}

/** The short table of README: one row a case, both engines. */
export function summaryTable(result: Result, judgement: Judgement, reportFile: string): string {
  const measured = new Measured(result);
  const figure = (estimate: Estimate) => (Number.isFinite(estimate.value) ? formatNs(estimate.value) : '-');
  const rows = result.cases.map((entry) => {
    const p99 = measured.p99(entry.id, 'native');
    const rivals = entry.peers
      .filter((peer) => peer.control !== true)
      .filter((peer) => measured.of(entry.id, peer.id).every(({ measurement }) => !measurement.selfTimed))
      .map((peer) => ({ id: peer.id, p50: measured.p50(entry.id, peer.id).value }))
      .filter(({ p50 }) => Number.isFinite(p50))
      .sort((a, b) => a.p50 - b.p50);
    const best = rivals[0];
    const ratio = (against: string) =>
      formatMetric('speedup', measured.speedup(entry.id, 'native', against).value);
    return [
      entry.id,
      figure(measured.p50(entry.id, 'typescript')),
      figure(measured.p50(entry.id, 'native')),
      p99?.kind === 'gated' ? figure(p99.estimate) : '-',
      Number.isFinite(measured.speedup(entry.id, 'native', 'typescript').value) ? ratio('typescript') : '-',
      best === undefined || !Number.isFinite(measured.speedup(entry.id, 'native', best.id).value)
        ? '-'
        : `${ratio(best.id)} ${best.id}`,
    ];
  });
  const { cpuModel, cores, node } = result.environment;
  return [
    `${result.createdAt.slice(0, 10)}, ${cpuModel}, ${cores} cores, Node ${node}, profile ${result.profile}: ${summaryLine(judgement)}.`,
    `Intervals, peers and verdicts: [the full report](${reportFile}).`,
    '',
    markdownTable(
      [
        'case',
        'TypeScript P50',
        'native P50',
        'native P99',
        'native over TypeScript',
        'native over the fastest npm peer',
      ],
      rows,
    ),
  ].join('\n');
}

/** Index of published reports, newest first; a report published twice keeps one line. */
export function reportIndex(
  page: string | undefined,
  name: string,
  result: Result,
  judgement: Judgement,
): string {
  const head = [
    '# Published reports',
    '',
    'Each was made by the command in its first lines; its data is in `data/`.',
    '',
  ];
  const line = `- [${name}](${name}.md): ${result.environment.cpuModel}, Node ${result.environment.node}; ${summaryLine(judgement)}`;
  const others = (page ?? '')
    .split('\n')
    .filter((old) => old.startsWith('- [') && !old.startsWith(`- [${name}]`));
  return `${[...head, ...[line, ...others].sort().reverse()].join('\n')}\n`;
}
