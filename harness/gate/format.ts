/** Figures as people read them: three significant digits and a unit. */

const threeDigits = (value: number) => Number(value.toPrecision(3)).toString();

/** Nanoseconds as ns, us, ms or s. */
export function formatNs(ns: number): string {
  if (ns < 1e3) return `${threeDigits(ns)} ns`;
  if (ns < 1e6) return `${threeDigits(ns / 1e3)} us`;
  if (ns < 1e9) return `${threeDigits(ns / 1e6)} ms`;
  return `${threeDigits(ns / 1e9)} s`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  if (bytes < 1e6) return `${threeDigits(bytes / 1e3)} KB`;
  if (bytes < 1e9) return `${threeDigits(bytes / 1e6)} MB`;
  return `${threeDigits(bytes / 1e9)} GB`;
}

/** A rate: `12.3 M tokens/s`. */
export function formatRate(perSec: number, unit: string): string {
  const [scaled, prefix] =
    perSec >= 1e6 ? [perSec / 1e6, 'M '] : perSec >= 1e3 ? [perSec / 1e3, 'k '] : [perSec, ''];
  return `${threeDigits(scaled)} ${prefix}${unit}s/s`;
}

/** A metric's value with the unit its name carries. */
export function formatMetric(metric: string, value: number): string {
  if (metric === 'speedup' || metric === 'growth' || metric === 'retainedRatio')
    return `${threeDigits(value)}x`;
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
