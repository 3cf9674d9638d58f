/** Typed arrays that grow by a quarter: doubling would keep too much that is empty. */

const LEAST = 8;

function roomFor(length: number): number {
  return Math.max(LEAST, length + (length >>> 2));
}

/** The same numbers, with room for `length`: the array itself where it has that. */
export function withRoom(words: Uint32Array, length: number): Uint32Array {
  if (length <= words.length) return words;
  const grown = new Uint32Array(roomFor(length));
  grown.set(words);
  return grown;
}

export function bytesWithRoom(bytes: Uint8Array, length: number): Uint8Array {
  if (length <= bytes.length) return bytes;
  const grown = new Uint8Array(roomFor(length));
  grown.set(bytes);
  return grown;
}
