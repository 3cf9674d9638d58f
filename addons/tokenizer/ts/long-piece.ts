import { Merger } from './merge.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Pieces up to this many bytes are merged in one go. */
export const LONG_PIECE_BYTES = 2048;
/**
 * Longer than two of the longest tokens: what a window cuts at its end rarely reaches further back. Without it the
 * answer is the same, but windows are often done again; a test does that.
 */
const MARGIN_BYTES = 288;

/**
 * One piece longer than a window, as a long run of one character gives. It is merged window by window, in linear
 * time and constant memory, and exactly: a sequence of tokens is the merge of its bytes if and only if each two
 * neighbours, merged on their own, stay those two tokens. (A merge across a border would be the first of the whole
 * sequence to do so, then also the first of these two.) Inside a window that holds by construction, between two
 * windows it is checked, and the earlier window gives tokens back until it does.
 */
export class LongPiece {
  /** Tokens found so far; with `ids` their ids. Final when `step` has returned false. */
  count = 0;
  readonly ids: Int32Array | undefined;
  readonly #merger: Merger;
  readonly #bytes: Uint8Array;
  readonly #words: DataView;
  readonly #from: number;
  readonly #end: number;
  readonly #vocabulary: Vocabulary;
  readonly #marginBytes: number;
  #position: number;
  /** Starts of the tokens taken from the last window, absolute; the last entry is `#position`. */
  #taken: Int32Array = new Int32Array(0);
  #lastId = -1;
  /** The full window merged last: where it stood (-1: it was a shorter one), its tokens' starts (relative) and ids. */
  #windowFrom = -1;
  #starts: Int32Array = new Int32Array(0);
  #ids: Int32Array = new Int32Array(0);
  /** The pair that was last found to stay apart. */
  #apartLeft = -1;
  #apartRight = -1;

  constructor(
    vocabulary: Vocabulary,
    bytes: Uint8Array,
    words: DataView,
    from: number,
    end: number,
    keepIds: boolean,
    marginBytes: number = MARGIN_BYTES,
  ) {
    this.#marginBytes = marginBytes;
    this.#vocabulary = vocabulary;
    this.#merger = new Merger(vocabulary);
    this.#bytes = bytes;
    this.#words = words;
    this.#from = from;
    this.#end = end;
    this.#position = from;
    this.ids = keepIds ? new Int32Array(end - from) : undefined;
  }

  /** Does one window, at most about 1 ms; false when the piece is done. */
  step(): boolean {
    const from = this.#position;
    const windowEnd = Math.min(from + LONG_PIECE_BYTES, this.#end);
    if (!this.#repeats(from, windowEnd)) {
      const parts = this.#merge(from, windowEnd);
      this.#starts = this.#merger.starts.slice(0, parts + 1);
      this.#ids = this.#merger.ids.slice(0, parts);
      this.#windowFrom = windowEnd - from === LONG_PIECE_BYTES ? from : -1;
    }
    if (from > this.#from && !this.#staysApart(from)) return this.#giveBack();
    return this.#take(windowEnd);
  }

  /** Whether the window holds the bytes of the one before, as in a run of one character: then so is its merge. */
  #repeats(from: number, end: number): boolean {
    const words = this.#words;
    const before = this.#windowFrom;
    if (before < 0 || end - from !== LONG_PIECE_BYTES) return false;
    for (let at = 0; at < LONG_PIECE_BYTES; at += 4) {
      if (words.getInt32(before + at, true) !== words.getInt32(from + at, true)) return false;
    }
    return true;
  }

  #merge(from: number, end: number): number {
    return this.#merger.merge(this.#bytes, this.#words, from, end - from);
  }

  /** Whether the last token taken and the first of the window are neighbours in an exact merge. */
  #staysApart(from: number): boolean {
    const [left, right] = [this.#lastId, this.#ids[0] as number];
    if (left === this.#apartLeft && right === this.#apartRight) return true;
    const start = this.#taken[this.#taken.length - 2] as number;
    const parts = this.#merge(start, from + (this.#starts[1] as number));
    if (parts !== 2 || start + (this.#merger.starts[1] as number) !== from) return false;
    this.#apartLeft = left;
    this.#apartRight = right;
    return true;
  }

  #take(windowEnd: number): boolean {
    const starts = this.#starts;
    const last = windowEnd === this.#end;
    let taken = this.#ids.length;
    if (!last) {
      const limit = windowEnd - this.#position - this.#marginBytes;
      while (taken > 1 && (starts[taken] as number) > limit) taken -= 1;
    }
    this.ids?.set(this.#ids.subarray(0, taken), this.count);
    this.count += taken;
    if (last) return false;
    const position = this.#position;
    this.#taken = starts.slice(0, taken + 1).map((start) => position + start);
    this.#position = position + (starts[taken] as number);
    this.#lastId = this.#ids[taken - 1] as number;
    return true;
  }

  #giveBack(): boolean {
    const taken = this.#taken.subarray(0, -1);
    this.#taken = taken;
    this.count -= 1;
    if (taken.length >= 2) {
      const position = taken[taken.length - 1] as number;
      const start = taken[taken.length - 2] as number;
      this.#position = position;
      this.#lastId = this.#vocabulary.rankOf(this.#words, start, position - start);
      return true;
    }
    // Never seen: no token of a whole window can be kept. Merging all at once is exact, only not constant in memory.
    const parts = this.#merge(this.#from, this.#end);
    this.ids?.set(this.#merger.ids.subarray(0, parts));
    this.count = parts;
    return false;
  }
}
