/** Ranks of values, kept in whole numbers so that sums of them compare exactly. */

/**
 * Twice the mid-rank of each value (from 2): tied values share the mean of the ranks they take up together, which may
 * end in a half. Ties are exact equality: round beforehand what should be tied. O(n log n).
 */
export function doubledMidRanks(values: ArrayLike<number>): Int32Array {
  const n = values.length;
  const order = Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => (values[a] as number) - (values[b] as number),
  );
  const doubled = new Int32Array(n);
  for (let start = 0; start < n; ) {
    let end = start + 1;
    while (end < n && values[order[end] as number] === values[order[start] as number]) end++;
    // Ranks start + 1 to end; their mean, twice.
    for (let i = start; i < end; i++) doubled[order[i] as number] = start + 1 + end;
    start = end;
  }
  return doubled;
}

/** @throws RangeError naming the first value that is NaN or infinite */
export function requireFinite(values: ArrayLike<number>, what: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) throw new RangeError(`${what} ${i + 1} is ${values[i]}, not a number`);
  }
}

/** @throws RangeError unless 0 < value < 1 */
export function requireProbability(value: number, what: string): void {
  if (!(value > 0 && value < 1)) throw new RangeError(`${what} is ${value}, not between 0 and 1`);
}
