import { crc32 } from 'node:zlib';
import { type ChunkIndex, keyOf, placeOf } from './chunk-index.ts';
import { chunkLength, viewOf } from './cut.ts';
import type { Chunk } from './manifest.ts';

/** Stored bytes are compared through a buffer of this size, which stays in the processor's cache. */
export const SCRATCH_BYTES = 256 * 1024;
/** Bytes compared at once after the old checkpoint was left: if the next chunk is not the same, little was read in vain. */
const FIRST_RUN_BYTES = 16 * 1024;
/** Segment number of a chunk that is not stored yet; its offset counts from the first new byte. */
const NEW = -1;

/** Fills `buffer` from stored bytes; throws where they cannot be read. */
export type ReadStored = (segment: number, offset: number, buffer: Uint8Array) => void;

export interface PlanSources {
  readonly index: ChunkIndex;
  readonly read: ReadStored;
  /** `SCRATCH_BYTES` long; overwritten. */
  readonly scratch: Buffer;
}

/** The chunks of a checkpoint, and which of its bytes must be written. */
export class Plan {
  readonly chunks: Chunk[] = [];
  /** Neighbours joined. */
  readonly #newRanges: { start: number; end: number }[] = [];
  newBytes = 0;

  /** Adds a chunk that is not stored yet. */
  write(start: number, length: number, crc: number): Chunk {
    const chunk = { segment: NEW, offset: this.newBytes, length, crc };
    this.chunks.push(chunk);
    this.newBytes += length;
    const last = this.#newRanges.at(-1);
    if (last?.end === start) last.end += length;
    else this.#newRanges.push({ start, end: start + length });
    return chunk;
  }

  /** The bytes that must be written, in the order in which they are to stand. */
  newParts(bytes: Uint8Array): Uint8Array[] {
    return this.#newRanges.map(({ start, end }) => bytes.subarray(start, end));
  }

  /** The chunks, once it is known that the new bytes will stand in `segment` from `offset` on. */
  place(segment: number, offset: number): Chunk[] {
    return this.chunks.map((chunk) =>
      chunk.segment === NEW ? { ...chunk, segment, offset: chunk.offset + offset } : chunk,
    );
  }
}

/**
 * Cuts `bytes` and looks for each chunk among those that the index knows. `base` is the checkpoint that `bytes` probably
 * resemble: as long as its next chunk is the next of `bytes`, nothing is searched and no CRC computed. The cuts are
 * those of `chunkLength` whatever `base` is. A stored chunk that cannot be read, or reads differently from
 * what its CRC says, is not used. Stops at every chunk, so that the caller can let others have their turn.
 */
export function* planSteps(
  bytes: Uint8Array,
  base: readonly Chunk[],
  sources: PlanSources,
): Generator<void, Plan> {
  const walk = new Walk(bytes, base, sources);
  while (!walk.isDone) {
    walk.followBase();
    if (!walk.isDone) walk.cut();
    yield;
  }
  return walk.plan;
}

class Walk {
  readonly plan = new Plan();
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #base: readonly Chunk[];
  readonly #sources: PlanSources;
  /** Everything before is planned. */
  #at = 0;
  /** The chunk of the base that probably comes next. */
  #next = 0;
  /** Bytes to compare at once: doubles while they are equal. A single chunk may be longer. */
  #runBytes = SCRATCH_BYTES;
  /** Whether comparing with the next of the base is worth its read. */
  #follows = true;
  /** Where in the base a chunk first occurs; made when the walk first has to find its way back. */
  #positions: Map<number | string, number> | undefined;
  /** The new chunks by CRC and length, and where in the checkpoint they first stand. */
  readonly #written = new Map<number, { chunk: Chunk; at: number }>();

  constructor(bytes: Uint8Array, base: readonly Chunk[], sources: PlanSources) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = viewOf(bytes);
    this.#base = base;
    this.#sources = sources;
  }

  get isDone(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Shares chunks of the base as long as they are the next bytes, one read for several of them. */
  followBase(): void {
    while (this.#follows) {
      const { count, bytes } = this.#run();
      if (count === 0) return;
      const equal = this.#equalChunks(count, bytes);
      for (const end = this.#next + equal; this.#next < end; this.#next += 1) {
        const chunk = this.#base[this.#next] as Chunk;
        this.plan.chunks.push(chunk);
        this.#at += chunk.length;
      }
      this.#runBytes = Math.min(this.#runBytes * 2, SCRATCH_BYTES);
      if (equal < count) {
        // The next one changed. Unless it is the only one, the cuts have to show where the base goes on.
        this.#follows = equal > 0;
        return;
      }
    }
  }

  /**
   * The next chunks of the base that lie one after the other and could be the next bytes. The end of the data cut the
   * last chunk of the base, so it is one of ours only where ours end too.
   */
  #run(): { count: number; bytes: number } {
    const base = this.#base;
    const first = base[this.#next];
    const ahead = this.#bytes.length - this.#at;
    const most = Math.min(this.#runBytes, ahead);
    let bytes = 0;
    let count = 0;
    if (first === undefined) return { count, bytes };
    for (let index = this.#next; index < base.length; index += 1) {
      const { segment, offset, length } = base[index] as Chunk;
      const contiguous = segment === first.segment && offset === first.offset + bytes;
      const fits = bytes + length <= most || (count === 0 && length <= ahead);
      const isLast = index + 1 === base.length;
      if (!contiguous || !fits || (isLast && bytes + length !== ahead)) break;
      bytes += length;
      count += 1;
    }
    return { count, bytes };
  }

  /** How many of the next `count` chunks of the base, which have `bytes` bytes, are the next of ours. */
  #equalChunks(count: number, bytes: number): number {
    const base = this.#base;
    const { segment, offset } = base[this.#next] as Chunk;
    const stored = this.#readStored(segment, offset, bytes);
    if (stored === undefined) return 0;
    if (stored.compare(this.#bytes, this.#at, this.#at + bytes) === 0) return count;
    let at = 0;
    for (let equal = 0; equal < count; equal += 1) {
      const end = at + (base[this.#next + equal] as Chunk).length;
      if (stored.compare(this.#bytes, this.#at + at, this.#at + end, at, end) !== 0) return equal;
      at = end;
    }
    return count;
  }

  #readStored(segment: number, offset: number, bytes: number): Buffer | undefined {
    const stored = this.#sources.scratch.subarray(0, bytes);
    try {
      this.#sources.read(segment, offset, stored);
      return stored;
    } catch {
      return undefined;
    }
  }

  /** Cuts one chunk and finds it among the stored ones, or plans to write it. */
  cut(): void {
    const length = chunkLength(this.#view, this.#at);
    const content = this.#bytes.subarray(this.#at, this.#at + length);
    const crc = crc32(content);
    const found = this.#find(content, crc);
    if (found !== undefined) {
      this.plan.chunks.push(found);
      this.#returnToBase(found);
    } else {
      this.#written.set(keyOf(crc, length), { chunk: this.plan.write(this.#at, length, crc), at: this.#at });
      // In the place of a chunk that changed: the next one may be the same again.
      this.#next += 1;
      this.#runBytes = FIRST_RUN_BYTES;
    }
    this.#at += length;
  }

  #find(content: Buffer, crc: number): Chunk | undefined {
    for (const chunk of this.#sources.index.candidates(crc, content.length)) {
      if (this.#readStored(chunk.segment, chunk.offset, content.length)?.equals(content)) return chunk;
    }
    const written = this.#written.get(keyOf(crc, content.length));
    if (written === undefined) return undefined;
    const { chunk, at } = written;
    return this.#bytes.subarray(at, at + content.length).equals(content) ? chunk : undefined;
  }

  #returnToBase(chunk: Chunk): void {
    if (this.#positions === undefined) {
      this.#positions = new Map();
      // From the end, so that the first of several equal ones stays.
      for (let index = this.#base.length - 1; index >= 0; index -= 1) {
        this.#positions.set(placeOf(this.#base[index] as Chunk), index);
      }
    }
    const position = this.#positions.get(placeOf(chunk));
    if (position === undefined) return;
    this.#next = position + 1;
    this.#follows = true;
  }
}
