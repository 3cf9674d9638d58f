/** Lines of a stretch that the search of Myers is to look at. */
export interface Sifted {
  readonly tokens: Int32Array;
  /** Where each stands in the text. */
  readonly positions: Int32Array;
}

const ABSENT = 0;
const KEPT = 1;
const COMMON = 2;

/** A line that occurs this often on the other side is common, however long the texts are. */
const MOST_COMMON_LIMIT = 1024;
/** Lines on either side that decide about a common one. */
const WINDOW = 100;

/** A power of two not far above the square root of `value`. */
export function roughRoot(value: number): number {
  return 2 ** Math.ceil((32 - Math.clz32(value)) / 2);
}

/** Occurrences on the other side from which a line counts as common, in a stretch of `length` lines. */
export function commonLimit(length: number): number {
  return Math.min(roughRoot(length), MOST_COMMON_LIMIT);
}

/**
 * Leaves out, and flags as changed, the lines `start..end` that the other side does not have, and common ones (blank
 * lines, closing braces) amid such. `otherCounts` says by token how often the other side has it.
 * O(lines), times 200 where lines are common.
 */
export function sift(
  text: Int32Array,
  start: number,
  end: number,
  otherCounts: Int32Array,
  limit: number,
  changed: Uint8Array,
): Sifted {
  const kinds = new Uint8Array(end - start);
  for (let at = 0; at < kinds.length; at++) {
    const count = otherCounts[text[start + at] as number] as number;
    kinds[at] = count === 0 ? ABSENT : count < limit ? KEPT : COMMON;
  }
  const tokens = new Int32Array(kinds.length);
  const positions = new Int32Array(kinds.length);
  let kept = 0;
  for (let at = 0; at < kinds.length; at++) {
    const kind = kinds[at];
    if (kind === ABSENT || (kind === COMMON && isLost(kinds, at))) {
      changed[start + at] = 1;
      continue;
    }
    tokens[kept] = text[start + at] as number;
    positions[kept] = start + at;
    kept += 1;
  }
  return { tokens: tokens.subarray(0, kept), positions: positions.subarray(0, kept) };
}

/**
 * Whether a common line has absent ones on both sides, before any that is kept, and more than three of them to a common
 * one. It counts itself on both sides, as in git.
 */
function isLost(kinds: Uint8Array, at: number): boolean {
  let common = 1;
  let absent = 0;
  const first = Math.max(0, at - WINDOW);
  for (let above = at - 1; above >= first && kinds[above] !== KEPT; above--) {
    if (kinds[above] === COMMON) common += 1;
    else absent += 1;
  }
  if (absent === 0) return false;
  const absentAbove = absent;
  const last = Math.min(kinds.length - 1, at + WINDOW);
  for (let below = at; below <= last && kinds[below] !== KEPT; below++) {
    if (kinds[below] === COMMON) common += 1;
    else absent += 1;
  }
  return absent > absentAbove && absent > 3 * common;
}
