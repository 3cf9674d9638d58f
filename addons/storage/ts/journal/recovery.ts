import type { OpenFile } from '../files/file-system.ts';
import { readFully, writeFully } from '../files/fully.ts';
import { corrupt, FLUSHED_LOST } from './failures.ts';
import { FRAME, FRAME_HEADER_BYTES, type Frame, frameBytes, headerHolds, readHeader } from './frame.ts';
import { SEGMENT_HEADER_BYTES, type SegmentInfo } from './segment.ts';
import { type Bounds, bodyOf, EVERYTHING, type Position, readWindow } from './window.ts';
import type { WriterState } from './writer-file.ts';

const BLOCK_BYTES = 2 ** 20;
const ZEROS = Buffer.alloc(BLOCK_BYTES);

/** Called for each frame in order, with its body; the body is the callee's to keep. */
export type Visit = (segment: SegmentInfo, frame: Frame, body: Buffer) => void;

export interface Walked {
  readonly next: Position;
  readonly last: Frame | undefined;
}

/** Walks the frames of a segment from `at` on to the first place where none stands. */
export function walk(
  file: OpenFile,
  segment: SegmentInfo,
  at: Position = startOf(segment),
  visit?: Visit,
  bounds: Bounds = EVERYTHING,
): Walked {
  let next = at;
  let last: Frame | undefined;
  for (;;) {
    const window = readWindow(file, segment, next, bounds);
    if (visit !== undefined) {
      for (const frame of window.frames) visit(segment, frame, bodyOf(window, frame));
    }
    last = window.frames.at(-1) ?? last;
    next = window.next;
    if (window.ended) return { next, last };
  }
}

export function startOf(segment: SegmentInfo): Position {
  return { offset: SEGMENT_HEADER_BYTES, seq: segment.firstSeq };
}

/**
 * Tells a torn tail from damage (FORMAT.md, Recovery 6 and 7). `end` is where the walk of the last segment ended. Returns
 * where the torn tail ends: `end.offset` when there is none.
 * @throws StorageError `ERR_CORRUPT` where a record that is not there had been flushed
 */
export function examineTail(
  file: OpenFile,
  segment: SegmentInfo,
  end: Position,
  writer: WriterState | undefined,
): number {
  if (writer !== undefined && writer.flushed > end.seq)
    throw corrupt(segment.number, end.offset, FLUSHED_LOST);
  const dirtyEnd = lastNonZero(file, end.offset, segment.capacity);
  refuseLostRecords(file, segment, end, dirtyEnd);
  return dirtyEnd;
}

/**
 * Writes once more the frames that nothing proves flushed, and zeros over the torn tail, and flushes both: nothing of the tail
 * can come back behind later appends. Once more, because after a failed flush a system may show bytes that it will never
 * write and calls clean, and the process that saw the failure is gone.
 */
export function makeFirm(
  file: OpenFile,
  segment: SegmentInfo,
  provenSeq: number,
  end: Position,
  dirtyEnd: number,
): void {
  let next = startOf(segment);
  for (let ended = false; !ended; ) {
    const window = readWindow(file, segment, next);
    // A close takes no number: its own is compared, not its last record's.
    const unproven = window.frames.find((frame) => frame.seq >= provenSeq);
    if (unproven !== undefined) {
      const bytes = window.buffer.subarray(unproven.offset - window.start, window.next.offset - window.start);
      writeFully(file, bytes, unproven.offset);
    }
    ({ next, ended } = window);
  }
  const torn = Buffer.alloc(dirtyEnd - end.offset);
  readFully(file, torn, end.offset);
  overwriteWithZeros(file, end.offset, dirtyEnd);
  try {
    file.syncData();
  } catch (error) {
    // Put back, so that the next writer sees that there is something to cut: it would take the zeros for flushed.
    writeFully(file, torn, end.offset);
    throw error;
  }
}

/** A later frame that calls the record at `end` flushed proves that it was there. About 50 ns for each 8 bytes of the tail. */
function refuseLostRecords(file: OpenFile, segment: SegmentInfo, end: Position, dirtyEnd: number): void {
  let offset = end.offset;
  let window = Buffer.alloc(0);
  let windowStart = offset;
  /** The 40 bytes at an offset; reading goes on behind what is dirty, which is zero. */
  const header = (at: number): number => {
    if (at < windowStart || at + FRAME_HEADER_BYTES > windowStart + window.length) {
      windowStart = at;
      const space = Buffer.alloc(Math.min(BLOCK_BYTES, segment.capacity - at));
      window = space.subarray(0, readFully(file, space, at));
    }
    return at - windowStart;
  };
  const inSegment = (at: number) => at + FRAME_HEADER_BYTES <= segment.capacity && at < dirtyEnd;
  if (!inSegment(offset)) return;
  const torn = header(offset);
  if (torn + FRAME_HEADER_BYTES > window.length) return;
  // A header that holds says where the next frame begins; what lies inside its body is anybody's bytes.
  const skips = headerHolds(window, torn, segment.saltCrc) && readHeader(window, torn)?.seq === end.seq;
  offset += skips ? frameBytes(window.readUInt32LE(torn + 8)) : 8;
  for (; inSegment(offset); offset += 8) {
    const position = header(offset);
    if (position + FRAME_HEADER_BYTES > window.length) return;
    const fields = readHeader(window, position);
    // The cheap half of the test first. A frame with the very number expected is proof too: only a close, which takes no
    // number and is flushed before anything is written behind it, can have stood before it.
    if (fields === undefined || fields.seq < end.seq) continue;
    if (fields.seq !== end.seq && fields.flushed <= end.seq) continue;
    if (!headerHolds(window, position, segment.saltCrc)) continue;
    throw corrupt(segment.number, end.offset, FLUSHED_LOST);
  }
}

/** Behind the last byte from `from` on that is not zero; `from` when all are. */
function lastNonZero(file: OpenFile, from: number, end: number): number {
  for (let blockEnd = end; blockEnd > from; ) {
    const blockStart = Math.max(from, blockEnd - BLOCK_BYTES);
    const block = Buffer.allocUnsafe(blockEnd - blockStart);
    const bytes = block.subarray(0, readFully(file, block, blockStart));
    if (!bytes.equals(ZEROS.subarray(0, bytes.length))) {
      let last = bytes.length - 1;
      while (bytes[last] === 0) last -= 1;
      return blockStart + last + 1;
    }
    blockEnd = blockStart;
  }
  return from;
}

export function overwriteWithZeros(file: OpenFile, from: number, end: number): void {
  for (let offset = from; offset < end; offset += BLOCK_BYTES) {
    writeFully(file, ZEROS.subarray(0, Math.min(BLOCK_BYTES, end - offset)), offset);
  }
}

/** Whether the last record of the log is its close. */
export function endsClosed(last: Frame | undefined): boolean {
  return last?.kind === FRAME.close;
}

/** The close of a full segment has no frame, and that of a log without records needs none: then `WRITER` tells. */
export function wasClosed(last: Frame | undefined, state: WriterState | undefined, nextSeq: number): boolean {
  return endsClosed(last) || (state?.pid === 0 && state.acknowledged === nextSeq);
}
