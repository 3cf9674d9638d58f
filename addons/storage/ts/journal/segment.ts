import { crc32 } from 'node:zlib';
import { corrupt, tooNew, wrongKind } from './failures.ts';
import { readU64, writeU64 } from './numbers.ts';

export const SEGMENT_HEADER_BYTES = 64;
export const FORMAT_VERSION = 1;

/** What a log is, as its segments say it. */
export const KIND = { events: 1, checkpoints: 2 } as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

const MAGIC = Buffer.from('50425345470d0a1a', 'hex');
const NAME = /^[0-9a-f]{16}\.seg$/;
const SPARE_NAME = /^spare-[0-9a-f]{16}\.tmp$/;

export interface SegmentHeader {
  readonly kind: Kind;
  /** As in the file's name. */
  readonly number: number;
  /** Sequence number of the first frame. */
  readonly firstSeq: number;
  readonly salt: bigint;
  /** Length of the file. */
  readonly capacity: number;
}

/** A segment whose header holds. */
export interface SegmentInfo extends SegmentHeader {
  /** CRC of the salt: every frame's header CRC goes on from it. */
  readonly saltCrc: number;
}

export function segmentName(number: number): string {
  return `${number.toString(16).padStart(16, '0')}.seg`;
}

/** The number in a segment's name; `undefined` for any other name, and for a number beyond 2^53 - 1. */
export function segmentNumber(name: string): number | undefined {
  if (!NAME.test(name)) return undefined;
  const number = Number.parseInt(name.slice(0, 16), 16);
  return Number.isSafeInteger(number) ? number : undefined;
}

export function spareName(random: bigint): string {
  return `spare-${random.toString(16).padStart(16, '0')}.tmp`;
}

export function isSpareName(name: string): boolean {
  return SPARE_NAME.test(name);
}

export function segmentInfo(header: SegmentHeader): SegmentInfo {
  const salt = Buffer.allocUnsafe(8);
  salt.writeBigUInt64LE(header.salt);
  return { ...header, saltCrc: crc32(salt) };
}

export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  MAGIC.copy(bytes, 0);
  bytes.writeUInt16LE(FORMAT_VERSION, 8);
  bytes.writeUInt8(header.kind, 10);
  bytes.writeUInt32LE(SEGMENT_HEADER_BYTES, 12);
  writeU64(bytes, header.number, 16);
  writeU64(bytes, header.firstSeq, 24);
  bytes.writeBigUInt64LE(header.salt, 32);
  writeU64(bytes, header.capacity, 40);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 60)), 60);
  return bytes;
}

/**
 * The header of segment `number` of a log of `kind`, whose file has `fileBytes`. The CRC is looked at before the version:
 * a flipped version is damage, not a new format.
 * @throws StorageError `ERR_CORRUPT`, `ERR_FORMAT_TOO_NEW`, `ERR_WRONG_KIND`
 */
export function decodeSegmentHeader(
  bytes: Buffer,
  number: number,
  kind: Kind,
  fileBytes: number,
): SegmentInfo {
  if (bytes.length < SEGMENT_HEADER_BYTES || !bytes.subarray(0, 8).equals(MAGIC)) {
    throw corrupt(number, 0, 'it does not begin as a segment does');
  }
  if (bytes.readUInt32LE(60) !== crc32(bytes.subarray(0, 60))) {
    throw corrupt(number, 0, 'the checksum of its header does not hold');
  }
  const version = bytes.readUInt16LE(8);
  if (version > FORMAT_VERSION) throw tooNew(number, 8);
  const stored = bytes.readUInt8(10);
  if (stored !== kind && (stored === KIND.events || stored === KIND.checkpoints)) {
    throw wrongKind(stored === KIND.events);
  }
  const firstSeq = readU64(bytes, 24);
  const isOfThis =
    version === FORMAT_VERSION &&
    stored === kind &&
    bytes.readUInt32LE(12) === SEGMENT_HEADER_BYTES &&
    readU64(bytes, 16) === number;
  if (!isOfThis || firstSeq === undefined) throw corrupt(number, 0, 'its header is not that of this segment');
  const capacity = readU64(bytes, 40) ?? Number.POSITIVE_INFINITY;
  if (capacity !== fileBytes || capacity < SEGMENT_HEADER_BYTES || capacity % 8 !== 0) {
    throw corrupt(number, Math.min(fileBytes, capacity), 'its file has not the length it was made with');
  }
  return segmentInfo({ kind, number, firstSeq, salt: bytes.readBigUInt64LE(32), capacity });
}
