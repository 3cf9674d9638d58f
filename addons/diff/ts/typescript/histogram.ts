import { AnchorSearch, OUTCOME } from './histogram/anchor.ts';
import { IndentHeuristic } from './histogram/indent.ts';
import { type Marks, MyersFallback } from './histogram/myers.ts';
import { slideRuns } from './histogram/slide.ts';

export { BLANK, indentLevel } from './histogram/indent.ts';

/** Stretches that wait, four numbers each: of the two beside an anchor the larger does, so one a halving. */
const STACK_SIZE = 4 * 40;

/**
 * The hunks that turn one text into another by the `histogram` algorithm, in order and four numbers each: `oldStart`,
 * `oldEnd`, `newStart`, `newEnd`, line indices. Between two hunks stands at least one line of both texts.
 *
 * Lines are ids below `tokenCount`, equal where the lines are. `indentOf` gives a line's `indentLevel`; it is asked at
 * most once an id, and only near a hunk that can slide.
 *
 * The answer is that of gix-imara-diff 0.3.3, `Algorithm::Histogram` with its indent heuristic, which follows
 * `git diff --histogram`; where the two choose between repeated lines otherwise, `AnchorSearch` says so.
 *
 * Time: lines times stretches between anchors; where all lines left occur more than 63 times, the linear-space search
 * of Myers with git's heuristics takes over. Memory: at most about 50 bytes a line, half of it for that search.
 */
export function histogram(
  oldTokens: Int32Array,
  newTokens: Int32Array,
  tokenCount: number,
  indentOf: (token: number) => number,
): Uint32Array {
  const removed = new Uint8Array(oldTokens.length);
  const added = new Uint8Array(newTokens.length);
  markChanges({ oldTokens, newTokens, removed, added }, tokenCount);
  const heuristic = new IndentHeuristic(tokenCount, indentOf);
  // Removed lines first: added ones then take their places beside them.
  slideRuns(removed, added, oldTokens, heuristic);
  slideRuns(added, removed, newTokens, heuristic);
  return hunksOf(removed, added);
}

/** Anchors the texts on a run of equal lines, then what is before and behind it, until nothing shared is left. */
function markChanges(marks: Marks, tokenCount: number): void {
  const { oldTokens, newTokens, removed, added } = marks;
  let oldStart = 0;
  let newStart = 0;
  let oldEnd = oldTokens.length;
  let newEnd = newTokens.length;
  while (oldStart < oldEnd && newStart < newEnd && oldTokens[oldStart] === newTokens[newStart]) {
    oldStart += 1;
    newStart += 1;
  }
  while (oldStart < oldEnd && newStart < newEnd && oldTokens[oldEnd - 1] === newTokens[newEnd - 1]) {
    oldEnd -= 1;
    newEnd -= 1;
  }
  let anchors: AnchorSearch | undefined;
  let fallback: MyersFallback | undefined;
  const stack = new Int32Array(STACK_SIZE);
  let top = 0;
  for (;;) {
    if (oldStart < oldEnd && newStart < newEnd) {
      anchors ??= new AnchorSearch(oldTokens, newTokens, tokenCount);
      const outcome = anchors.search(oldStart, oldEnd, newStart, newEnd);
      if (outcome === OUTCOME.anchor) {
        const { oldStart: oldAt, newStart: newAt, length } = anchors;
        const before = oldAt - oldStart + newAt - newStart;
        const behind = oldEnd - oldAt + newEnd - newAt - 2 * length;
        const isBeforeLarger = before > behind;
        stack[top] = isBeforeLarger ? oldStart : oldAt + length;
        stack[top + 1] = isBeforeLarger ? oldAt : oldEnd;
        stack[top + 2] = isBeforeLarger ? newStart : newAt + length;
        stack[top + 3] = isBeforeLarger ? newAt : newEnd;
        top += 4;
        if (isBeforeLarger) {
          oldStart = oldAt + length;
          newStart = newAt + length;
        } else {
          oldEnd = oldAt;
          newEnd = newAt;
        }
        continue;
      }
      if (outcome === OUTCOME.tooCommon) {
        fallback ??= new MyersFallback(marks, tokenCount);
        fallback.mark(oldStart, oldEnd, newStart, newEnd);
        oldStart = oldEnd;
        newStart = newEnd;
      }
    }
    removed.fill(1, oldStart, oldEnd);
    added.fill(1, newStart, newEnd);
    if (top === 0) return;
    top -= 4;
    oldStart = stack[top] as number;
    oldEnd = stack[top + 1] as number;
    newStart = stack[top + 2] as number;
    newEnd = stack[top + 3] as number;
  }
}

function hunksOf(removed: Uint8Array, added: Uint8Array): Uint32Array {
  const hunks: number[] = [];
  let oldAt = 0;
  let newAt = 0;
  let nextRemoved = nextChange(removed, 0);
  let nextAdded = nextChange(added, 0);
  while (nextRemoved < removed.length || nextAdded < added.length) {
    // Both are past the same unchanged lines.
    const unchanged = Math.min(nextRemoved - oldAt, nextAdded - newAt);
    const oldStart = oldAt + unchanged;
    const newStart = newAt + unchanged;
    oldAt = oldStart;
    newAt = newStart;
    while (removed[oldAt] === 1) oldAt++;
    while (added[newAt] === 1) newAt++;
    hunks.push(oldStart, oldAt, newStart, newAt);
    if (nextRemoved < oldAt) nextRemoved = nextChange(removed, oldAt);
    if (nextAdded < newAt) nextAdded = nextChange(added, newAt);
  }
  return Uint32Array.from(hunks);
}

/** The first changed line at or behind `from`; the length if there is none. */
function nextChange(changed: Uint8Array, from: number): number {
  const at = changed.indexOf(1, from);
  return at < 0 ? changed.length : at;
}
