import type { Encoding } from './contract.ts';
import { MEMO_BYTES, MEMO_MASKS, MEMO_WORDS, memoIndex } from './count-memo.ts';
import { LONG_MEMO_BYTES, LongMemo } from './long-memo.ts';
import { LONG_PIECE_BYTES, LongPiece } from './long-piece.ts';
import { Merger } from './merge.ts';
import { endOfCl100kPiece, endOfO200kPiece } from './split.ts';
import type { TextBytes } from './text-bytes.ts';
import { NO_RANK, type Vocabulary } from './vocabulary.ts';

/** Counts the tokens of loaded text. One per encoding; not re-entrant, every call runs to its end. */
export class PieceCounter {
  readonly vocabulary: Vocabulary;
  readonly isO200k: boolean;
  readonly #merger: Merger;
  readonly #memo: Int32Array = new Int32Array(MEMO_WORDS);
  readonly #longMemo: LongMemo = new LongMemo();

  constructor(vocabulary: Vocabulary, encoding: Encoding) {
    this.vocabulary = vocabulary;
    this.isO200k = encoding === 'o200k_base';
    this.#merger = new Merger(vocabulary);
  }

  /** Where the piece at `at` ends. */
  endOfPiece(bytes: Uint8Array, at: number): number {
    return this.isO200k ? endOfO200kPiece(bytes, at) : endOfCl100kPiece(bytes, at);
  }

  /** Tokens of the `end` bytes in `text`; stops behind the piece that passes `limit`. */
  count(text: TextBytes, end: number, limit: number): number {
    const { bytes, words } = text;
    const memo = this.#memo;
    const isO200k = this.isO200k;
    let count = 0;
    let at = 0;
    while (at < end && count <= limit) {
      const pieceEnd = isO200k ? endOfO200kPiece(bytes, at) : endOfCl100kPiece(bytes, at);
      const length = pieceEnd - at;
      if (length <= MEMO_BYTES) {
        const word0 = words.getInt32(at, true) & (MEMO_MASKS[length] as number);
        const word1 = words.getInt32(at + 4, true) & (MEMO_MASKS[length + 16] as number);
        const word2 = words.getInt32(at + 8, true) & (MEMO_MASKS[length + 32] as number);
        const word3 = (words.getInt32(at + 12, true) & (MEMO_MASKS[length + 48] as number)) | (length << 24);
        const entry = memoIndex(word0, word1, word2, word3);
        const stored = memo[entry + 3] as number;
        if (
          (stored & 0x0fffffff) === word3 &&
          memo[entry] === word0 &&
          memo[entry + 1] === word1 &&
          memo[entry + 2] === word2
        ) {
          count += stored >>> 28;
        } else {
          const tokens = this.countPiece(bytes, words, at, length);
          memo[entry] = word0;
          memo[entry + 1] = word1;
          memo[entry + 2] = word2;
          memo[entry + 3] = word3 | (tokens << 28);
          count += tokens;
        }
      } else {
        count += this.#countLonger(bytes, words, at, length);
      }
      at = pieceEnd;
    }
    return count;
  }

  #countLonger(bytes: Uint8Array, words: DataView, at: number, length: number): number {
    if (length > LONG_MEMO_BYTES) return this.countPiece(bytes, words, at, length);
    const known = this.#longMemo.find(words, at, length);
    if (known !== 0) return known;
    const tokens = this.countPiece(bytes, words, at, length);
    this.#longMemo.add(bytes, words, at, length, tokens);
    return tokens;
  }

  /** Tokens of one piece of any length, without the memo. */
  countPiece(bytes: Uint8Array, words: DataView, at: number, length: number): number {
    if (this.vocabulary.rankOf(words, at, length) !== NO_RANK) return 1;
    if (length <= LONG_PIECE_BYTES) return this.#merger.merge(bytes, words, at, length);
    const piece = new LongPiece(this.vocabulary, bytes, words, at, at + length, false);
    while (piece.step());
    return piece.count;
  }

  /** Writes the ids of the `end` bytes in `text` to `ids` from `written` on and returns where they end. */
  encode(text: TextBytes, end: number, ids: Uint32Array, written: number): number {
    const { bytes, words } = text;
    let to = written;
    for (let at = 0; at < end; ) {
      const pieceEnd = this.endOfPiece(bytes, at);
      const length = pieceEnd - at;
      const rank = this.vocabulary.rankOf(words, at, length);
      if (rank !== NO_RANK) {
        ids[to++] = rank;
      } else if (length <= LONG_PIECE_BYTES) {
        const parts = this.#merger.merge(bytes, words, at, length);
        const found = this.#merger.ids;
        for (let part = 0; part < parts; part += 1) ids[to++] = found[part] as number;
      } else {
        const piece = new LongPiece(this.vocabulary, bytes, words, at, pieceEnd, true);
        while (piece.step());
        ids.set((piece.ids as Int32Array).subarray(0, piece.count), to);
        to += piece.count;
      }
      at = pieceEnd;
    }
    return to;
  }
}
