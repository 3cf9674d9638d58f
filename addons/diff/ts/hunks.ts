/** From runs to hunks, as npm `diff` cuts them: one plan for the objects and for the text. */

import type { StructuredPatchHunk } from './contract.ts';
import { KIND, type Runs } from './core.ts';

const NO_NEWLINE = '\\ No newline at end of file';

/** A hunk: its numbers, the runs that are in it as a whole, and the context lines before and after them. */
interface HunkPlan {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly firstRun: number;
  /** The run behind the last whole one. */
  readonly endRun: number;
  readonly linesBefore: number;
  readonly linesAfter: number;
}

/** Takes lines from runs in order. */
type TakeLine = (prefix: string, text: string, start: number, end: number) => void;

export function hunkObjects(
  oldText: string,
  newText: string,
  runs: Runs,
  context: number,
): StructuredPatchHunk[] {
  return planHunks(runs, context).map((plan) => {
    const { oldStart, oldLines, newStart, newLines } = plan;
    const lines: string[] = [];
    walkLines(oldText, newText, runs, plan, (prefix, text, start, end) => {
      const isTerminated = text.charCodeAt(end - 1) === 10;
      lines.push(prefix + text.slice(start, isTerminated ? end - 1 : end));
      if (!isTerminated) lines.push(NO_NEWLINE);
    });
    return { oldStart, oldLines, newStart, newLines, lines };
  });
}

export function hunkText(oldText: string, newText: string, runs: Runs, context: number): string {
  const parts: string[] = [];
  for (const plan of planHunks(runs, context)) {
    const { oldStart, oldLines, newStart, newLines } = plan;
    // The unified format counts a side without lines from the line before it.
    const oldLine = oldLines === 0 ? oldStart - 1 : oldStart;
    const newLine = newLines === 0 ? newStart - 1 : newStart;
    parts.push(`@@ -${oldLine},${oldLines} +${newLine},${newLines} @@\n`);
    walkLines(oldText, newText, runs, plan, (prefix, text, start, end) => {
      parts.push(prefix, text.slice(start, end));
      if (text.charCodeAt(end - 1) !== 10) parts.push(`\n${NO_NEWLINE}\n`);
    });
  }
  return parts.join('');
}

/** Two changes with at most twice the context between them share a hunk, unless what is between them ends the texts. */
function planHunks(runs: Runs, context: number): HunkPlan[] {
  const plans: HunkPlan[] = [];
  const runCount = runs.length / 4;
  let oldLine = 1;
  let newLine = 1;
  let open: { oldStart: number; newStart: number; firstRun: number; linesBefore: number } | undefined;
  for (let run = 0; run <= runCount; run++) {
    // Behind the last run stands an empty one that both texts have: it ends what is open.
    const kind = run === runCount ? KIND.common : runs[4 * run];
    const count = run === runCount ? 0 : (runs[4 * run + 1] as number);
    if (kind === KIND.common) {
      const joins = count <= context * 2 && run < runCount - 1;
      if (open !== undefined && !joins) {
        const linesAfter = Math.min(count, context);
        plans.push({
          ...open,
          oldLines: oldLine - open.oldStart + linesAfter,
          newLines: newLine - open.newStart + linesAfter,
          endRun: run,
          linesAfter,
        });
        open = undefined;
      }
      oldLine += count;
      newLine += count;
      continue;
    }
    if (open === undefined) {
      const linesBefore = run === 0 ? 0 : Math.min(context, runs[4 * run - 3] as number);
      open = { oldStart: oldLine - linesBefore, newStart: newLine - linesBefore, firstRun: run, linesBefore };
    }
    if (kind === KIND.added) newLine += count;
    else oldLine += count;
  }
  return plans;
}

function walkLines(oldText: string, newText: string, runs: Runs, plan: HunkPlan, take: TakeLine): void {
  const { firstRun, endRun, linesBefore, linesAfter } = plan;
  let oldAt = firstRun === 0 ? 0 : (runs[4 * firstRun - 2] as number);
  let newAt = firstRun === 0 ? 0 : (runs[4 * firstRun - 1] as number);
  if (linesBefore > 0) takeLines(newText, linesBack(newText, newAt, linesBefore), newAt, ' ', take);
  for (let run = firstRun; run < endRun; run++) {
    const kind = runs[4 * run];
    const oldEnd = runs[4 * run + 2] as number;
    const newEnd = runs[4 * run + 3] as number;
    if (kind === KIND.removed) takeLines(oldText, oldAt, oldEnd, '-', take);
    else takeLines(newText, newAt, newEnd, kind === KIND.added ? '+' : ' ', take);
    oldAt = oldEnd;
    newAt = newEnd;
  }
  if (linesAfter > 0) takeLines(newText, newAt, linesAhead(newText, newAt, linesAfter), ' ', take);
}

function takeLines(text: string, start: number, end: number, prefix: string, take: TakeLine): void {
  for (let at = start; at < end; ) {
    const next = Math.min(lineEnd(text, at), end);
    take(prefix, text, at, next);
    at = next;
  }
}

/** Where the line that starts at `at` ends, its line feed included. */
function lineEnd(text: string, at: number): number {
  const feed = text.indexOf('\n', at);
  return feed < 0 ? text.length : feed + 1;
}

/** Where the line `count` lines before `at` starts; `at` is the start of a line. */
function linesBack(text: string, at: number, count: number): number {
  let start = at;
  // The feed before `start` ends the line before it: look for the one before that.
  for (let left = count; left > 0 && start > 0; left--)
    start = start < 2 ? 0 : text.lastIndexOf('\n', start - 2) + 1;
  return start;
}

function linesAhead(text: string, at: number, count: number): number {
  let end = at;
  for (let left = count; left > 0 && end < text.length; left--) end = lineEnd(text, end);
  return end;
}
