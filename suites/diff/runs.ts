/** From an edit script as numbers to the patch that npm diff prints for it. */

const CONTEXT = 4;

/** Lines with their ends, as npm diff splits them: at LF, so a CRLF stays whole. */
export const linesOf = (text: string): string[] => (text === '' ? [] : text.split(/(?<=\n)/));

/** One stretch of old lines removed and new lines added, by their first line and their number. */
interface Edit {
  readonly old: number;
  readonly removed: number;
  readonly next: number;
  readonly added: number;
}

/** @param runs lines kept, removed, added, kept, removed, added, ... */
export function patchOfRuns(
  names: readonly [string, string],
  oldText: string,
  newText: string,
  runs: readonly number[],
): string {
  const [oldLines, newLines] = [linesOf(oldText), linesOf(newText)];
  const header = `${'='.repeat(67)}\n--- ${names[0]}\n+++ ${names[1]}\n`;
  const hunks = joined(editsOf(runs)).map((edits) => hunkOf(edits, oldLines, newLines));
  return header + hunks.join('');
}

function editsOf(runs: readonly number[]): Edit[] {
  const edits: Edit[] = [];
  let [old, next] = [0, 0];
  for (let at = 0; at < runs.length; at += 3) {
    const [kept = 0, removed = 0, added = 0] = runs.slice(at, at + 3);
    old += kept;
    next += kept;
    if (removed + added > 0) edits.push({ old, removed, next, added });
    old += removed;
    next += added;
  }
  return edits;
}

/** Edits with at most twice the context between them share a hunk. */
function joined(edits: readonly Edit[]): Edit[][] {
  const hunks: Edit[][] = [];
  for (const edit of edits) {
    const last = hunks.at(-1)?.at(-1);
    if (last !== undefined && edit.old - last.old - last.removed <= 2 * CONTEXT) hunks.at(-1)?.push(edit);
    else hunks.push([edit]);
  }
  return hunks;
}

function hunkOf(edits: readonly Edit[], oldLines: readonly string[], newLines: readonly string[]): string {
  const [first, last] = [edits[0] as Edit, edits.at(-1) as Edit];
  const before = Math.min(CONTEXT, first.old);
  const end = Math.min(oldLines.length, last.old + last.removed + CONTEXT);
  const start = first.old - before;
  const newStart = first.next - before;
  const newEnd = last.next + last.added + (end - last.old - last.removed);
  const range = (from: number, count: number) => `${count === 0 ? from : from + 1},${count}`;
  let text = `@@ -${range(start, end - start)} +${range(newStart, newEnd - newStart)} @@\n`;
  const print = (sign: string, lines: readonly string[], from: number, to: number) => {
    for (const line of lines.slice(from, to))
      text += line.endsWith('\n') ? sign + line : `${sign + line}\n\\ No newline at end of file\n`;
  };
  let at = start;
  for (const { old, removed, next, added } of edits) {
    print(' ', oldLines, at, old);
    print('-', oldLines, old, old + removed);
    print('+', newLines, next, next + added);
    at = old + removed;
  }
  print(' ', oldLines, at, end);
  return text;
}
