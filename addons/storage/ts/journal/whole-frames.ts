import { crc32 } from 'node:zlib';
import { FRAME, FRAME_HEADER_BYTES, frameBytes, headerHolds, type RawHeader, readHeader } from './frame.ts';
import { SEGMENT_HEADER_BYTES } from './segment.ts';

/** A frame that verifies, wherever it stands in a file that may be damaged before and behind it. */
export interface WholeFrame extends RawHeader {
  readonly offset: number;
  /** Behind its fill. */
  readonly end: number;
}

/** Whether the body of a frame at `body` is one that a log of its kind can have. */
export type BodyCheck = (frame: RawHeader, body: number) => boolean;

/**
 * The frames of a segment's bytes that verify, in order, damaged places passed over. `saltCrc` is that of the header; without
 * it, it is worked out from the frames themselves.
 */
export function* wholeFrames(
  bytes: Buffer,
  saltCrc: number | undefined,
  bodyHolds: BodyCheck,
): Generator<WholeFrame, void> {
  let known = saltCrc;
  let leastSeq = 0;
  for (let offset = SEGMENT_HEADER_BYTES; offset + FRAME_HEADER_BYTES <= bytes.length; ) {
    const header = plausibleHeader(bytes, offset, leastSeq);
    if (header === undefined) {
      offset += 8;
      continue;
    }
    const isHeader = known !== undefined && headerHolds(bytes, offset, known);
    const isWhole = bodyIsWhole(bytes, offset, header, bodyHolds);
    if (known === undefined && isWhole && header.kind !== FRAME_WITHOUT_BODY)
      known = saltCrcOf(bytes, offset);
    else if (!isHeader) {
      offset += 8;
      continue;
    }
    const end = Math.min(offset + frameBytes(header.bodyBytes), bytes.length);
    if (isWhole) yield { ...header, offset, end };
    // The header of a damaged body holds: nothing inside that body is a frame.
    leastSeq = header.seq + header.count;
    offset = end;
  }
}

/** A close has no body whose checksum could speak for it. */
const FRAME_WITHOUT_BODY = FRAME.close;

/** The cheap tests, which almost every place fails. */
function plausibleHeader(bytes: Buffer, offset: number, leastSeq: number): RawHeader | undefined {
  if (bytes.readUInt16LE(offset + 34) !== 0 || bytes.readUInt32LE(offset + 36) !== 0) return undefined;
  const header = readHeader(bytes, offset);
  if (header === undefined || header.flags !== 0 || header.kind < FRAME.events || header.kind > FRAME.close) {
    return undefined;
  }
  if (header.seq < leastSeq || header.flushed > header.seq) return undefined;
  return Number.isSafeInteger(header.seq + header.count) ? header : undefined;
}

function bodyIsWhole(bytes: Buffer, offset: number, header: RawHeader, bodyHolds: BodyCheck): boolean {
  const body = offset + FRAME_HEADER_BYTES;
  if (body + header.bodyBytes > bytes.length) return false;
  if (crc32(bytes.subarray(body, body + header.bodyBytes)) !== header.bodyCrc) return false;
  return bodyHolds(header, body);
}

/** By the top byte of an entry of the CRC table, the entry: it is unique, which lets a CRC be run backwards. */
const BACKWARDS = (() => {
  const byTopByte = new Uint32Array(256);
  const indexes = new Uint8Array(256);
  for (let index = 0; index < 256; index += 1) {
    let entry = index;
    for (let bit = 0; bit < 8; bit += 1) entry = entry & 1 ? (entry >>> 1) ^ 0xedb88320 : entry >>> 1;
    byTopByte[entry >>> 24] = entry;
    indexes[entry >>> 24] = index;
  }
  return { byTopByte, indexes };
})();

/**
 * The CRC of the salt that the header at `offset` was made with: its CRC run backwards over the bytes it covers. So a segment
 * whose header is lost can still tell its frames from anything else.
 */
export function saltCrcOf(bytes: Buffer, offset: number): number {
  let state = ~bytes.readUInt32LE(offset) >>> 0;
  for (let at = offset + FRAME_HEADER_BYTES - 1; at >= offset + 4; at -= 1) {
    const entry = BACKWARDS.byTopByte[state >>> 24] as number;
    const index = BACKWARDS.indexes[state >>> 24] as number;
    state = (((state ^ entry) << 8) | (index ^ (bytes[at] as number))) >>> 0;
  }
  return ~state >>> 0;
}
