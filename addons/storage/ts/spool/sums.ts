import { crc32 } from 'node:zlib';
import type { OpenFile } from '../files/file-system.ts';
import { readFully } from '../files/fully.ts';
import { readU64, writeU64 } from '../journal/numbers.ts';
import { sumsDamaged } from './failures.ts';

/** The checksums of an output: one CRC a block, in a file of their own. */

export const BLOCK_BYTES = 65_536;
const MAGIC = Buffer.from('PBSUM\r\n\x1a', 'latin1');
const VERSION = 1;
const HEADER_BYTES = 24;
const CRC_BYTES = 4;

/** The CRCs of an output that is being written: 4 bytes a block. */
export class BlockSums {
  #crcs = new Uint32Array(16);
  #count = 0;

  push(crc: number): void {
    if (this.#count === this.#crcs.length) {
      const larger = new Uint32Array(this.#crcs.length * 2);
      larger.set(this.#crcs);
      this.#crcs = larger;
    }
    this.#crcs[this.#count] = crc;
    this.#count += 1;
  }

  /** The whole file for an output of `bytes` bytes. */
  encode(bytes: number): Buffer {
    const out = Buffer.alloc(HEADER_BYTES + CRC_BYTES * (this.#count + 1));
    out.set(MAGIC);
    out.writeUInt32LE(VERSION, 8);
    out.writeUInt32LE(BLOCK_BYTES, 12);
    writeU64(out, bytes, 16);
    for (let block = 0; block < this.#count; block += 1) {
      out.writeUInt32LE(this.#crcs[block] as number, HEADER_BYTES + CRC_BYTES * block);
    }
    const end = out.length - CRC_BYTES;
    out.writeUInt32LE(crc32(out.subarray(0, end)), end);
    return out;
  }
}

/** Sums that were read: those of the blocks from `firstBlock` on. */
export interface ReadSums {
  readonly firstBlock: number;
  readonly crcs: Uint32Array;
}

/**
 * Reads and checks the whole file, 64 KiB at a time, and keeps the CRCs of the blocks that bytes `start` to `end` touch.
 * @throws StorageError `ERR_CORRUPT` also when they are not those of an output of `bytes` bytes
 */
export function readSums(file: OpenFile, id: string, bytes: number, start: number, end: number): ReadSums {
  const blocks = Math.ceil(bytes / BLOCK_BYTES);
  const size = HEADER_BYTES + CRC_BYTES * (blocks + 1);
  // Before anything is allocated: the sizes of both files bound everything below.
  if (file.size() !== size) throw sumsDamaged(id);
  const firstBlock = Math.floor(start / BLOCK_BYTES);
  const crcs = new Uint32Array(end > start ? Math.ceil(end / BLOCK_BYTES) - firstBlock : 0);
  const buffer = Buffer.allocUnsafeSlow(Math.min(size, BLOCK_BYTES));
  let crc = 0;
  for (let at = 0; at < size; at += buffer.length) {
    const piece = buffer.subarray(0, Math.min(buffer.length, size - at));
    if (readFully(file, piece, at) !== piece.length) throw sumsDamaged(id);
    if (at === 0 && !headerHolds(piece, bytes)) throw sumsDamaged(id);
    crc = crc32(piece.subarray(0, Math.min(piece.length, size - CRC_BYTES - at)), crc);
    // Pieces and rows are multiples of 4 bytes: no row is cut in two.
    for (let block = 0; block < crcs.length; block += 1) {
      const row = HEADER_BYTES + CRC_BYTES * (firstBlock + block) - at;
      if (row >= 0 && row < piece.length) crcs[block] = piece.readUInt32LE(row);
    }
    if (at + piece.length === size && piece.readUInt32LE(piece.length - CRC_BYTES) !== crc)
      throw sumsDamaged(id);
  }
  return { firstBlock, crcs };
}

function headerHolds(bytes: Buffer, outputBytes: number): boolean {
  return (
    bytes.subarray(0, MAGIC.length).equals(MAGIC) &&
    bytes.readUInt32LE(8) === VERSION &&
    bytes.readUInt32LE(12) === BLOCK_BYTES &&
    readU64(bytes, 16) === outputBytes
  );
}
