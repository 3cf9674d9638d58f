import { crc32 } from 'node:zlib';
import { StorageError } from '../contract.ts';
import type { OpenFile } from '../files/file-system.ts';
import { readFully } from '../files/fully.ts';
import { damaged } from './failures.ts';
import { BLOCK_BYTES, readSums } from './sums.ts';

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** `start` and `end`, both clipped to 0..`bytes`; an end before the start is an empty range. */
export function clip(start: number, end: number, bytes: number): Range {
  const from = Math.min(start, bytes);
  return { start: from, end: Math.max(from, Math.min(end, bytes)) };
}

export function allocate(bytes: number): Buffer {
  try {
    return Buffer.allocUnsafeSlow(bytes);
  } catch (cause) {
    throw new StorageError(
      'ERR_TOO_LARGE',
      `${bytes} bytes do not fit into memory; read less at once`,
      {},
      { cause },
    );
  }
}

/**
 * Bytes of a finished output, each block that they touch checked. Memory besides the result: 64 KiB for the blocks at the
 * ends, and as much for the sums.
 */
export function readVerified(out: OpenFile, sum: OpenFile, id: string, start: number, end: number): Buffer {
  const size = out.size();
  const range = clip(start, end, size);
  const { firstBlock, crcs } = readSums(sum, id, size, range.start, range.end);
  const result = allocate(range.end - range.start);
  let edge: Buffer | undefined;
  for (let index = 0; index < crcs.length; index += 1) {
    const blockStart = (firstBlock + index) * BLOCK_BYTES;
    const blockEnd = Math.min(blockStart + BLOCK_BYTES, size);
    const isInside = blockStart >= range.start && blockEnd <= range.end;
    edge ??= isInside ? undefined : Buffer.allocUnsafeSlow(BLOCK_BYTES);
    const block = isInside
      ? result.subarray(blockStart - range.start, blockEnd - range.start)
      : (edge as Buffer).subarray(0, blockEnd - blockStart);
    const holds = readFully(out, block, blockStart) === block.length && crc32(block) === crcs[index];
    if (!holds) throw damaged(id, blockStart);
    if (isInside) continue;
    const from = Math.max(range.start, blockStart);
    const to = Math.min(range.end, blockEnd);
    block.copy(result, from - range.start, from - blockStart, to - blockStart);
  }
  return result;
}

/** Bytes that nothing vouches for, as far as the file goes. */
export function readUnverified(part: OpenFile, start: number, end: number): Buffer {
  const range = clip(start, end, part.size());
  const result = allocate(range.end - range.start);
  return result.subarray(0, readFully(part, result, range.start));
}
