/** Markdown tables. */

/** Nothing in a cell can break the table or vanish from it: not a pipe, a backslash, a line break or a tag. */
const escapeCell = (cell: string) =>
  cell
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replace(/<(?=[a-z/!?])/gi, '&lt;')
    .replace(/\s*\r?\n\s*/g, ' ');

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(head), `| ${head.map(() => '---').join(' | ')} |`, ...rows.map(line)].join('\n');
}
