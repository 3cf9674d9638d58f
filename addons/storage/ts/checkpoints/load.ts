import { crc32 } from 'node:zlib';
import { corrupt } from '../journal/failures.ts';
import type { Chunk } from './manifest.ts';
import type { ReadStored } from './plan.ts';

/** Read at once: few calls, and still in the processor's cache when its CRCs are computed. */
const RUN_BYTES = 512 * 1024;

/**
 * Reads `chunks` one after the other into `out`, which they fill; stops after every run.
 * @throws StorageError `ERR_CORRUPT` with the place of the chunk whose bytes are not what they were
 */
export function* readChunks(read: ReadStored, chunks: readonly Chunk[], out: Buffer): Generator<void, void> {
  let at = 0;
  for (let next = 0; next < chunks.length; ) {
    const run = runFrom(chunks, next);
    const first = chunks[next] as Chunk;
    read(first.segment, first.offset, out.subarray(at, at + run.bytes));
    for (const end = next + run.count; next < end; next += 1) {
      const { segment, offset, length, crc } = chunks[next] as Chunk;
      if (crc32(out.subarray(at, at + length)) !== crc) {
        throw corrupt(
          segment,
          offset,
          'a chunk of a checkpoint does not have the checksum it was written with',
        );
      }
      at += length;
    }
    yield;
  }
}

/** The chunks from `from` on, at least one, that stand one after the other and are read at once. */
function runFrom(chunks: readonly Chunk[], from: number): { count: number; bytes: number } {
  const first = chunks[from] as Chunk;
  let count = 1;
  let bytes = first.length;
  for (; from + count < chunks.length; count += 1) {
    const { segment, offset, length } = chunks[from + count] as Chunk;
    const contiguous = segment === first.segment && offset === first.offset + bytes;
    if (!contiguous || bytes + length > RUN_BYTES) break;
    bytes += length;
  }
  return { count, bytes };
}
