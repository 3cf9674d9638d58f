/**
 * Byte-pair merging by its definition (lowest rank first, leftmost of equals) over the vocabulary and pattern that
 * npm tiktoken ships. npm tiktoken itself takes time quadratic in the longest piece, hours for the worst cases;
 * a heap gives the same ids in n log n. It is an oracle: short and plain, and not fast.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

interface EncoderFile {
  pat_str: string;
  /** Lines of `! <first rank> <base64 token> <base64 token> ...`. */
  bpe_ranks: string;
}

/** Rust's `\s` is Unicode White_Space; JavaScript's has U+FEFF too and lacks U+0085. */
const WHITE_SPACE = '\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

/** Positions take 2^24, ranks the bits above: both in one double that the heap can compare. */
const POSITIONS = 2 ** 24;

export interface MergeOracle {
  /** The ids that tiktoken's `encode_ordinary` defines. */
  encode(text: string): Uint32Array;
}

export function createMergeOracle(encoding: string): MergeOracle {
  const file = createRequire(import.meta.url).resolve(`tiktoken/encoders/${encoding}.json`);
  const { pat_str, bpe_ranks } = JSON.parse(readFileSync(file, 'utf8')) as EncoderFile;
  const ranks = readRanks(bpe_ranks);
  const longest = [...ranks.keys()].reduce((most, token) => Math.max(most, token.length), 0);
  const pattern = readPattern(pat_str);
  const encode = (text: string): Uint32Array => {
    const ids: number[] = [];
    for (const [piece] of text.toWellFormed().matchAll(pattern)) {
      // One char per byte: a substring is then a key of `ranks`.
      mergePiece(Buffer.from(piece).toString('latin1'), ranks, longest, ids);
    }
    return Uint32Array.from(ids);
  };
  return { encode };
}

function readRanks(lines: string): Map<string, number> {
  const ranks = new Map<string, number>();
  for (const line of lines.split('\n')) {
    const [, first, ...tokens] = line.split(' ');
    for (const [index, token] of tokens.entries()) {
      ranks.set(Buffer.from(token, 'base64').toString('latin1'), Number(first) + index);
    }
  }
  return ranks;
}

function readPattern(source: string): RegExp {
  const inClass = source.replace(/\[\^?[^\]]*\]/g, (set) => set.replaceAll('\\s', WHITE_SPACE));
  const whole = inClass.replaceAll('\\s', `[${WHITE_SPACE}]`).replaceAll('\\S', `[^${WHITE_SPACE}]`);
  return new RegExp(whole, 'gu');
}

function mergePiece(piece: string, ranks: Map<string, number>, longest: number, ids: number[]): void {
  const size = piece.length;
  const single = size <= longest ? ranks.get(piece) : undefined;
  if (single !== undefined) {
    ids.push(single);
    return;
  }
  // `next[i]` ends the token that begins at i; `previous[i]` begins the one before it.
  const next = Uint32Array.from({ length: size + 1 }, (_, i) => i + 1);
  const previous = Int32Array.from({ length: size + 1 }, (_, i) => i - 1);
  const queue = new MinHeap();
  // What the pair that begins at i merges to, as last seen: an older entry of the heap is stale.
  const current = new Float64Array(size).fill(-1);

  const offer = (start: number): void => {
    const middle = next[start] as number;
    const end = middle < size ? (next[middle] as number) : 0;
    const rank = end > 0 && end - start <= longest ? ranks.get(piece.slice(start, end)) : undefined;
    current[start] = rank === undefined ? -1 : rank * POSITIONS + start;
    if (rank !== undefined) queue.push(current[start] as number);
  };

  for (let start = 0; start + 1 < size; start++) offer(start);
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    const start = key % POSITIONS;
    if (current[start] !== key) continue;
    const middle = next[start] as number;
    const end = next[middle] as number;
    next[start] = end;
    previous[end] = start;
    current[middle] = -1;
    offer(start);
    if ((previous[start] as number) >= 0) offer(previous[start] as number);
  }
  for (let start = 0; start < size; start = next[start] as number) {
    ids.push(ranks.get(piece.slice(start, next[start])) as number);
  }
}

class MinHeap {
  readonly #keys: number[] = [];

  push(key: number): void {
    const keys = this.#keys;
    let at = keys.length;
    keys.push(key);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((keys[parent] as number) <= key) break;
      keys[at] = keys[parent] as number;
      at = parent;
    }
    keys[at] = key;
  }

  pop(): number | undefined {
    const keys = this.#keys;
    const top = keys[0];
    const last = keys.pop();
    if (top === undefined || last === undefined || keys.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= keys.length) break;
      if (child + 1 < keys.length && (keys[child + 1] as number) < (keys[child] as number)) child++;
      if ((keys[child] as number) >= last) break;
      keys[at] = keys[child] as number;
      at = child;
    }
    keys[at] = last;
    return top;
  }
}
