import { hashOf, PADDING } from './vocabulary.ts';

/** Longest piece remembered here, in bytes. */
export const LONG_MEMO_BYTES = 255;

/** Bytes of the ring: about 30,000 pieces of the usual 20 to 40 bytes. */
const RING_BYTES = 2 ** 20;
const SLOTS = 2 ** 15;
const HEADER_BYTES = 4;
/** Positions grow for ever; before they leave 31 bits everything is forgotten. */
const LAST_POSITION = 2 ** 31 - 2 * RING_BYTES;

/**
 * Piece -> number of tokens for pieces of 16 to 255 bytes: words of scripts with two or three bytes a letter, clauses
 * of scripts without spaces. The keys lie in a ring and the oldest go first, so the size is fixed (1.1 MB, touched
 * only as far as it is filled); a hit compares the whole key.
 */
export class LongMemo {
  readonly #ring: Uint8Array = new Uint8Array(RING_BYTES + PADDING);
  readonly #words: DataView = new DataView(this.#ring.buffer);
  /** Position of the entry a hash leads to; 0 is none. */
  readonly #slots: Int32Array = new Int32Array(SLOTS);
  #head = RING_BYTES;

  /** Tokens of the piece, 0 when it is not remembered. */
  find(words: DataView, at: number, length: number): number {
    const position = this.#slots[hashOf(words, at, length) & (SLOTS - 1)] as number;
    if (position === 0 || this.#head - position > RING_BYTES) return 0;
    const ring = this.#words;
    const entry = position & (RING_BYTES - 1);
    const header = ring.getInt32(entry, true);
    if ((header & 0xff) !== length) return 0;
    const key = entry + HEADER_BYTES;
    let index = 0;
    for (; index + 4 <= length; index += 4) {
      if (ring.getInt32(key + index, true) !== words.getInt32(at + index, true)) return 0;
    }
    const rest = length - index;
    if (rest !== 0) {
      const difference = ring.getInt32(key + index, true) ^ words.getInt32(at + index, true);
      if ((difference & (-1 >>> (32 - 8 * rest))) !== 0) return 0;
    }
    return header >>> 8;
  }

  add(bytes: Uint8Array, words: DataView, at: number, length: number, tokens: number): void {
    if (this.#head > LAST_POSITION) {
      this.#slots.fill(0);
      this.#head = RING_BYTES;
    }
    let entry = this.#head & (RING_BYTES - 1);
    const size = HEADER_BYTES + ((length + 3) & ~3);
    // An entry is never split: one that would pass the end starts the next round.
    if (entry + size > RING_BYTES) {
      this.#head += RING_BYTES - entry;
      entry = 0;
    }
    this.#words.setInt32(entry, length | (tokens << 8), true);
    const key = entry + HEADER_BYTES;
    for (let index = 0; index < length; index += 1) this.#ring[key + index] = bytes[at + index] as number;
    this.#slots[hashOf(words, at, length) & (SLOTS - 1)] = this.#head;
    this.#head += size;
  }
}
