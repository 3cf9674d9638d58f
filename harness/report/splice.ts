/** Puts a generated table between its markers and leaves the rest of the page alone. */

import { HarnessError } from '../errors.ts';

export const BEGIN = '<!-- BEGIN bench report: made by `pnpm bench report --publish`, do not edit -->';
export const END = '<!-- END bench report -->';

/** @throws HarnessError `ERR_RESULT` when the page has not exactly one pair of markers */
export function spliceTable(page: string, table: string, name = 'the page'): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin || page.indexOf(BEGIN, begin + 1) >= 0 || page.indexOf(END, end + 1) >= 0) {
    throw new HarnessError(
      'ERR_RESULT',
      `${name} has not exactly one pair of the markers ${BEGIN} and ${END}`,
    );
  }
  return `${page.slice(0, begin + BEGIN.length)}\n\n${table.trim()}\n\n${page.slice(end)}`;
}
