import { UNLIMITED } from './arguments.ts';
import { LONG_PIECE_BYTES, LongPiece } from './long-piece.ts';
import type { PieceCounter } from './piece-counter.ts';
import { CHUNK_UNITS, lastSureBorder, TextBytes } from './text-bytes.ts';

/** Units of the first chunk when there is a limit, which a short beginning may already pass. */
const FIRST_LIMITED_CHUNK_UNITS = 2 ** 12;
/** Bytes of one step inside a text without sure borders: about a millisecond. */
const STEP_BYTES = 2 ** 14;

let scratch: TextBytes | undefined;
let idScratch: Uint32Array | undefined;

/** The buffer for texts of up to a chunk; what is in it is gone with the next call. */
export function scratchBytes(): TextBytes {
  scratch ??= new TextBytes(CHUNK_UNITS);
  return scratch;
}

/** Tokens of `text`. Linear in its length; holds one chunk (0.2 MB), more only where a run has no border. */
export function countText(counter: PieceCounter, text: string): number {
  if (text.length <= CHUNK_UNITS) {
    const bytes = scratchBytes();
    return counter.count(bytes, bytes.load(text), UNLIMITED);
  }
  const steps = countSteps(counter, text, UNLIMITED, CHUNK_UNITS);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The count, or -1 when it passes `limit`: then not much behind that place was read. */
export function countUpTo(counter: PieceCounter, text: string, limit: number): number {
  // A unit has one to three bytes and a token one to `maxTokenBytes`: often the length alone decides.
  if (3 * text.length <= limit) return countText(counter, text);
  if (text.length > limit * counter.vocabulary.maxTokenBytes) return -1;
  const steps = countSteps(counter, text, limit, CHUNK_UNITS);
  for (;;) {
    const step = steps.next();
    if (step.value > limit) return -1;
    if (step.done) return step.value;
  }
}

/**
 * Counts in steps of up to `stepUnits` and yields a number the whole count does not fall below; returns the whole.
 * Between two steps other calls may use the same counter.
 */
export function* countSteps(
  counter: PieceCounter,
  text: string,
  limit: number,
  stepUnits: number,
): Generator<number, number, undefined> {
  let count = 0;
  let units = limit < UNLIMITED ? FIRST_LIMITED_CHUNK_UNITS : stepUnits;
  for (let from = 0; from < text.length; ) {
    const to = endOfChunk(text, from, units);
    const chunk = from === 0 && to === text.length ? text : text.slice(from, to);
    if (chunk.length <= stepUnits) {
      const bytes = scratchBytes();
      count += counter.count(bytes, bytes.load(chunk), limit - count);
    } else {
      const before = count;
      for (const inChunk of runSteps(counter, chunk)) {
        count = before + inChunk;
        yield count;
      }
    }
    from = to;
    units = Math.min(2 * units, stepUnits);
    if (from < text.length) yield count;
  }
  return count;
}

/** The next sure border at or before `from + units`; where there is none, the first behind it or the end. */
function endOfChunk(text: string, from: number, units: number): number {
  let searched = from;
  let to = from + units;
  while (to < text.length) {
    const border = lastSureBorder(text, searched, to);
    if (border > 0) return border;
    searched = to - 1;
    to += to - from;
  }
  return text.length;
}

/** A run without sure borders, piece by piece, a longer piece window by window, in a buffer of its own. */
function* runSteps(counter: PieceCounter, run: string): Generator<number, void, undefined> {
  const text = new TextBytes(run.length);
  const { bytes, words } = text;
  const end = text.load(run);
  let count = 0;
  let stepped = 0;
  for (let at = 0; at < end; ) {
    const pieceEnd = counter.endOfPiece(bytes, at);
    const length = pieceEnd - at;
    if (length <= LONG_PIECE_BYTES) {
      count += counter.countPiece(bytes, words, at, length);
    } else {
      const piece = new LongPiece(counter.vocabulary, bytes, words, at, pieceEnd, false);
      // Tokens of a window may be given back, so only the length of the piece is sure before its end.
      const least = count + Math.ceil(length / counter.vocabulary.maxTokenBytes);
      while (piece.step()) yield least;
      count += piece.count;
    }
    at = pieceEnd;
    if (at - stepped > STEP_BYTES) {
      stepped = at;
      yield count;
    }
  }
  yield count;
}

/** The ids of `text`. */
export function encodeText(counter: PieceCounter, text: string): Uint32Array {
  if (text.length <= CHUNK_UNITS) {
    const bytes = scratchBytes();
    const end = bytes.load(text);
    idScratch ??= new Uint32Array(3 * CHUNK_UNITS);
    return idScratch.slice(0, counter.encode(bytes, end, idScratch, 0));
  }
  let ids = new Uint32Array(text.length >> 2);
  let written = 0;
  for (let from = 0; from < text.length; ) {
    const to = endOfChunk(text, from, CHUNK_UNITS);
    const bytes = to - from <= CHUNK_UNITS ? scratchBytes() : new TextBytes(to - from);
    const end = bytes.load(text.slice(from, to));
    if (ids.length - written < end) {
      const grown = new Uint32Array(Math.max(2 * ids.length, written + end));
      grown.set(ids.subarray(0, written));
      ids = grown;
    }
    written = counter.encode(bytes, end, ids, written);
    from = to;
  }
  return ids.slice(0, written);
}
