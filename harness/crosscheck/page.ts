/** The crosscheck as a table and as a page. Pure. */

import { formatNs } from '../gate/format.ts';
import { environmentTable, type Measuring } from '../report/environment.ts';
import { markdownTable } from '../report/table.ts';
import { AGREEING_WITHIN, type Agreement } from './agreement.ts';

export interface Crosscheck extends Measuring {
  readonly command: string;
  readonly createdAt: string;
  readonly rounds: number;
  readonly agreements: readonly Agreement[];
  /** Chosen, but not under three clocks, and why. */
  readonly leftOut: readonly { readonly what: string; readonly reason: string }[];
  /** Trials that gave a wrong answer or no figure. */
  readonly faults: readonly { readonly what: string; readonly state: string; readonly error: string }[];
}

/** The head and one row a case and engine. */
export function agreementRows(agreements: readonly Agreement[]): [head: string[], ...rows: string[][]] {
  const clocks = agreements[0]?.figures.map(({ clock }) => clock) ?? [];
  return [
    ['case', 'engine', ...clocks, 'largest disagreement', 'why'],
    ...agreements.map((agreement) => [
      agreement.case,
      agreement.engine,
      ...agreement.figures.map(({ meanNs }) => formatNs(meanNs)),
      `${(100 * agreement.disagreement).toFixed(1)} %`,
      agreement.reasons.join('; '),
    ]),
  ];
}

export function summaryLine({ agreements }: Pick<Crosscheck, 'agreements'>): string {
  const disagreeing = agreements.filter(({ reasons }) => reasons.length > 0);
  const unknown = disagreeing.filter(({ reasons }) => reasons.includes('unknown'));
  return `${disagreeing.length} of ${agreements.length} disagree by more than ${100 * AGREEING_WITHIN} %, ${unknown.length} of them for no known reason`;
}

export function crosscheckPage(crosscheck: Crosscheck): string {
  const [head, ...rows] = agreementRows(crosscheck.agreements);
  const parts = [
    '# Crosscheck',
    `\`${crosscheck.command}\`, ${crosscheck.createdAt}.`,
    `The same cases under three clocks. Each figure is the mean time of a call over whole rotations of the inputs, since benchmark.js gives nothing else; the median of ${crosscheck.rounds} rounds, each in a fresh process. The figures of the reports are percentiles of single calls and are not to be compared with these.`,
    `${summaryLine(crosscheck)}.`,
    markdownTable(head, rows),
  ];
  if (crosscheck.leftOut.length > 0) {
    const cells = crosscheck.leftOut.map(({ what, reason }) => [what, reason]);
    parts.push('## Left out', markdownTable(['what', 'why'], cells));
  }
  if (crosscheck.faults.length > 0) {
    const cells = crosscheck.faults.map(({ what, state, error }) => [what, state, error]);
    parts.push('## Faults', markdownTable(['what', 'state', 'error'], cells));
  }
  parts.push('## Environment', environmentTable(crosscheck));
  return `${parts.join('\n\n')}\n`;
}
