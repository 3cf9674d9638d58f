import { commonLimit, roughRoot, sift } from './sift.ts';
import { BoxSplitter } from './split.ts';

/** Edits that a search may always spend before it settles for less than the shortest script. */
const LEAST_BUDGET = 256;
/** Open boxes, five numbers each: the larger part of a box waits, so one a halving. */
const STACK_SIZE = 5 * 40;

/** The texts, and the flags of the lines that changed; shared by all that search. */
export interface Marks {
  readonly oldTokens: Int32Array;
  readonly newTokens: Int32Array;
  readonly removed: Uint8Array;
  readonly added: Uint8Array;
}

/** What stands in where no line is rare enough for an anchor: Myers' linear-space search as git bounds it. */
export class MyersFallback {
  readonly #marks: Marks;
  /** By token, all zero between calls. */
  readonly #oldCounts: Int32Array;
  readonly #newCounts: Int32Array;

  constructor(marks: Marks, tokenCount: number) {
    this.#marks = marks;
    this.#oldCounts = new Int32Array(tokenCount);
    this.#newCounts = new Int32Array(tokenCount);
  }

  /**
   * Flags the changed lines of two stretches, which must start and end with lines that differ, as what is left between
   * anchors does. Time: linear times the edits, of which a bounded number is looked into where that gets dear. Memory:
   * about 25 bytes a line of the stretches.
   */
  mark(oldStart: number, oldEnd: number, newStart: number, newEnd: number): void {
    const { oldTokens, newTokens, removed, added } = this.#marks;
    tally(this.#oldCounts, oldTokens, oldStart, oldEnd);
    tally(this.#newCounts, newTokens, newStart, newEnd);
    const oldLimit = commonLimit(oldEnd - oldStart);
    const newLimit = commonLimit(newEnd - newStart);
    const oldLines = sift(oldTokens, oldStart, oldEnd, this.#newCounts, oldLimit, removed);
    const newLines = sift(newTokens, newStart, newEnd, this.#oldCounts, newLimit, added);
    clear(this.#oldCounts, oldTokens, oldStart, oldEnd);
    clear(this.#newCounts, newTokens, newStart, newEnd);
    this.#bisect(oldLines.tokens, newLines.tokens, oldLines.positions, newLines.positions);
  }

  #bisect(
    oldTokens: Int32Array,
    newTokens: Int32Array,
    oldPositions: Int32Array,
    newPositions: Int32Array,
  ): void {
    const { removed, added } = this.#marks;
    const budget = Math.max(LEAST_BUDGET, roughRoot(oldTokens.length + newTokens.length + 3));
    const splitter = new BoxSplitter(oldTokens, newTokens, budget);
    const stack = new Float64Array(STACK_SIZE);
    let top = push(stack, 0, 0, oldTokens.length, 0, newTokens.length, false);
    while (top > 0) {
      top -= 5;
      let oldAt = stack[top] as number;
      let oldEnd = stack[top + 1] as number;
      let newAt = stack[top + 2] as number;
      let newEnd = stack[top + 3] as number;
      const isExact = stack[top + 4] === 1;
      while (oldAt < oldEnd && newAt < newEnd && oldTokens[oldAt] === newTokens[newAt]) {
        oldAt += 1;
        newAt += 1;
      }
      while (oldAt < oldEnd && newAt < newEnd && oldTokens[oldEnd - 1] === newTokens[newEnd - 1]) {
        oldEnd -= 1;
        newEnd -= 1;
      }
      if (oldAt === oldEnd || newAt === newEnd) {
        for (let at = oldAt; at < oldEnd; at++) removed[oldPositions[at] as number] = 1;
        for (let at = newAt; at < newEnd; at++) added[newPositions[at] as number] = 1;
        continue;
      }
      splitter.split(oldAt, oldEnd, newAt, newEnd, isExact);
      const { isLowExact, isHighExact } = splitter;
      const oldCut = oldAt + splitter.x;
      const newCut = newAt + splitter.y;
      if (oldCut - oldAt + newCut - newAt > oldEnd - oldCut + newEnd - newCut) {
        top = push(stack, top, oldAt, oldCut, newAt, newCut, isLowExact);
        top = push(stack, top, oldCut, oldEnd, newCut, newEnd, isHighExact);
      } else {
        top = push(stack, top, oldCut, oldEnd, newCut, newEnd, isHighExact);
        top = push(stack, top, oldAt, oldCut, newAt, newCut, isLowExact);
      }
    }
  }
}

function push(
  stack: Float64Array,
  top: number,
  oldStart: number,
  oldEnd: number,
  newStart: number,
  newEnd: number,
  isExact: boolean,
): number {
  stack[top] = oldStart;
  stack[top + 1] = oldEnd;
  stack[top + 2] = newStart;
  stack[top + 3] = newEnd;
  stack[top + 4] = isExact ? 1 : 0;
  return top + 5;
}

function tally(counts: Int32Array, tokens: Int32Array, start: number, end: number): void {
  for (let at = start; at < end; at++) {
    const token = tokens[at] as number;
    counts[token] = (counts[token] as number) + 1;
  }
}

function clear(counts: Int32Array, tokens: Int32Array, start: number, end: number): void {
  for (let at = start; at < end; at++) counts[tokens[at] as number] = 0;
}
