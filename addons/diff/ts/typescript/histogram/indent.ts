/** Where a run of changed lines that can slide is best cut: git's indent heuristic, as gix-imara-diff 0.3.3 has it. */

const TAB_WIDTH = 8;
const DEEPEST = 200;
/** The level of a line of nothing but white space, and of no line at all: above every other. */
export const BLANK = 255;

const SPACE = 32;
const TAB = 9;
const LINE_FEED = 10;
const FORM_FEED = 12;
const CARRIAGE_RETURN = 13;

/** Blank lines looked at on each side of a cut; the line behind them counts as not indented. */
const MOST_BLANKS = 20;
/** A run is tried at no more places than this. */
const MOST_PLACES = 100;

// What a cut costs at a place; git found the numbers by fitting hunks that people had chosen.
const AT_START = 1;
const AT_END = 21;
const PER_BLANK = -30;
const PER_BLANK_BEHIND = 6;
const DEEPER = -4;
const DEEPER_BLANK = 10;
const SHALLOWER = 23;
const SHALLOWER_BLANK = 17;
/** Shallower than the line before, and the next one is deeper again: `else` and its like. */
const BETWEEN_DEEPER = 24;
const BETWEEN_DEEPER_BLANK = 17;
/** What less indentation outweighs. */
const INDENT_WEIGHT = 60;

/**
 * Columns of white space before the line `text[start..end)`: at most 200, a tab to the next multiple of eight; `BLANK`
 * if nothing else is in it. Stops at the first other character.
 */
export function indentLevel(text: string, start: number, end: number): number {
  let level = 0;
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit === SPACE) level += 1;
    else if (unit === TAB) level += TAB_WIDTH - (level % TAB_WIDTH);
    else if (unit !== LINE_FEED && unit !== CARRIAGE_RETURN && unit !== FORM_FEED) return level;
    if (level >= DEEPEST) return DEEPEST;
  }
  return BLANK;
}

/** Finds the best place of a run, asking for the level of each line once. */
export class IndentHeuristic {
  readonly #indentOf: (token: number) => number;
  /** By token, level + 1; zero is not asked for yet. */
  readonly #known: Uint16Array;
  #indent = 0;
  #penalty = 0;

  constructor(tokenCount: number, indentOf: (token: number) => number) {
    this.#indentOf = indentOf;
    this.#known = new Uint16Array(tokenCount);
  }

  /**
   * Where the run `tokens[start..end)`, as low as it goes and free to end anywhere from `firstEnd` on, ends best; the
   * lowest of equals. O(100) cuts of at most 41 lines.
   */
  bestEnd(tokens: Int32Array, start: number, end: number, firstEnd: number): number {
    const size = end - start;
    let best = Math.max(firstEnd, start - 1, end - MOST_PLACES);
    this.#measure(tokens, best - size, best);
    let leastIndent = this.#indent;
    let leastPenalty = this.#penalty;
    for (let place = best + 1; place <= end; place++) {
      this.#measure(tokens, place - size, place);
      const weight = INDENT_WEIGHT * Math.sign(this.#indent - leastIndent);
      if (weight + this.#penalty - leastPenalty > 0) continue;
      best = place;
      leastIndent = this.#indent;
      leastPenalty = this.#penalty;
    }
    return best;
  }

  #measure(tokens: Int32Array, start: number, end: number): void {
    this.#indent = 0;
    this.#penalty = 0;
    this.#addCut(tokens, start);
    this.#addCut(tokens, end);
  }

  /** Adds what a cut before line `at` costs. */
  #addCut(tokens: Int32Array, at: number): void {
    const isEnd = at === tokens.length;
    let above = at - 1;
    const firstAbove = Math.max(0, at - MOST_BLANKS);
    while (above >= firstAbove && this.#level(tokens, above) === BLANK) above--;
    const blanksAbove = at - 1 - above;
    const levelAbove = above >= firstAbove ? this.#level(tokens, above) : above >= 0 ? 0 : BLANK;

    const own = isEnd ? BLANK : this.#level(tokens, at);
    let below = at + 1;
    const endBelow = Math.min(tokens.length, below + MOST_BLANKS);
    while (below < endBelow && this.#level(tokens, below) === BLANK) below++;
    const levelBelow = below < endBelow ? this.#level(tokens, below) : below < tokens.length ? 0 : BLANK;

    const level = own === BLANK ? levelBelow : own;
    // The line behind the cut is one of the blank ones.
    const blanksBehind = own !== BLANK ? 0 : isEnd ? 1 : below - at;
    const blanks = blanksAbove + blanksBehind;
    let penalty = PER_BLANK * blanks + PER_BLANK_BEHIND * blanksBehind;
    if (at === 0) penalty += AT_START;
    if (isEnd) penalty += AT_END;
    if (level !== BLANK && levelAbove !== BLANK && level !== levelAbove) {
      if (level > levelAbove) penalty += blanks > 0 ? DEEPER_BLANK : DEEPER;
      else if (levelBelow <= level) penalty += blanks > 0 ? SHALLOWER_BLANK : SHALLOWER;
      else penalty += blanks > 0 ? BETWEEN_DEEPER_BLANK : BETWEEN_DEEPER;
    }
    this.#indent += level === BLANK ? -1 : level;
    this.#penalty += penalty;
  }

  #level(tokens: Int32Array, at: number): number {
    const token = tokens[at] as number;
    const known = this.#known[token] as number;
    if (known > 0) return known - 1;
    const level = this.#indentOf(token);
    this.#known[token] = level + 1;
    return level;
  }
}
