import { crc32 } from 'node:zlib';
import type { OpenFile } from '../files/file-system.ts';
import { readFully } from '../files/fully.ts';
import { doing } from './failures.ts';
import {
  checkFrame,
  FRAME_HEADER_BYTES,
  type Frame,
  type FrameKind,
  frameBytes,
  headerHolds,
  MAX_BODY_BYTES,
  readHeader,
} from './frame.ts';
import { type SegmentInfo, segmentName } from './segment.ts';

export const WINDOW_BYTES = 2 ** 20;

/** Where a walk over the frames of a segment stands. */
export interface Position {
  /** In the segment's file. */
  readonly offset: number;
  /** Number that the frame there must have. */
  readonly seq: number;
}

/** Whole frames that were read at once. */
export interface Window {
  /** Freshly allocated; byte 0 is byte `start` of the file. */
  readonly buffer: Buffer;
  readonly start: number;
  readonly frames: readonly Frame[];
  /** Behind the last frame. */
  readonly next: Position;
  /** No valid frame stands at `next`. */
  readonly ended: boolean;
  /** A header that holds stands there, but not its body. */
  readonly bodyIsDamaged: boolean;
}

/** What of a window the caller needs. */
export interface Bounds {
  /** Frames wholly below this number are checked, but not returned. */
  readonly from: number;
  /** The walk ends before a frame that begins here or later. */
  readonly limit: number;
}

export const EVERYTHING: Bounds = { from: 0, limit: Number.POSITIVE_INFINITY };

/**
 * Reads about 1 MiB of frames at `at`, or one frame that is larger. One read of the file, a CRC over each byte.
 * @throws StorageError `ERR_FORMAT_TOO_NEW` for a frame that holds but is of an unknown kind
 */
export function readWindow(
  file: OpenFile,
  segment: SegmentInfo,
  at: Position,
  bounds: Bounds = EVERYTHING,
): Window {
  let wanted = Math.min(WINDOW_BYTES, segment.capacity - at.offset);
  for (;;) {
    const space = Buffer.allocUnsafeSlow(Math.max(wanted, 0));
    const read = doing(`read ${segmentName(segment.number)}`, () => readFully(file, space, at.offset));
    const buffer = space.subarray(0, read);
    const parsed = parse(buffer, segment, at, bounds);
    // The first frame goes beyond the window: its header holds, so its length is to be believed.
    if (parsed.missingBytes > 0 && parsed.next.offset === at.offset && buffer.length === wanted) {
      wanted += parsed.missingBytes;
      continue;
    }
    const { frames, next, missingBytes, bodyIsDamaged } = parsed;
    const atWindowEnd = missingBytes > 0 && buffer.length === wanted;
    return { buffer, start: at.offset, frames, next, ended: !atWindowEnd, bodyIsDamaged };
  }
}

interface Parsed {
  frames: Frame[];
  next: Position;
  /** Bytes of the next frame that lie behind the window, 0 when no valid frame follows. */
  missingBytes: number;
  bodyIsDamaged: boolean;
}

function parse(buffer: Buffer, segment: SegmentInfo, at: Position, bounds: Bounds): Parsed {
  const frames: Frame[] = [];
  const { saltCrc, capacity } = segment;
  let { offset, seq } = at;
  let missingBytes = 0;
  let bodyIsDamaged = false;
  while (seq < bounds.limit && offset + FRAME_HEADER_BYTES <= capacity) {
    const position = offset - at.offset;
    if (position + FRAME_HEADER_BYTES > buffer.length) {
      missingBytes = position + FRAME_HEADER_BYTES - buffer.length;
      break;
    }
    if (!headerHolds(buffer, position, saltCrc)) break;
    const header = readHeader(buffer, position);
    if (header === undefined || header.seq !== seq) break;
    if (header.bodyBytes > MAX_BODY_BYTES || offset + FRAME_HEADER_BYTES + header.bodyBytes > capacity) break;
    const body = position + FRAME_HEADER_BYTES;
    if (body + header.bodyBytes > buffer.length) {
      missingBytes = body + header.bodyBytes - buffer.length;
      break;
    }
    const isWanted = header.seq + header.count > bounds.from || header.count === 0;
    bodyIsDamaged = crc32(buffer.subarray(body, body + header.bodyBytes)) !== header.bodyCrc;
    if (bodyIsDamaged) break;
    const after = checkFrame(header, segment, offset);
    const { kind, count, flushed, bodyBytes } = header;
    if (isWanted) frames.push({ kind: kind as FrameKind, count, seq, flushed, offset, bodyBytes });
    offset += frameBytes(bodyBytes);
    seq = after;
  }
  return { frames, next: { offset, seq }, missingBytes, bodyIsDamaged };
}

/** The body of a frame of this window. */
export function bodyOf(window: Window, frame: Frame): Buffer {
  const body = frame.offset - window.start + FRAME_HEADER_BYTES;
  return window.buffer.subarray(body, body + frame.bodyBytes);
}
