/** The inputs that cost most, of cases that keep the times of each. */

import { formatNs } from '../gate/format.ts';
import type { Measured } from '../gate/measured.ts';
import type { CaseInfo, Result } from '../result.ts';
import { median } from '../stats/order.ts';
import type { TimesByInput } from '../times-by-input.ts';
import { markdownTable } from './table.ts';

/** Inputs in a table. */
const SHOWN = 10;

/** Lines of the sections, a blank one first; none where no case of the suite keeps such times. */
export function slowestSections(result: Result, measured: Measured, suite: string): string[] {
  return result.cases
    .filter(({ id }) => id.startsWith(`${suite}/`))
    .flatMap((entry) => {
      const columns = entry.engines.flatMap((engine) => {
        const rows = slowestOf(measured, entry, engine);
        return rows.length === 0 ? [] : [{ engine, rows }];
      });
      return columns.length === 0 ? [] : ['', `### ${entry.id}: slowest inputs`, '', tableOf(columns)];
    });
}

/** Cells of each row: label, P50, worst. */
type Row = readonly [label: string, p50: string, worst: string];

function tableOf(columns: readonly { readonly engine: string; readonly rows: readonly Row[] }[]): string {
  const head = columns.flatMap(({ engine }) => [`${engine}: input`, 'P50', 'worst seen']);
  const length = Math.max(...columns.map(({ rows }) => rows.length));
  const rows = Array.from({ length }, (_, k) => columns.flatMap(({ rows }) => rows[k] ?? ['', '', '']));
  return markdownTable(head, rows);
}

/** By the median over the trials of each trial's median. */
function slowestOf(measured: Measured, entry: CaseInfo, engine: string): Row[] {
  const trials = measured.of(entry.id, engine).flatMap(({ measurement }) => measurement.byInput ?? []);
  const labels = longest(trials.map((trial) => trial.labels));
  return labels
    .map((label, input) => ({
      label,
      p50Ns: median(at(trials, 'p50Ns', input)),
      worstNs: Math.max(...at(trials, 'maxNs', input)),
    }))
    .sort((a, b) => b.p50Ns - a.p50Ns)
    .slice(0, SHOWN)
    .map(({ label, p50Ns, worstNs }) => [verbatim(label), formatNs(p50Ns), formatNs(worstNs)]);
}

/** A label may be any text: nothing in it is Markdown. */
const verbatim = (label: string): string =>
  label.replace(/[_*`~[\]&]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** A trial that ran out of time has fewer inputs than another. */
const longest = (lists: readonly (readonly string[])[]): readonly string[] =>
  lists.reduce((most, list) => (list.length > most.length ? list : most), []);

const at = (trials: readonly TimesByInput[], what: 'p50Ns' | 'maxNs', input: number): number[] =>
  trials.flatMap((trial) => trial[what][input] ?? []);
