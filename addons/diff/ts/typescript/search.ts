/**
 * The search on numbers. It finds the path that npm `diff` finds while looking at far fewer diagonals: what it leaves out
 * cannot be on that path, and only ever makes the paths beside it worse (ARCHITECTURE.md says why that is enough).
 *
 * - A block of changes removes first and inserts then: whoever has inserted removes nothing before the next common line.
 * - A line of the old text that does not occur in what is left of the new one must be removed: nothing is inserted before.
 * - Lines that one text has more often than the other must be edited whatever the path: a diagonal that cannot reach the end
 *   within the edits that are allowed is dropped. The allowance starts small and grows fourfold.
 */

import type { Interned } from './lines.ts';
import { Trace } from './trace.ts';

const CAN_ADD = 1;
const CAN_REMOVE = 2;
/** Edits allowed at first beyond those that are certain. */
const FIRST_SLACK = 32;
const NEVER = 2 ** 30;

export class Search {
  readonly #trace: Trace;
  readonly #old: Int32Array;
  readonly #new: Int32Array;
  /** For each position in the old text, the last place of its token in the new one; -1 for none. */
  readonly #lastPlace: Int32Array;
  /**
   * Of the tokens from a position on, two numbers a position: how many are such as the old text has more often as a whole,
   * and the new one. Of the first at least those must be removed that the rest of the new text has too few of to match
   * them; of the second so many must be inserted.
   */
  readonly #oldSurplus: Int32Array;
  readonly #newSurplus: Int32Array;
  readonly #reached: Int32Array;
  readonly #moves: Uint8Array;
  readonly #maxEdits: number;
  #edits = 0;
  #allowed = 0;
  #slack = FIRST_SLACK;
  #lowest = 0;
  #highest = 0;
  #hasPath = false;

  constructor({ old, new: fresh, count }: Interned, maxEditLength: number, maxMemoryBytes: number) {
    this.#old = old;
    this.#new = fresh;
    const [oldCount, newCount] = [old.length - 1, fresh.length - 1];
    this.#maxEdits = Math.min(maxEditLength, oldCount + newCount);
    const diagonals = oldCount + newCount + 5;
    this.#trace = new Trace(maxMemoryBytes, 5 * diagonals + 16 * oldCount + 12 * newCount + 8 * count);
    const lastInNew = new Int32Array(count).fill(-1);
    // How much more often the old text has it.
    const balance = new Int32Array(count);
    for (let i = 0; i < newCount; i++) {
      lastInNew[fresh[i] as number] = i;
      balance[fresh[i] as number] = (balance[fresh[i] as number] as number) - 1;
    }
    for (let i = 0; i < oldCount; i++) balance[old[i] as number] = (balance[old[i] as number] as number) + 1;
    this.#lastPlace = new Int32Array(old.length);
    this.#lastPlace[oldCount] = NEVER;
    for (let i = 0; i < oldCount; i++) this.#lastPlace[i] = lastInNew[old[i] as number] as number;
    this.#oldSurplus = surplusOf(old, balance);
    this.#newSurplus = surplusOf(fresh, balance);
    this.#reached = new Int32Array(diagonals);
    this.#moves = new Uint8Array(diagonals);
    this.#start();
  }

  /** The diagonal of the end of both texts. */
  private get goal(): number {
    return this.#old.length - this.#new.length;
  }

  /** Goes on until `isOver` says so, asked once a layer. @returns whether the search has ended */
  advance(isOver: () => boolean): boolean {
    while (!this.#hasPath && this.#allowed >= 0) {
      if (isOver()) return false;
      this.#layer();
    }
    return true;
  }

  /** The path, once the search has ended: 1 an insertion, 0 a removal; `undefined` when it is longer than the edit length. */
  edits(): Uint8Array | undefined {
    return this.#hasPath ? this.#trace.edits(this.goal) : undefined;
  }

  common(oldAt: number, newAt: number): number {
    let length = 0;
    while (this.#old[oldAt + length] === this.#new[newAt + length]) length++;
    return length;
  }

  #start(): void {
    const goal = this.goal;
    const oldCount = this.#old.length - 1;
    const newCount = this.#new.length - 1;
    const at = this.common(0, 0);
    const certain = certainEdits(this.#oldSurplus, at, this.#newSurplus, at, goal);
    this.#hasPath = at === oldCount && at === newCount;
    this.#allowed = certain > this.#maxEdits ? -1 : Math.min(certain + this.#slack, this.#maxEdits);
    this.#edits = 0;
    this.#lowest = 0;
    this.#highest = 0;
    this.#trace.clear();
    this.#moves.fill(0);
    const middle = this.#new.length + 1;
    const mayAdd = at < newCount && (this.#lastPlace[at] as number) >= at;
    this.#reached[middle] = at;
    this.#moves[middle] = (mayAdd ? CAN_ADD : 0) | (at < oldCount ? CAN_REMOVE : 0);
  }

  /** Nothing is left within the allowance: allow more, or say that there is no path. */
  #again(): void {
    if (this.#slack >= NEVER || this.#allowed >= this.#maxEdits) {
      this.#allowed = -1;
      return;
    }
    this.#slack *= 4;
    this.#start();
  }

  #layer(): void {
    const old = this.#old;
    const fresh = this.#new;
    const lastPlace = this.#lastPlace;
    const oldSurplus = this.#oldSurplus;
    const newSurplus = this.#newSurplus;
    const reached = this.#reached;
    const moves = this.#moves;
    const oldCount = old.length - 1;
    const newCount = fresh.length - 1;
    const goal = this.goal;
    const middle = fresh.length + 1;
    const edits = ++this.#edits;
    // A diagonal beside the outermost one does not exist; every second one is of this layer.
    const from = this.#lowest - 1 < -newCount ? this.#lowest + 1 : this.#lowest - 1;
    const to = this.#highest + 1 > oldCount ? this.#highest - 1 : this.#highest + 1;
    const firstWord = this.#trace.begin(from, to);
    const bits = this.#trace.bits;
    let allowed = this.#allowed;
    let lowest = NEVER;
    let highest = -NEVER;
    // What an earlier layer left beside the last one is none of this one's.
    moves[middle + this.#lowest - 2] = 0;
    moves[middle + this.#highest + 2] = 0;
    for (let diagonal = from; diagonal <= to; diagonal += 2) {
      const at = middle + diagonal;
      const added = ((moves[at + 1] as number) & CAN_ADD) === 0 ? -1 : (reached[at + 1] as number);
      const removed = ((moves[at - 1] as number) & CAN_REMOVE) === 0 ? -1 : (reached[at - 1] as number) + 1;
      const isAddition = added >= removed;
      let oldAt = isAddition ? added : removed;
      moves[at] = 0;
      if (oldAt < 0) continue;
      let newAt = oldAt - diagonal;
      const began = oldAt;
      while (old[oldAt] === fresh[newAt]) {
        oldAt++;
        newAt++;
      }
      if (edits + certainEdits(oldSurplus, oldAt, newSurplus, newAt, goal - diagonal) > allowed) continue;
      if (isAddition) {
        const bit = (diagonal - from) >> 1;
        bits[firstWord + (bit >> 5)] = (bits[firstWord + (bit >> 5)] as number) | (1 << (bit & 31));
      }
      let move = 0;
      if (oldAt < oldCount) {
        if (!isAddition || oldAt !== began) move = CAN_REMOVE;
        if (newAt < newCount) {
          if ((lastPlace[oldAt] as number) >= newAt) move |= CAN_ADD;
        } else allowed = Math.min(allowed, edits + oldCount - oldAt);
      } else {
        if (newAt === newCount) {
          this.#hasPath = true;
          return;
        }
        move = CAN_ADD;
        allowed = Math.min(allowed, edits + newCount - newAt);
      }
      if (move === 0) continue;
      reached[at] = oldAt;
      moves[at] = move;
      if (lowest === NEVER) lowest = diagonal;
      highest = diagonal;
    }
    this.#allowed = allowed;
    this.#lowest = lowest;
    this.#highest = highest;
    if (lowest === NEVER) this.#again();
  }
}

/** Edits that are certain between two places: `rest` is how many more removals than insertions they are. */
function certainEdits(
  old: Int32Array,
  oldAt: number,
  fresh: Int32Array,
  newAt: number,
  rest: number,
): number {
  const removals = (old[2 * oldAt] as number) - (fresh[2 * newAt] as number);
  const insertions = (fresh[2 * newAt + 1] as number) - (old[2 * oldAt + 1] as number);
  return Math.max(2 * removals - rest, 2 * insertions + rest, Math.abs(rest));
}

function surplusOf(tokens: Int32Array, balance: Int32Array): Int32Array {
  const from = new Int32Array(2 * tokens.length);
  for (let at = tokens.length - 2; at >= 0; at--) {
    const more = balance[tokens[at] as number] as number;
    from[2 * at] = (from[2 * at + 2] as number) + (more > 0 ? 1 : 0);
    from[2 * at + 1] = (from[2 * at + 3] as number) + (more < 0 ? 1 : 0);
  }
  return from;
}
