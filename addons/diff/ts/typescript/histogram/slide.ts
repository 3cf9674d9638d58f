import type { IndentHeuristic } from './indent.ts';

/**
 * Moves the runs of changed lines of one text to where readers expect them: a run whose last line equals the line
 * before it can move up by one, and so down. Runs that meet become one. A run that can stand beside a run of the other
 * text does; another stands where the heuristic puts it.
 *
 * `changed` and `otherChanged` are the flags of the two texts; `tokens` goes with `changed`, which alone is written to.
 * Time: linear but for runs that merge, which are slid again.
 */
export function slideRuns(
  changed: Uint8Array,
  otherChanged: Uint8Array,
  tokens: Int32Array,
  heuristic: IndentHeuristic,
): void {
  const run = new SlidingRun(changed, otherChanged, tokens);
  while (run.next()) {
    let firstEnd: number;
    let hasPartner: boolean;
    let size: number;
    do {
      while (run.up());
      firstEnd = run.end;
      hasPartner = run.hasPartner;
      size = run.size;
      while (run.down()) hasPartner ||= run.hasPartner;
      // Having swallowed the next run it may reach further up.
    } while (run.size !== size);
    if (run.end === firstEnd) continue;
    if (hasPartner) {
      while (!run.hasPartner && run.up());
    } else {
      const bestEnd = heuristic.bestEnd(tokens, run.start, run.end, firstEnd);
      while (run.end > bestEnd && run.up());
    }
  }
}

/** A run `start..end` of changed lines, and the changed lines of the other text that stand beside it. */
class SlidingRun {
  start = 0;
  end = 0;
  #otherStart = 0;
  #otherEnd = 0;
  readonly #changed: Uint8Array;
  readonly #otherChanged: Uint8Array;
  readonly #tokens: Int32Array;

  constructor(changed: Uint8Array, otherChanged: Uint8Array, tokens: Int32Array) {
    this.#changed = changed;
    this.#otherChanged = otherChanged;
    this.#tokens = tokens;
  }

  get size(): number {
    return this.end - this.start;
  }

  get hasPartner(): boolean {
    return this.#otherEnd > this.#otherStart;
  }

  /** Goes to the next run; false if there is none. */
  next(): boolean {
    const start = this.#changed.indexOf(1, this.end);
    if (start < 0) return false;
    // As many unchanged lines are to be passed in the other text.
    let other = this.#otherEnd;
    for (let left = start - this.end; ; left--) {
      this.#otherStart = other;
      while (this.#otherChanged[other] === 1) other++;
      if (left === 0) break;
      other++;
    }
    this.#otherEnd = other;
    this.start = start;
    this.end = this.#runEnd(start);
    return true;
  }

  up(): boolean {
    const { start, end } = this;
    if (start === 0 || this.#tokens[start - 1] !== this.#tokens[end - 1]) return false;
    this.#changed[start - 1] = 1;
    this.#changed[end - 1] = 0;
    this.end = end - 1;
    let above = start - 1;
    while (above > 0 && this.#changed[above - 1] === 1) above--;
    this.start = above;
    let other = this.#otherStart - 1;
    this.#otherEnd = other;
    while (other > 0 && this.#otherChanged[other - 1] === 1) other--;
    this.#otherStart = other;
    return true;
  }

  down(): boolean {
    const { start, end } = this;
    if (end >= this.#tokens.length || this.#tokens[start] !== this.#tokens[end]) return false;
    this.#changed[start] = 0;
    this.#changed[end] = 1;
    this.start = start + 1;
    this.end = this.#runEnd(end);
    let other = this.#otherEnd + 1;
    this.#otherStart = other;
    while (this.#otherChanged[other] === 1) other++;
    this.#otherEnd = other;
    return true;
  }

  #runEnd(from: number): number {
    let at = from;
    while (this.#changed[at] === 1) at++;
    return at;
  }
}
