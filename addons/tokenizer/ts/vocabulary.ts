import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Encoding } from './contract.ts';

/** "No such token"; larger than every rank, so that the least rank can be looked for without a test. */
export const NO_RANK = 0x7fffffff;

/** Bytes that may be read behind the end of any buffer handed to a `Vocabulary`, because it reads words. */
export const PADDING = 16;

interface Facts {
  tokens: number;
  fileBytes: number;
  /** Slots of the hash table, a power of two: load below 0.4. */
  slots: number;
  special: Readonly<Record<string, number>>;
}

const FACTS: Readonly<Record<Encoding, Facts>> = {
  o200k_base: {
    tokens: 199_998,
    fileBytes: 3_613_922,
    slots: 2 ** 19,
    special: { '<|endoftext|>': 199_999, '<|endofprompt|>': 200_018 },
  },
  cl100k_base: {
    tokens: 100_256,
    fileBytes: 1_681_126,
    slots: 2 ** 18,
    special: {
      '<|endoftext|>': 100_257,
      '<|fim_prefix|>': 100_258,
      '<|fim_middle|>': 100_259,
      '<|fim_suffix|>': 100_260,
      '<|endofprompt|>': 100_276,
    },
  },
};

const ID_BITS = 18;
const ID_MASK = (1 << ID_BITS) - 1;

export function vocabularyPath(encoding: Encoding): string {
  return createRequire(import.meta.url).resolve(`gpt-tokenizer/data/${encoding}.tiktoken`);
}

/** Ids that exist: the ranks, and the special tokens behind them. No vocabulary is loaded for it. */
export function isTokenId(id: number, encoding: Encoding): boolean {
  const { tokens, special } = FACTS[encoding];
  return (id >>> 0 === id && id < tokens) || Object.values(special).includes(id);
}

/**
 * The tokens of one encoding as bytes in one pool, found by an open-addressing table. An id is a rank, so the
 * lower id is merged first. About 5 MB for o200k_base, half of it for cl100k_base.
 */
export class Vocabulary {
  readonly encoding: Encoding;
  readonly size: number;
  readonly special: ReadonlyMap<number, string>;
  readonly pool: Uint8Array;
  /** Start of each token in the pool; one more entry than tokens. */
  readonly offsets: Uint32Array;
  readonly maxTokenBytes: number;
  /** Id of each single byte. */
  readonly byteIds: Int32Array = new Int32Array(256).fill(NO_RANK);
  /** Id of each pair of bytes (second byte high), `NO_RANK` where the pair is no token. */
  readonly pairRanks: Int32Array = new Int32Array(2 ** 16).fill(NO_RANK);
  readonly #poolWords: DataView;
  /** Id + 1 in the low 18 bits, a part of the hash above them; 0 is free. */
  readonly #slots: Int32Array;
  readonly #slotMask: number;

  /** Reads and indexes the vocabulary: tens of milliseconds, once per encoding. */
  constructor(encoding: Encoding) {
    const facts = FACTS[encoding];
    this.encoding = encoding;
    this.size = facts.tokens;
    this.special = new Map(Object.entries(facts.special).map(([text, id]) => [id, text]));
    const file = readFileSync(vocabularyPath(encoding));
    if (file.length !== facts.fileBytes) {
      throw new Error(`${encoding}.tiktoken has ${file.length} bytes, expected ${facts.fileBytes}`);
    }
    this.offsets = new Uint32Array(facts.tokens + 1);
    this.pool = readTokens(file, this.offsets);
    this.#poolWords = new DataView(this.pool.buffer);
    this.#slots = new Int32Array(facts.slots);
    this.#slotMask = facts.slots - 1;
    let longest = 0;
    for (let id = 0; id < facts.tokens; id += 1) longest = Math.max(longest, this.#index(id));
    this.maxTokenBytes = longest;
  }

  #index(id: number): number {
    const { offsets, pool } = this;
    const start = offsets[id] as number;
    const length = (offsets[id + 1] as number) - start;
    if (length === 1) this.byteIds[pool[start] as number] = id;
    if (length === 2) this.pairRanks[(pool[start] as number) | ((pool[start + 1] as number) << 8)] = id;
    const hash = hashOf(this.#poolWords, start, length);
    let slot = hash & this.#slotMask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#slotMask;
    this.#slots[slot] = (id + 1) | (hash & ~ID_MASK);
    return length;
  }

  /** Rank of the token whose bytes stand at `start` in `words`, else `NO_RANK`. */
  rankOf(words: DataView, start: number, length: number): number {
    if (length > this.maxTokenBytes) return NO_RANK;
    const hash = hashOf(words, start, length);
    const mask = this.#slotMask;
    const slots = this.#slots;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] as number;
      if (entry === 0) return NO_RANK;
      if (((entry ^ hash) & ~ID_MASK) !== 0) continue;
      const id = (entry & ID_MASK) - 1;
      if (this.#isToken(id, words, start, length)) return id;
    }
  }

  #isToken(id: number, words: DataView, start: number, length: number): boolean {
    const from = this.offsets[id] as number;
    if ((this.offsets[id + 1] as number) - from !== length) return false;
    const pool = this.#poolWords;
    let at = 0;
    for (; at + 4 <= length; at += 4) {
      if (pool.getInt32(from + at, true) !== words.getInt32(start + at, true)) return false;
    }
    if (at === length) return true;
    const difference = pool.getInt32(from + at, true) ^ words.getInt32(start + at, true);
    return (difference & (-1 >>> (32 - 8 * (length - at)))) === 0;
  }
}

/** The upper 14 bits tell tokens of one slot apart, the lower ones choose the slot. */
export function hashOf(words: DataView, start: number, length: number): number {
  let hash = length;
  const whole = start + (length & ~3);
  for (let at = start; at < whole; at += 4) {
    hash = Math.imul(hash ^ words.getInt32(at, true), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  const rest = length & 3;
  if (rest !== 0) {
    hash = Math.imul(hash ^ (words.getInt32(whole, true) & (-1 >>> (32 - 8 * rest))), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

/** Decodes lines of `base64 rank`; the ranks count from 0 without a gap, so only the order is used. */
function readTokens(file: Uint8Array, offsets: Uint32Array): Uint8Array {
  const value = new Uint8Array(256);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let at = 0; at < alphabet.length; at += 1) value[alphabet.charCodeAt(at)] = at;
  const pool = new Uint8Array(file.length);
  const count = offsets.length - 1;
  let written = 0;
  let at = 0;
  let id = 0;
  while (at < file.length && id < count) {
    offsets[id] = written;
    for (; file[at] !== 0x20; at += 4) {
      const bits =
        ((value[file[at] as number] as number) << 18) |
        ((value[file[at + 1] as number] as number) << 12) |
        ((value[file[at + 2] as number] as number) << 6) |
        (value[file[at + 3] as number] as number);
      pool[written++] = bits >>> 16;
      if (file[at + 2] !== 0x3d) pool[written++] = bits >>> 8;
      if (file[at + 3] !== 0x3d) pool[written++] = bits;
    }
    while (at < file.length && file[at] !== 0x0a) at += 1;
    at += 1;
    id += 1;
  }
  if (id !== count || at < file.length)
    throw new Error('the vocabulary file has an unexpected number of lines');
  offsets[count] = written;
  return pool.slice(0, written + PADDING);
}
