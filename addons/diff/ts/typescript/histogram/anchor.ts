/** Occurrences of a line that are followed up; a line with more is no anchor. */
const MOST_OCCURRENCES = 63;
const TOO_MANY = MOST_OCCURRENCES + 1;

/** What a search found; `tooCommon`: there are shared lines, but all of them occur too often. */
export const OUTCOME = { nothingShared: 0, anchor: 1, tooCommon: 2 } as const;
export type Outcome = (typeof OUTCOME)[keyof typeof OUTCOME];

/**
 * Finds the run of equal lines that two stretches are best anchored on: the one with the rarest line of the old
 * stretch, the longest of these, the first of equals. Holds 5 bytes a token and 4 a line of the old text.
 */
export class AnchorSearch {
  /** The anchor, after a search that found one. */
  oldStart = 0;
  newStart = 0;
  length = 0;
  readonly #old: Int32Array;
  readonly #new: Int32Array;
  /** By token: occurrences in the old stretch, `TOO_MANY` at most. All zero between searches. */
  readonly #counts: Uint8Array;
  /** By token: the first occurrence; by line: the next one. Valid where the count says so. */
  readonly #first: Int32Array;
  readonly #next: Int32Array;

  constructor(oldTokens: Int32Array, newTokens: Int32Array, tokenCount: number) {
    this.#old = oldTokens;
    this.#new = newTokens;
    this.#counts = new Uint8Array(tokenCount);
    this.#first = new Int32Array(tokenCount);
    this.#next = new Int32Array(oldTokens.length);
  }

  /** Time: linear in the stretches, times up to 64 where lines repeat. */
  search(oldStart: number, oldEnd: number, newStart: number, newEnd: number): Outcome {
    this.#count(oldStart, oldEnd);
    const outcome = this.#scan(oldStart, oldEnd, newStart, newEnd);
    const counts = this.#counts;
    const old = this.#old;
    for (let at = oldStart; at < oldEnd; at++) counts[old[at] as number] = 0;
    return outcome;
  }

  #count(start: number, end: number): void {
    const old = this.#old;
    const counts = this.#counts;
    const first = this.#first;
    const next = this.#next;
    for (let at = end - 1; at >= start; at--) {
      const token = old[at] as number;
      const count = counts[token] as number;
      if (count < TOO_MANY) counts[token] = count + 1;
      next[at] = first[token] as number;
      first[token] = at;
    }
  }

  #scan(oldStart: number, oldEnd: number, newStart: number, newEnd: number): Outcome {
    const old = this.#old;
    const new_ = this.#new;
    const counts = this.#counts;
    const next = this.#next;
    let isShared = false;
    let rarest = TOO_MANY;
    let longest = 0;
    for (let at = newStart; at < newEnd; ) {
      const token = new_[at] as number;
      const count = counts[token] as number;
      if (count > 0) isShared = true;
      if (count === 0 || count > rarest) {
        at += 1;
        continue;
      }
      let resume = at + 1;
      let seed = this.#first[token] as number;
      for (let left = count; left > 0; ) {
        let least = count;
        let oldAt = seed;
        let newAt = at;
        while (oldAt > oldStart && newAt > newStart && old[oldAt - 1] === new_[newAt - 1]) {
          oldAt -= 1;
          newAt -= 1;
          least = Math.min(least, counts[old[oldAt] as number] as number);
        }
        let oldStop = seed + 1;
        let newStop = at + 1;
        while (oldStop < oldEnd && newStop < newEnd && old[oldStop] === new_[newStop]) {
          least = Math.min(least, counts[old[oldStop] as number] as number);
          oldStop += 1;
          newStop += 1;
        }
        resume = Math.max(resume, newStop);
        if (newStop - newAt > longest || least < rarest) {
          rarest = least;
          longest = newStop - newAt;
          this.oldStart = oldAt;
          this.newStart = newAt;
        }
        // Occurrences inside the run just seen are passed over. That they are held against its end in the new
        // stretch is the crate's way (git takes the old one's) and decides between anchors: it stays.
        const passed = oldStart + newStop - newStart;
        do {
          seed = next[seed] as number;
          left -= 1;
        } while (left > 0 && seed <= passed);
      }
      at = resume;
    }
    this.length = longest;
    if (!isShared) return OUTCOME.nothingShared;
    return rarest === TOO_MANY ? OUTCOME.tooCommon : OUTCOME.anchor;
  }
}
