/** What the corpus says, as lines, as counts and as a table. Pure. */

import { release } from 'node:os';
import type { CaseResult, User } from './case.ts';
import { NOT_APPLICABLE } from './index.ts';

export interface CorpusRun {
  readonly launcher: string;
  readonly user: User;
  readonly kernel: string;
  readonly results: readonly CaseResult[];
}

export interface Counts {
  readonly cases: number;
  readonly contained: number;
  readonly escaped: number;
  readonly documented: number;
  readonly skipped: number;
  readonly notRun: number;
  readonly deadControls: number;
  readonly withoutControl: number;
  readonly brokenTwins: number;
}

export function count(results: readonly CaseResult[]): Counts {
  const of = (verdict: CaseResult['verdict']) => results.filter((one) => one.verdict === verdict).length;
  return {
    cases: results.length,
    contained: of('contained'),
    escaped: of('ESCAPED'),
    documented: of('documented'),
    skipped: of('skipped'),
    notRun: of('not run'),
    deadControls: results.filter((one) => one.control === 'dead').length,
    withoutControl: results.filter((one) => one.control === 'none possible' && one.verdict !== 'skipped')
      .length,
    brokenTwins: results.filter((one) => one.twin === 'broken').length,
  };
}

/** Nothing is held against a launcher that is only compared with; a dead control always is. */
export function failed(run: CorpusRun): boolean {
  const { escaped, notRun, deadControls, brokenTwins } = count(run.results);
  const ours = run.launcher === 'native' || run.launcher === 'typescript';
  return deadControls > 0 || (ours && escaped + notRun + brokenTwins > 0);
}

export function line(one: CaseResult): string {
  const detail = one.detail === '' ? '' : `  ${one.detail}`;
  return `${one.id.padEnd(5)} ${one.verdict.padEnd(10)} control ${one.control}, twin ${one.twin}, ${one.durationMs} ms  ${one.title}${detail}`;
}

export function lastLine(run: CorpusRun): string {
  const counts = count(run.results);
  return [
    `${run.launcher} as ${run.user}: ${counts.cases} cases`,
    `${counts.contained} contained`,
    `${counts.escaped} escaped`,
    `${counts.documented} documented`,
    `${counts.skipped} skipped`,
    `${counts.notRun} not run`,
    `${counts.deadControls} dead controls`,
    `${counts.withoutControl} without a control`,
    `${counts.brokenTwins} broken twins`,
    `${Object.keys(NOT_APPLICABLE).length} not applicable`,
  ].join(', ');
}

/** One row a case, one column a run. */
const HEAD = [
  '<!-- Written by `node addons/sandbox/ts/corpus/run.ts --launcher native --markdown addons/sandbox/CORPUS.md` -->',
  '# The escape corpus, case by case',
  '',
  'Each case is an attack on a ground of its own. The same attack unconfined is its control: it must succeed, or the case proves nothing.',
  'An allowed act close to it must work.',
  '',
  '- **contained**: the oracle, which looks from the host, found nothing. **escaped**: it found what leaked or changed.',
  '- **documented**: found, and known: see SECURITY.md.',
  '- **skipped**: the case is about what only an engine of this package has: a host-side function, the log, the proxy.',
  '',
  'Plain bubblewrap is the line that is most used, not the strictest one there is:',
  '',
  '```',
  'bwrap --ro-bind / / --bind ROOT ROOT --ro-bind ROOT/.git/hooks ROOT/.git/hooks --ro-bind ROOT/.git/config ROOT/.git/config',
  '  --dev /dev --proc /proc --tmpfs /tmp --unshare-all --die-with-parent -- COMMAND',
  '```',
  '',
  'It shows all of the host for reading, sets no limit, has no filter of system calls and keeps the environment and inherited',
  'descriptors: many of its escapes are that choice, not a fault of bubblewrap.',
  '',
  `Linux ${/^[\d.]+/.exec(release())?.[0]}, ${process.arch}:`,
  '',
];

export function markdown(runs: readonly CorpusRun[]): string {
  const ids = [...new Map(runs.flatMap((run) => run.results.map((one) => [one.id, one] as const))).values()];
  const cell = (run: CorpusRun, id: string) => {
    const one = run.results.find((result) => result.id === id);
    if (one === undefined) return '';
    if (one.verdict === 'skipped') return `skipped: ${one.detail}`;
    return one.verdict === 'ESCAPED' ? '**escaped**' : one.verdict;
  };
  const heads = runs.map((run) => `${run.launcher} (${run.user})`);
  const rows = ids.map(
    (one) =>
      `| ${[one.id, one.title, one.layers.join(', '), ...runs.map((run) => cell(run, one.id))].join(' | ')} |`,
  );
  return [
    ...HEAD,
    ...runs.map((run) => `- ${lastLine(run)}`),
    '',
    `| case | what | layers | ${heads.join(' | ')} |`,
    `|${'---|'.repeat(3 + heads.length)}`,
    ...rows,
    '',
    'Not applicable:',
    '',
    ...Object.entries(NOT_APPLICABLE).map(([id, why]) => `- ${id}: ${why}`),
    '',
  ].join('\n');
}
