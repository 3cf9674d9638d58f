import { NO_RANK, type Vocabulary } from './vocabulary.ts';

/** Up to this many bytes the least rank is looked for by scanning all; beyond, a heap keeps it. */
const SCAN_LIMIT = 48;
/** 2 ** 28 positions of a rank: exact in a double. */
const POSITIONS = 2 ** 28;

/**
 * Byte pair merging of one piece: the adjacent pair with the lowest rank is merged first, the leftmost of equal
 * ones, until no pair is a token. The result stays in `starts` and `ids` until the next call.
 */
export class Merger {
  /** Start of each token, relative to the piece; one more entry than tokens. */
  starts: Int32Array = new Int32Array(SCAN_LIMIT + 1);
  ids: Int32Array = new Int32Array(SCAN_LIMIT);
  readonly #vocabulary: Vocabulary;
  readonly #ranks: Int32Array = new Int32Array(SCAN_LIMIT);
  #linked: Links | undefined;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /**
   * Merges the `length` >= 1 bytes at `from` and returns the number of tokens. O(n log n), quadratic only
   * up to `SCAN_LIMIT` bytes; 40 bytes of memory a byte of the longest piece so far.
   */
  merge(bytes: Uint8Array, words: DataView, from: number, length: number): number {
    return length <= SCAN_LIMIT
      ? this.#mergeByScan(bytes, words, from, length)
      : this.#mergeByHeap(bytes, words, from, length);
  }

  #mergeByScan(bytes: Uint8Array, words: DataView, from: number, length: number): number {
    const vocabulary = this.#vocabulary;
    const { byteIds, pairRanks } = vocabulary;
    const { starts, ids } = this;
    const ranks = this.#ranks;
    let byte = bytes[from] as number;
    for (let at = 0; at < length; at += 1) {
      const next = bytes[from + at + 1] as number;
      starts[at] = at;
      ids[at] = byteIds[byte] as number;
      ranks[at] = pairRanks[byte | (next << 8)] as number;
      byte = next;
    }
    starts[length] = length;
    ranks[length - 1] = NO_RANK;
    let parts = length;
    while (parts > 1) {
      let least = NO_RANK;
      let at = 0;
      for (let part = 0; part < parts - 1; part += 1) {
        const rank = ranks[part] as number;
        if (rank < least) {
          least = rank;
          at = part;
        }
      }
      if (least === NO_RANK) break;
      ids[at] = least;
      parts -= 1;
      for (let part = at + 1; part < parts; part += 1) {
        starts[part] = starts[part + 1] as number;
        ids[part] = ids[part + 1] as number;
        ranks[part] = ranks[part + 1] as number;
      }
      starts[parts] = length;
      const start = starts[at] as number;
      ranks[at] =
        at + 1 < parts ? vocabulary.rankOf(words, from + start, (starts[at + 2] as number) - start) : NO_RANK;
      if (at > 0) {
        const before = starts[at - 1] as number;
        ranks[at - 1] = vocabulary.rankOf(words, from + before, (starts[at + 1] as number) - before);
      }
    }
    return parts;
  }

  #mergeByHeap(bytes: Uint8Array, words: DataView, from: number, length: number): number {
    this.#linked ??= new Links(this.#vocabulary);
    if (this.#linked.capacity < length) this.#linked.grow(length);
    const parts = this.#linked.merge(bytes, words, from, length);
    if (this.ids.length < parts) {
      this.ids = new Int32Array(parts);
      this.starts = new Int32Array(parts + 1);
    }
    this.#linked.copyTo(this.starts, this.ids, length);
    return parts;
  }
}

/** The parts of a longer piece as a linked list, the mergeable pairs in a binary heap. */
class Links {
  capacity = 0;
  readonly #vocabulary: Vocabulary;
  #next: Int32Array = new Int32Array(0);
  #previous: Int32Array = new Int32Array(0);
  #ids: Int32Array = new Int32Array(0);
  /** Rank of the pair that starts here; an entry of the heap with another rank is stale. */
  #ranks: Int32Array = new Int32Array(0);
  /** rank * POSITIONS + position: the order of merging, ties included. */
  #heap: Float64Array = new Float64Array(0);
  #heapSize = 0;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  grow(length: number): void {
    const capacity = Math.max(length, 2 * this.capacity, 256);
    this.capacity = capacity;
    this.#next = new Int32Array(capacity + 1);
    this.#previous = new Int32Array(capacity + 1);
    this.#ids = new Int32Array(capacity);
    this.#ranks = new Int32Array(capacity + 1);
    // Each byte starts one pair, each merge makes two.
    this.#heap = new Float64Array(3 * capacity);
  }

  merge(bytes: Uint8Array, words: DataView, from: number, length: number): number {
    const vocabulary = this.#vocabulary;
    const { byteIds, pairRanks } = vocabulary;
    const next = this.#next;
    const previous = this.#previous;
    const ids = this.#ids;
    const ranks = this.#ranks;
    this.#heapSize = 0;
    for (let at = 0; at < length; at += 1) {
      const byte = bytes[from + at] as number;
      next[at] = at + 1;
      previous[at] = at - 1;
      ids[at] = byteIds[byte] as number;
      const rank =
        at + 1 < length ? (pairRanks[byte | ((bytes[from + at + 1] as number) << 8)] as number) : NO_RANK;
      ranks[at] = rank;
      if (rank !== NO_RANK) this.#push(rank * POSITIONS + at);
    }
    let parts = length;
    while (this.#heapSize > 0) {
      const top = this.#pop();
      const rank = Math.floor(top / POSITIONS);
      const at = top - rank * POSITIONS;
      if (ranks[at] !== rank) continue;
      const gone = next[at] as number;
      const after = next[gone] as number;
      ids[at] = rank;
      next[at] = after;
      previous[after] = at;
      ranks[gone] = NO_RANK;
      parts -= 1;
      ranks[at] = after < length ? this.#pair(words, from, at, next[after] as number) : NO_RANK;
      const before = previous[at] as number;
      if (before >= 0) ranks[before] = this.#pair(words, from, before, after);
    }
    return parts;
  }

  #pair(words: DataView, from: number, start: number, end: number): number {
    const rank = this.#vocabulary.rankOf(words, from + start, end - start);
    if (rank !== NO_RANK) this.#push(rank * POSITIONS + start);
    return rank;
  }

  copyTo(starts: Int32Array, ids: Int32Array, length: number): void {
    let part = 0;
    for (let at = 0; at < length; at = this.#next[at] as number) {
      starts[part] = at;
      ids[part] = this.#ids[at] as number;
      part += 1;
    }
    starts[part] = length;
  }

  #push(key: number): void {
    const heap = this.#heap;
    let at = this.#heapSize++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as number;
      if (above <= key) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = key;
  }

  #pop(): number {
    const heap = this.#heap;
    const top = heap[0] as number;
    const size = --this.#heapSize;
    const key = heap[size] as number;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && (heap[child + 1] as number) < (heap[child] as number)) child += 1;
      if ((heap[child] as number) >= key) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = key;
    return top;
  }
}
