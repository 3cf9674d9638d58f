/**
 * The search for texts that are near to each other: it compares the text of lines as it meets them, where making numbers of
 * all of them first would cost more. Only for tokens that are equal when their text is.
 */

import { type Cut, startOf } from './lines.ts';
import type { Trace } from './trace.ts';

/** More edits than this, and numbers pay. */
export const NEAR_EDITS = 256;

/** The most lines that are compared at once. */
const LONGEST_STRIDE = 64;

/**
 * Tokens from `oldAt` and `newAt` on that both texts have. Strides double while text is equal and halve where it is not:
 * equal text of equal ends is cut into equal tokens.
 */
export function commonLines(oldSide: Cut, newSide: Cut, oldAt: number, newAt: number): number {
  const { text: oldText, ends: oldEnds } = oldSide;
  const { text: newText, ends: newEnds } = newSide;
  const most = Math.min(oldSide.count - oldAt, newSide.count - newAt);
  let oldStart = startOf(oldSide, oldAt);
  let newStart = startOf(newSide, newAt);
  let common = 0;
  for (let stride = 1; stride >= 1 && common < most; ) {
    stride = Math.min(stride, most - common);
    const oldEnd = oldEnds[oldAt + common + stride - 1] as number;
    const newEnd = newEnds[newAt + common + stride - 1] as number;
    if (
      oldEnd - oldStart === newEnd - newStart &&
      sameText(oldText, oldStart, oldEnd, newText, newStart, newEnd)
    ) {
      common += stride;
      oldStart = oldEnd;
      newStart = newEnd;
      if (stride < LONGEST_STRIDE) stride *= 2;
    } else stride >>= 1;
  }
  return common;
}

/** The first unit is looked at by itself: it tells most pairs apart, without the objects that slices are. */
function sameText(a: string, aStart: number, aEnd: number, b: string, bStart: number, bEnd: number): boolean {
  return a.charCodeAt(aStart) === b.charCodeAt(bStart) && a.slice(aStart, aEnd) === b.slice(bStart, bEnd);
}

/**
 * Greedy layers of at most `maxEdits` edits behind `prefix` common lines, each diagonal as far in the old text as it gets; an
 * insertion wins a tie. @returns the path, as `Trace` gives it, or `undefined` when the ends are not reached
 */
export function searchNear(
  oldSide: Cut,
  newSide: Cut,
  prefix: number,
  maxEdits: number,
  trace: Trace,
): Uint8Array | undefined {
  const oldCount = oldSide.count - prefix;
  const newCount = newSide.count - prefix;
  const reached = new Int32Array(2 * maxEdits + 3).fill(-1);
  const middle = maxEdits + 1;
  reached[middle] = 0;
  // Beyond a diagonal that met an end of a text nothing can be won.
  let lowest = newCount === 0 ? 1 : -maxEdits;
  let highest = oldCount === 0 ? -1 : maxEdits;
  for (let edits = 1; edits <= maxEdits; edits++) {
    const from = Math.max(lowest, -edits);
    if (from > Math.min(highest, edits)) return undefined;
    const firstWord = trace.begin(from, Math.min(highest, edits));
    const bits = trace.bits;
    for (let diagonal = from; diagonal <= Math.min(highest, edits); diagonal += 2) {
      const added = diagonal < edits ? (reached[middle + diagonal + 1] as number) : -1;
      const removed = diagonal > -edits ? (reached[middle + diagonal - 1] as number) + 1 : 0;
      const isAddition = added >= 0 && (removed === 0 || added >= removed);
      if (isAddition) {
        const bit = (diagonal - from) >> 1;
        bits[firstWord + (bit >> 5)] = (bits[firstWord + (bit >> 5)] as number) | (1 << (bit & 31));
      }
      let oldAt = isAddition ? added : removed;
      oldAt += commonLines(oldSide, newSide, prefix + oldAt, prefix + oldAt - diagonal);
      if (oldAt >= oldCount && oldAt - diagonal >= newCount) return trace.edits(diagonal);
      reached[middle + diagonal] = oldAt;
      if (oldAt >= oldCount) highest = Math.min(highest, diagonal - 1);
      if (oldAt - diagonal >= newCount) lowest = Math.max(lowest, diagonal + 1);
    }
  }
  return undefined;
}
