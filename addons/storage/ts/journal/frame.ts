import { crc32 } from 'node:zlib';
import { corrupt, tooNew } from './failures.ts';
import { readU64, roundUp8, writeU64 } from './numbers.ts';
import { KIND, type SegmentInfo } from './segment.ts';

export const FRAME_HEADER_BYTES = 40;
export const MAX_BODY_BYTES = 2 ** 30;

export const FRAME = { events: 1, checkpoint: 2, removal: 3, close: 4 } as const;
export type FrameKind = (typeof FRAME)[keyof typeof FRAME];

/** What one commit wrote. */
export interface Frame {
  readonly kind: FrameKind;
  /** Sequence numbers it takes. */
  readonly count: number;
  /** Number of its first record. */
  readonly seq: number;
  /** Every record with a lower number had been flushed when it was written. */
  readonly flushed: number;
  /** Where its header starts in the segment's file. */
  readonly offset: number;
  readonly bodyBytes: number;
}

/** Bytes that a frame takes in its segment: header, body, fill. */
export function frameBytes(bodyBytes: number): number {
  return roundUp8(FRAME_HEADER_BYTES + bodyBytes);
}

export interface FrameFields {
  readonly kind: FrameKind;
  readonly count: number;
  readonly seq: number;
  readonly flushed: number;
}

/** Writes the header of a frame with this body into the first 40 bytes of `target`. */
export function encodeFrameHeader(
  target: Buffer,
  fields: FrameFields,
  body: readonly Uint8Array[],
  saltCrc: number,
): void {
  let bodyCrc = 0;
  let bodyBytes = 0;
  for (const part of body) {
    bodyCrc = crc32(part, bodyCrc);
    bodyBytes += part.length;
  }
  target.writeUInt32LE(bodyCrc, 4);
  target.writeUInt32LE(bodyBytes, 8);
  target.writeUInt32LE(fields.count, 12);
  writeU64(target, fields.seq, 16);
  writeU64(target, fields.flushed, 24);
  // Kind, flags and the two bytes behind them, which are 0.
  target.writeUInt32LE(fields.kind, 32);
  target.writeUInt32LE(0, 36);
  target.writeUInt32LE(crc32(target.subarray(4, FRAME_HEADER_BYTES), saltCrc), 0);
}

/** Whether the 40 bytes at `offset` are a header of this segment. */
export function headerHolds(buffer: Buffer, offset: number, saltCrc: number): boolean {
  const stored = buffer.readUInt32LE(offset);
  return stored === crc32(buffer.subarray(offset + 4, offset + FRAME_HEADER_BYTES), saltCrc);
}

export interface RawHeader {
  readonly bodyCrc: number;
  readonly bodyBytes: number;
  readonly count: number;
  readonly seq: number;
  readonly flushed: number;
  /** Kind and flags as they stand: a newer version may have written them. */
  readonly kind: number;
  readonly flags: number;
}

/** The fields at `offset`, whether they hold or not; `undefined` when a number is beyond 2^53 - 1. */
export function readHeader(buffer: Buffer, offset: number): RawHeader | undefined {
  const seq = readU64(buffer, offset + 16);
  const flushed = readU64(buffer, offset + 24);
  if (seq === undefined || flushed === undefined) return undefined;
  return {
    bodyCrc: buffer.readUInt32LE(offset + 4),
    bodyBytes: buffer.readUInt32LE(offset + 8),
    count: buffer.readUInt32LE(offset + 12),
    seq,
    flushed,
    kind: buffer.readUInt8(offset + 32),
    flags: buffer.readUInt8(offset + 33),
  };
}

/**
 * The number behind a frame whose CRCs hold, if a log of this kind can have it.
 * @throws StorageError `ERR_FORMAT_TOO_NEW` for an unknown kind or flag, `ERR_CORRUPT` for what no version writes
 */
export function checkFrame(header: RawHeader, segment: SegmentInfo, offset: number): number {
  const { kind, count, flags, bodyBytes, seq } = header;
  if (flags !== 0 || kind < FRAME.events || kind > FRAME.close) throw tooNew(segment.number, offset);
  const isPossible =
    kind === FRAME.close
      ? count === 0 && bodyBytes === 0
      : segment.kind === KIND.events
        ? kind === FRAME.events && count >= 1
        : kind !== FRAME.events && count === 1;
  if (isPossible && Number.isSafeInteger(seq + count)) return seq + count;
  throw corrupt(segment.number, offset, 'a frame there is none that such a log has');
}
