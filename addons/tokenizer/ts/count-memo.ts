/** Longest piece remembered, in bytes. */
export const MEMO_BYTES = 15;

const ENTRY_BITS = 15;
/** Entries; each is 16 bytes, so half a megabyte in all. */
const ENTRIES = 2 ** ENTRY_BITS;

/**
 * Piece -> number of tokens for pieces of 2 to 15 bytes. Direct-mapped: a newcomer takes the place of the one before,
 * so the size is fixed. An entry holds the whole key: bytes 0-14 are the piece, the low half of byte 15 its length,
 * the high half its count (both at most 15), and a hit is exact.
 */
export const MEMO_WORDS: number = 4 * ENTRIES;

/** First word of the entry for a piece, from its four words (the length inside the fourth). */
export function memoIndex(word0: number, word1: number, word2: number, word3: number): number {
  let hash = Math.imul(word0, 0x9e3779b1) ^ Math.imul(word1, 0x85ebca6b);
  hash ^= Math.imul(word2, 0xc2b2ae35) ^ Math.imul(word3, 0x27d4eb2f);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash >>> (32 - ENTRY_BITS)) << 2;
}

/** Masks that cut the four words at the piece's length: entry `16 * word + length`. A table, so nothing branches. */
export const MEMO_MASKS: Int32Array = new Int32Array(64);
for (let length = 1; length <= MEMO_BYTES; length += 1) {
  for (let word = 0; word < 4; word += 1) {
    const bits = 8 * (length - 4 * word);
    MEMO_MASKS[16 * word + length] = bits >= 32 ? -1 : bits <= 0 ? 0 : (1 << bits) - 1;
  }
}
