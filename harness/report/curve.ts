/** Cases that are points of one curve, as one table. */

import { formatMetric, formatNs } from '../gate/format.ts';
import type { Measured } from '../gate/measured.ts';
import type { CaseInfo, Result } from '../result.ts';
import { markdownTable } from './table.ts';

/** Lines of the sections, a blank one first; none where the suite has no curve. P50 of each engine and peer. */
export function curveSections(result: Result, measured: Measured, suite: string): string[] {
  const points = result.cases.filter(({ id, curve }) => id.startsWith(`${suite}/`) && curve !== undefined);
  const curves = new Set(points.map(({ curve }) => curve?.over as string));
  return [...curves].flatMap((over) => {
    const entries = points.filter(({ curve }) => curve?.over === over);
    return [
      '',
      `### ${suite}: over ${over}`,
      '',
      curveTable(measured, over, entries),
      '',
      slowest(measured, entries),
    ];
  });
}

function curveTable(measured: Measured, over: string, entries: readonly CaseInfo[]): string {
  const engines = new Set(entries.flatMap((entry) => entry.engines));
  const peers = new Set(entries.flatMap((entry) => entry.peers.map(({ id }) => id)));
  const rivals = [...engines, ...peers].filter((name) => name !== 'native');
  return markdownTable(
    [over, ...engines, ...peers, ...rivals.map((name) => `native over ${name}`)],
    entries.map((entry) => [
      entry.curve?.point as string,
      ...[...engines, ...peers].map((name) => finite(measured.p50(entry.id, name).value, formatNs)),
      ...rivals.map((name) =>
        finite(measured.speedup(entry.id, 'native', name).value, (value) => formatMetric('speedup', value)),
      ),
    ]),
  );
}

/** The point that costs most, for each engine. */
function slowest(measured: Measured, entries: readonly CaseInfo[]): string {
  const engines = [...new Set(entries.flatMap((entry) => entry.engines))];
  const worst = engines.flatMap((engine) => {
    const [first] = entries
      .map((entry) => ({ point: entry.curve?.point, p50: measured.p50(entry.id, engine).value }))
      .filter(({ p50 }) => Number.isFinite(p50))
      .sort((a, b) => b.p50 - a.p50);
    return first === undefined ? [] : [`${first.point} on ${engine} (${formatNs(first.p50)})`];
  });
  return worst.length === 0 ? 'Nothing was measured.' : `Slowest: ${worst.join(', ')}.`;
}

const finite = (value: number, format: (value: number) => string) =>
  Number.isFinite(value) ? format(value) : '-';
