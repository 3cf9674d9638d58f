/** A comparison as people read it: lines for a terminal, and a page. */

import { alignColumns, formatNs } from '../gate/format.ts';
import type { Output } from '../output.ts';
import { markdownTable } from '../report/table.ts';
import type { ChangeName } from '../stats/compare.ts';
import { median } from '../stats/order.ts';
import type { ComparedUnit, ComparisonRecord } from './record.ts';

const STYLE: Record<ChangeName, 'green' | 'red' | 'yellow' | 'dim'> = {
  unchanged: 'dim',
  improved: 'green',
  regressed: 'red',
  inconclusive: 'yellow',
};

const HEAD = ['verdict', 'case', 'engine', 'metric', 'base', 'head', 'why'];

function cellsOf(unit: ComparedUnit): string[] {
  const [case_ = '', engine = ''] = unit.subject.split(' ');
  return [
    unit.verdict,
    case_,
    engine,
    unit.metric,
    formatNs(median(unit.baseNs)),
    formatNs(median(unit.headNs)),
    unit.why,
  ];
}

export function comparisonLines(record: ComparisonRecord, output: Output): string[] {
  const [head = '', ...body] = alignColumns([HEAD, ...record.units.map(cellsOf)]);
  return [
    ...(record.units.length === 0 ? [] : [output.paint('bold', head)]),
    ...body.map((line, i) => {
      const name = (record.units[i] as ComparedUnit).verdict;
      return output.paint(STYLE[name], name) + line.slice(name.length);
    }),
    ...remarks(record).map(([color, line]) => output.paint(color, line)),
    outcomeLine(record),
  ];
}

function remarks(record: ComparisonRecord): ['red' | 'yellow' | 'dim', string][] {
  return [
    ...record.gone.map((id): ['red', string] => ['red', `gone: ${id} is in the base and not in the head`]),
    ...record.faults.map((fault): ['red' | 'yellow', string] => [
      fault.fails ? 'red' : 'yellow',
      `${fault.fails ? 'fault' : 'not compared'}: ${fault.subject}: ${fault.why}`,
    ]),
    ...record.added.map((id): ['dim', string] => ['dim', `new: ${id} has nothing to be compared with`]),
    ...record.controls.map(({ id, ratio, pairs }): ['dim' | 'red', string] => [
      record.voided ? 'red' : 'dim',
      `${id}: ${Number.isFinite(ratio) ? `${ratio >= 1 ? '+' : ''}${(100 * (ratio - 1)).toFixed(2)} %` : 'not measured'} in ${pairs} pairs`,
    ]),
    ...(record.disturbedTrials === 0
      ? []
      : [
          [
            'yellow',
            `${record.disturbedTrials} of ${record.trials} trials were still disturbed after they were repeated`,
          ] satisfies ['yellow', string],
        ]),
  ];
}

export function outcomeLine({ outcome, units, gone, faults, base, head }: ComparisonRecord): string {
  const tally = (Object.keys(STYLE) as ChangeName[])
    .map((name) => [units.filter(({ verdict }) => verdict === name).length, name] as const)
    .flatMap(([n, name]) => (n === 0 ? [] : `${n} ${name}`));
  const broken = faults.filter(({ fails }) => fails).length;
  const more = [
    ...(gone.length === 0 ? [] : [`${gone.length} gone`]),
    ...(broken === 0 ? [] : [`${broken} with a fault`]),
  ];
  const words = {
    passed: 'no regression',
    failed: 'compare FAILED',
    void: 'compare is void: a control moved, so the machine did; run it again when it is quiet',
    unmeasured: 'nothing could be compared',
    interrupted: 'interrupted',
  }[outcome];
  const counts = [...tally, ...more].join(', ') || 'nothing measured';
  return `${words} (${counts}): ${head.name} against ${base.name}`;
}

/** The page of `.pairbench/compare.md`: what a pull request shows. */
export function comparisonPage(record: ComparisonRecord): string {
  const { environment, seed, command } = record;
  return `${[
    `# ${outcomeLine(record)}`,
    '',
    `Made by \`${command}\`: ${environment.cpuModel}, ${environment.cores} cores, Node ${environment.node}, ${record.trials} trials in ${Math.round(record.seconds)} s, seed ${seed}.`,
    ...(record.units.length === 0 ? [] : ['', markdownTable(HEAD, record.units.map(cellsOf))]),
    '',
    ...remarks(record).map(([, line]) => `- ${line}`),
  ].join('\n')}\n`;
}
