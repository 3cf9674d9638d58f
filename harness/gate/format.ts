/** Figures as people read them: three significant digits and a unit. */

const threeDigits = (value: number) => Number(value.toPrecision(3)).toString();

/** Rounded first and given its unit then: 999.9 ns is 1 us, not 1000 ns. */
function withUnit(value: number, units: readonly string[]): string {
  let [scaled, place] = [Number(value.toPrecision(3)), 0];
  while (Math.abs(scaled) >= 1e3 && place < units.length - 1) {
    scaled /= 1e3;
    place++;
  }
  return `${threeDigits(scaled)} ${units[place]}`;
}

/** Nanoseconds as ns, us, ms or s. */
export const formatNs = (ns: number) => withUnit(ns, ['ns', 'us', 'ms', 's']);

export const formatBytes = (bytes: number) => withUnit(bytes, ['B', 'KB', 'MB', 'GB']);

/** A rate: `12.3 M tokens/s`. The unit is given in the singular. */
export function formatRate(perSec: number, unit: string): string {
  const many = unit.replace(/([^aeiou])y$/, '$1ie').replace(/(s|x|ch|sh)$/, '$1e');
  return `${withUnit(perSec, ['', 'k ', 'M ', 'G '])}${many}s/s`;
}

const RATIOS = new Set([
  'speedup',
  'p99Speedup',
  'growth',
  'rateGain',
  'retainedRatio',
  'operationPeakRatio',
]);

/** A metric's value with the unit its name carries. */
export function formatMetric(metric: string, value: number): string {
  if (metric === 'wrongAnswers') return String(value);
  if (RATIOS.has(metric)) return `${threeDigits(value)}x`;
  if (metric.includes('Ns')) return formatNs(value);
  if (metric.endsWith('Bytes')) return formatBytes(value);
  return threeDigits(value);
}

/** Columns padded to the widest cell; the first row is the head. For terminals. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
