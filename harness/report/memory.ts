/** What engines hold and ask for, one table a suite. */

import { formatBytes, formatMetric } from '../gate/format.ts';
import { MeasuredMemory } from '../gate/memory.ts';
import type { CaseInfo, Result } from '../result.ts';
import { median } from '../stats/order.ts';
import { markdownTable } from './table.ts';

const HEAD = [
  'case',
  'engine',
  'heap',
  'external',
  'native',
  'retained in all',
  'peak of a call',
  'peak RSS',
  'allocations an operation',
];

/** Lines of the section, a blank one first; none where no memory was read. Medians over the memory trials. */
export function memorySection(result: Result, suite: string): string[] {
  const measured = new MeasuredMemory(result);
  const entries = result.cases.filter(({ id }) => id.startsWith(`${suite}/`));
  const rows = entries.flatMap((entry) => memoryRows(measured, entry));
  if (rows.length === 0) return [];
  return [
    '',
    `### ${suite}: memory`,
    '',
    'What a fresh process holds after the work and a collection, above what it held before the engine was loaded: V8’s',
    'heap, what V8 knows outside it (array buffers; address space that was reserved counts whole, used or not), and what',
    'native code allocated; code and read-only tables of a native file are in none of them. **Peak RSS** is of the whole',
    'process, Node and inputs included: memory that was used. Allocations are those of native code in a warm pass; a dash',
    'means that the engine does not count them. **Peak of a call** is the most that one call held above what was held',
    'before it, garbage that waits for its collection included.',
    '',
    markdownTable(HEAD, rows),
  ];
}

function memoryRows(measured: MeasuredMemory, entry: CaseInfo): string[][] {
  const names = [...entry.engines, ...entry.peers.map((peer) => peer.id)];
  return names.flatMap((engine) => {
    const readings = measured.of(entry.id, engine).map(({ memory }) => memory);
    if (readings.length === 0) return [];
    const native = readings.flatMap(({ retained }) => retained.nativeBytes ?? []);
    const peak = measured.operationPeakBytes(entry.id, engine);
    const allocations = measured.allocationsPerOperation(entry.id, engine);
    return [
      [
        entry.id.slice(entry.id.indexOf('/') + 1),
        engine,
        formatBytes(median(readings.map(({ retained }) => retained.heapBytes))),
        formatBytes(median(readings.map(({ retained }) => retained.externalBytes))),
        native.length === 0 ? '-' : formatBytes(median(native)),
        formatBytes(measured.retainedBytes(entry.id, engine).value),
        peak.n === 0 ? '-' : formatBytes(peak.value),
        formatBytes(measured.peakRssBytes(entry.id, engine).value),
        allocations.n === 0 ? '-' : formatMetric('allocationsPerOperation', allocations.value),
      ],
    ];
  });
}
