import { type SavedCheckpoint, StorageError } from '../contract.ts';
import { corrupt } from '../journal/failures.ts';
import { FRAME, frameBytes } from '../journal/frame.ts';
import type { Journal } from '../journal/journal.ts';
import { allocate } from '../spool/output.ts';
import { noCheckpoint } from './arguments.ts';
import { type ChunkIndex, placeOf } from './chunk-index.ts';
import { readChunks } from './load.ts';
import { type Chunk, encodedBytes, encodeManifest, encodeRemoval, type Manifest } from './manifest.ts';
import { planSteps, type ReadStored, SCRATCH_BYTES } from './plan.ts';

/** What a writer does to a journal and its index. Arguments were checked. */
export class CheckpointCore {
  readonly journal: Journal;
  index: ChunkIndex;
  readonly #segmentBytes: number;
  readonly #read: ReadStored;
  #scratch: Buffer | undefined;

  constructor(journal: Journal, index: ChunkIndex, segmentBytes: number) {
    this.journal = journal;
    this.index = index;
    this.#segmentBytes = segmentBytes;
    this.#read = (segment, offset, buffer) => readStored(journal, segment, offset, buffer);
  }

  *save(id: string, bytes: Uint8Array): Generator<void, SavedCheckpoint> {
    this.#scratch ??= Buffer.allocUnsafeSlow(SCRATCH_BYTES);
    const base = (this.index.get(id) ?? this.index.newest())?.chunks ?? [];
    const sources = { index: this.index, read: this.#read, scratch: this.#scratch };
    const plan = yield* planSteps(bytes, base, sources);
    const name = Buffer.from(id);
    const tableBytes = encodedBytes(plan.chunks.length, name.length);
    const bodyBytes = tableBytes + plan.newBytes;
    const { segment, bodyOffset } = this.journal.place(bodyBytes);
    const seq = this.journal.nextSeq;
    const chunks = plan.place(segment, bodyOffset + tableBytes);
    const manifest = { seq, bytes: bytes.length, home: segment, chunks };
    const body = [encodeManifest(name, manifest), ...plan.newParts(bytes)];
    this.journal.commit(FRAME.checkpoint, 1, body);
    this.index.insert(id, manifest);
    const writtenBytes = frameBytes(bodyBytes);
    this.#giveBackSome(writtenBytes);
    return { id, seq, bytes: bytes.length, writtenBytes };
  }

  *load(id: string): Generator<void, Buffer> {
    const manifest = this.index.get(id);
    if (manifest === undefined) throw noCheckpoint(id);
    const out = allocate(manifest.bytes);
    yield* readChunks(this.#read, manifest.chunks, out);
    return out;
  }

  remove(id: string): boolean {
    if (this.index.get(id) === undefined) return false;
    this.#giveBackSome(this.#removeAll([id]));
    return true;
  }

  prune(keep: number): string[] {
    const ids = this.index.sorted().map(([id]) => id);
    const removed = ids.slice(0, Math.max(0, ids.length - keep));
    if (removed.length > 0) this.#removeAll(removed);
    this.#giveBack(Number.POSITIVE_INFINITY);
    return removed;
  }

  #removeAll(ids: readonly string[]): number {
    const body = encodeRemoval(ids);
    this.journal.commit(FRAME.removal, 1, [body]);
    for (const id of ids) this.index.remove(id);
    return frameBytes(body.length);
  }

  /**
   * After a commit of `written` bytes. The work is bounded, so that no save pays for all of a large store; it is more than
   * the commit added, so that the store does not outgrow it.
   */
  #giveBackSome(written: number): void {
    this.#giveBack(this.#segmentBytes + 2 * written);
  }

  /**
   * Moves what is live out of the oldest segments and drops them, while it is due. A failure here does not undo the commit
   * before it, so it is not reported by it: the old segment is still there, and what made the journal unusable is
   * what the next call says.
   */
  #giveBack(budget: number): void {
    let moved = 0;
    try {
      // What moves goes behind these, so that each is met once.
      for (let left = this.journal.segments().length - 1; left > 0; left -= 1) {
        if (!this.#isDue() || moved > budget) return;
        moved += this.#dropOldest();
      }
    } catch {}
  }

  /** Whether more than half of the store is dead, a segment apart. */
  #isDue(): boolean {
    const total = this.journal.segments().reduce((sum, { capacity }) => sum + capacity, 0);
    return total > 2 * this.index.liveBytes + this.#segmentBytes;
  }

  /** Returns the bytes that had to be written. */
  #dropOldest(): number {
    const oldest = this.journal.segments()[0]?.number ?? 0;
    const moves = new Map<number | string, Chunk>();
    let written = 0;
    for (const [id, manifest] of this.index.sorted()) {
      // An empty checkpoint has no chunk: its frame counts.
      const needs = manifest.home === oldest || manifest.chunks.some(({ segment }) => segment === oldest);
      if (needs) written += this.#relocate(id, manifest, oldest, moves);
    }
    this.journal.flush();
    this.journal.dropOldest();
    return written;
  }

  /** Writes a checkpoint again, with the number it has, so that nothing of it is in `oldest`. */
  #relocate(id: string, manifest: Manifest, oldest: number, moves: Map<number | string, Chunk>): number {
    const movers = new Map<number | string, Chunk>();
    for (const chunk of manifest.chunks) {
      const place = placeOf(chunk);
      if (chunk.segment === oldest && !moves.has(place)) movers.set(place, chunk);
    }
    const moving = [...movers.values()];
    const content = allocate(moving.reduce((sum, { length }) => sum + length, 0));
    // Damage must not be written again under a checksum that holds.
    for (const _ of readChunks(this.#read, moving, content));
    const name = Buffer.from(id);
    const tableBytes = encodedBytes(manifest.chunks.length, name.length);
    const { segment, bodyOffset } = this.journal.place(tableBytes + content.length);
    let offset = bodyOffset + tableBytes;
    for (const [place, chunk] of movers) {
      moves.set(place, { ...chunk, segment, offset });
      offset += chunk.length;
    }
    const chunks = manifest.chunks.map((chunk) =>
      chunk.segment === oldest ? (moves.get(placeOf(chunk)) ?? chunk) : chunk,
    );
    const moved = { ...manifest, home: segment, chunks };
    this.journal.commit(FRAME.checkpoint, 1, [encodeManifest(name, moved), content]);
    this.index.insert(id, moved);
    return frameBytes(tableBytes + content.length);
  }
}

/** To a checkpoint a segment that is gone is damage: none is dropped before what is live in it has moved. */
function readStored(journal: Journal, segment: number, offset: number, buffer: Uint8Array): void {
  try {
    journal.readAt(segment, offset, buffer);
  } catch (error) {
    const isGone = error instanceof StorageError && error.code === 'ERR_PRUNED';
    throw isGone ? corrupt(segment, 0, 'its file is missing') : error;
  }
}
