import { readU64, writeU64 } from '../journal/numbers.ts';
import { MAX_CHUNK_BYTES } from './cut.ts';

/** The body of a checkpoint frame: which chunks a checkpoint consists of, and the new ones among them. */

const HEADER_BYTES = 24;
const CHUNK_BYTES = 24;
/** Longest id. */
const MAX_ID_BYTES = 512;
/** Largest checkpoint that any option allows. */
const MAX_CHECKPOINT_BYTES = 2 ** 29;
/** Frames begin behind the header of their segment. */
const FIRST_FRAME_OFFSET = 64;

/** A run of bytes of a checkpoint and where it is stored. */
export interface Chunk {
  /** Number of the segment that holds the bytes. */
  readonly segment: number;
  /** Where they begin in the segment's file. */
  readonly offset: number;
  readonly length: number;
  /** CRC of the bytes. */
  readonly crc: number;
}

/** What a checkpoint consists of. */
export interface Manifest {
  /** Number of the save. */
  readonly seq: number;
  readonly bytes: number;
  /** Segment in which the frame of this manifest stands. */
  readonly home: number;
  readonly chunks: readonly Chunk[];
}

/** Where a body stands. */
export interface Position {
  readonly segment: number;
  /** Of the body's first byte in the segment's file. */
  readonly bodyOffset: number;
  /** Sequence number of the frame. */
  readonly seq: number;
}

/** A body that is none; the message completes "a checkpoint ...". */
export class BodyError extends Error {}

/** Length of what `encodeManifest` gives. */
export function encodedBytes(chunks: number, idBytes: number): number {
  return HEADER_BYTES + chunks * CHUNK_BYTES + idBytes;
}

/** Header, table and id: the body without the new chunks. */
export function encodeManifest(id: Uint8Array, manifest: Manifest): Buffer {
  const { chunks } = manifest;
  const out = Buffer.allocUnsafe(encodedBytes(chunks.length, id.length));
  out.writeUInt16LE(id.length, 0);
  out.writeUInt16LE(0, 2);
  out.writeUInt32LE(chunks.length, 4);
  writeU64(out, manifest.bytes, 8);
  writeU64(out, manifest.seq, 16);
  let at = HEADER_BYTES;
  for (const { segment, offset, length, crc } of chunks) {
    writeU64(out, segment, at);
    writeU64(out, offset, at + 8);
    out.writeUInt32LE(length, at + 16);
    out.writeUInt32LE(crc, at + 20);
    at += CHUNK_BYTES;
  }
  out.set(id, at);
  return out;
}

/**
 * Reads the body of a frame whose CRCs held. The bytes may be hostile all the same: nothing is allocated that they are
 * not long enough for, and a reference to the body itself must lie in it. Whether other segments are there is for the
 * caller to say, once it is known which manifests count.
 * @throws BodyError
 */
export function decodeManifest(body: Buffer, position: Position): { id: string; manifest: Manifest } {
  if (body.length < HEADER_BYTES) throw new BodyError('is too short for its header');
  const idBytes = body.readUInt16LE(0);
  const count = body.readUInt32LE(4);
  if (idBytes === 0 || idBytes > MAX_ID_BYTES || body.readUInt16LE(2) !== 0) {
    throw new BodyError('has an id of an impossible length');
  }
  const dataStart = encodedBytes(count, idBytes);
  if (dataStart > body.length) throw new BodyError('is too short for its table of chunks');
  const seq = readU64(body, 16);
  if (seq === undefined || seq > position.seq) throw new BodyError('has the number of a later save');
  const id = decodeId(body.subarray(dataStart - idBytes, dataStart));
  const chunks = decodeChunks(body, count, position, position.bodyOffset + dataStart);
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (bytes !== readU64(body, 8)) throw new BodyError('has chunks that do not add up to its length');
  if (bytes > MAX_CHECKPOINT_BYTES) throw new BodyError('is longer than any checkpoint can be');
  return { id, manifest: { seq, bytes, home: position.segment, chunks } };
}

function decodeChunks(body: Buffer, count: number, position: Position, dataStart: number): Chunk[] {
  const chunks: Chunk[] = [];
  // New chunks stand one after the other in the order of their first use.
  let nextNew = dataStart;
  for (let at = HEADER_BYTES; chunks.length < count; at += CHUNK_BYTES) {
    const segment = readU64(body, at);
    const offset = readU64(body, at + 8);
    const length = body.readUInt32LE(at + 16);
    if (length === 0 || length > MAX_CHUNK_BYTES) throw new BodyError('has a chunk of an impossible length');
    if (segment === undefined || offset === undefined) throw outside();
    const end = offset + length;
    const isBefore = end <= position.bodyOffset;
    const isNewBefore = offset >= dataStart && end <= nextNew;
    if (segment === position.segment && offset === nextNew) {
      nextNew = end;
    } else if (offset < FIRST_FRAME_OFFSET || segment > position.segment) {
      throw outside();
    } else if (segment === position.segment && !isBefore && !isNewBefore) {
      throw outside();
    }
    chunks.push({ segment, offset, length, crc: body.readUInt32LE(at + 20) });
  }
  if (nextNew !== position.bodyOffset + body.length)
    throw new BodyError('has new chunks that do not fill it');
  return chunks;
}

function outside(): BodyError {
  return new BodyError('refers to bytes that are not there');
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** An id of `bytes`. */
export function decodeId(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new BodyError('has an id that is not UTF-8');
  }
}

/** The ids of a removal frame: a 4-byte number of them, then each as a 2-byte length and UTF-8. */
export function encodeRemoval(ids: readonly string[]): Buffer {
  const parts: Buffer[] = [Buffer.alloc(4)];
  (parts[0] as Buffer).writeUInt32LE(ids.length);
  for (const id of ids) {
    const bytes = Buffer.from(id);
    const length = Buffer.alloc(2);
    length.writeUInt16LE(bytes.length);
    parts.push(length, bytes);
  }
  return Buffer.concat(parts);
}

/** @throws BodyError */
export function decodeRemoval(body: Buffer): string[] {
  if (body.length < 4) throw new BodyError('is too short for its header');
  const count = body.readUInt32LE(0);
  const ids: string[] = [];
  let at = 4;
  while (ids.length < count) {
    if (body.length - at < 2) throw new BodyError('is too short for its ids');
    const length = body.readUInt16LE(at);
    at += 2;
    if (length === 0 || length > MAX_ID_BYTES) throw new BodyError('has an id of an impossible length');
    if (body.length - at < length) throw new BodyError('is too short for its ids');
    ids.push(decodeId(body.subarray(at, at + length)));
    at += length;
  }
  if (at !== body.length) throw new BodyError('goes on behind its ids');
  return ids;
}
