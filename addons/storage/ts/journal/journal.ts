import { type Durability, type Recovery, StorageError } from '../contract.ts';
import type { FileSystem } from '../files/file-system.ts';
import { readFully } from '../files/fully.ts';
import { closed, corrupt, doing, FILE_MISSING, failed, poisoned, readOnly } from './failures.ts';
import { FRAME, FRAME_HEADER_BYTES, type FrameKind, MAX_BODY_BYTES } from './frame.ts';
import { roundUp8 } from './numbers.ts';
import type { Reader } from './reader.ts';
import { SEGMENT_HEADER_BYTES, type SegmentInfo, segmentInfo, segmentName } from './segment.ts';
import type { Segments } from './segments.ts';
import type { SpareSegments } from './spare.ts';
import type { Tail } from './tail.ts';
import type { WriterFile } from './writer-file.ts';

export interface JournalOptions {
  readonly durability: Durability;
  /** A multiple of 8. */
  readonly segmentBytes: number;
  readonly readOnly: boolean;
  readonly lockWaitMs: number;
}

/** Where a body will stand. */
export interface Place {
  readonly segment: number;
  /** Of the body's first byte in the segment's file. */
  readonly bodyOffset: number;
}

/** What only a writer has. */
export interface WriterParts {
  readonly tail: Tail;
  readonly spares: SpareSegments;
  readonly writerFile: WriterFile;
  /** There are records behind the last close frame. */
  readonly needsClose: boolean;
  release(): void;
}

export interface JournalParts {
  readonly files: FileSystem;
  readonly dir: string;
  readonly options: JournalOptions;
  readonly segments: Segments;
  readonly recovery: Recovery;
  /** One of the two. */
  readonly writer?: WriterParts;
  readonly reader?: Reader;
}

/**
 * Segments, frames, recovery, rotation and the lock of a log: everything in FORMAT.md but the bodies of frames. Made by
 * `openJournal`. A failed write or flush of a frame poisons it: only `close` works from then on.
 */
export class Journal {
  readonly dir: string;
  readonly recovery: Recovery;
  readonly #parts: JournalParts;
  readonly #writer: WriterParts | undefined;
  #acknowledgedSeq: number;
  #needsClose: boolean;
  #poison: { cause: unknown } | undefined;
  #closed = false;
  /** An asynchronous write that is under way. */
  #underWay: Promise<void> | undefined;

  constructor(parts: JournalParts) {
    this.dir = parts.dir;
    this.recovery = parts.recovery;
    this.#parts = parts;
    this.#writer = parts.writer;
    this.#acknowledgedSeq = parts.writer?.tail.nextSeq ?? 0;
    this.#needsClose = parts.writer?.needsClose ?? false;
  }

  get isReader(): boolean {
    return this.#writer === undefined;
  }

  get firstSeq(): number {
    return this.#parts.segments.first?.firstSeq ?? 0;
  }

  /** Number of the next record; a reader's is its limit. */
  get nextSeq(): number {
    return this.#writer?.tail.nextSeq ?? (this.#parts.reader as Reader).limit;
  }

  /** Every record with a lower number was acknowledged. */
  get acknowledgedSeq(): number {
    return this.#writer === undefined ? this.nextSeq : this.#acknowledgedSeq;
  }

  get flushedSeq(): number {
    return this.#writer?.tail.flushedSeq ?? (this.#parts.reader as Reader).flushedSeq;
  }

  /** Oldest first. */
  segments(): readonly SegmentInfo[] {
    return this.#parts.segments.infos;
  }

  /** The segments as they lie on disk, for replaying. */
  get segmentFiles(): Segments {
    return this.#parts.segments;
  }

  /**
   * Where the body of the next frame will stand when it has `bodyBytes`, in a new segment when it does not fit into the
   * last: so a body can name its own place.
   * @throws StorageError as `commit`
   */
  place(bodyBytes: number): Place {
    const writer = this.#writable();
    this.#makeRoom(writer, bodyBytes);
    const { segment, offset } = writer.tail;
    return { segment: segment.number, bodyOffset: offset + FRAME_HEADER_BYTES };
  }

  /**
   * Writes one frame, flushes it where the level demands that, and acknowledges it. Returns the number of its first record.
   * Cost: one write, one fdatasync, one write of 64 bytes.
   * @throws StorageError `ERR_NO_SPACE`, `ERR_POISONED`, `ERR_READ_ONLY`, `ERR_CLOSED`, `ERR_TOO_LARGE`, `ERR_IO`
   */
  commit(kind: FrameKind, count: number, body: readonly Uint8Array[]): number {
    const seq = this.append(kind, count, body);
    this.acknowledge();
    return seq;
  }

  /** Writes one frame that the next `acknowledge` or `commit` acknowledges. */
  append(kind: FrameKind, count: number, body: readonly Uint8Array[]): number {
    const writer = this.#writable();
    const bodyBytes = checkedBytes(body);
    this.#makeRoom(writer, bodyBytes);
    try {
      this.#needsClose = true;
      return writer.tail.write(kind, count, body, bodyBytes);
    } catch (error) {
      throw this.#poisonWith(`write ${segmentName(writer.tail.segment.number)}`, error);
    }
  }

  /** Acknowledges everything appended so far, flushed where the level demands that. */
  acknowledge(flush = this.#parts.options.durability === 'flushed'): void {
    const writer = this.#writable();
    const { tail } = writer;
    try {
      tail.settle();
      if (flush && tail.isDirty) tail.sync();
    } catch (error) {
      throw this.#poisonWith(`flush ${segmentName(tail.segment.number)}`, error);
    }
    this.#publish(writer, tail.nextSeq);
  }

  /**
   * As `commit`, with the write and the flush on other threads. One at a time; a synchronous call meanwhile does not wait for
   * it but writes the same bytes again.
   */
  async commitAsync(kind: FrameKind, count: number, body: readonly Uint8Array[]): Promise<number> {
    const writer = this.#writable();
    const bodyBytes = checkedBytes(body);
    this.#makeRoom(writer, bodyBytes);
    this.#needsClose = true;
    const { tail } = writer;
    const frame = tail.reserve(kind, count, body, bodyBytes);
    const flush = this.#parts.options.durability === 'flushed';
    const written = tail.writeReserved(frame, flush);
    this.#underWay = written;
    try {
      await written;
    } catch (error) {
      const failure = this.#closed
        ? failed(`write ${segmentName(tail.segment.number)}`, error)
        : this.#poisonWith(`write ${segmentName(writer.tail.segment.number)}`, error);
      // A synchronous call made it safe before this failed.
      if (this.#acknowledgedSeq >= frame.endSeq) return frame.seq;
      throw failure;
    }
    if (this.#acknowledgedSeq >= frame.endSeq) return frame.seq;
    if (this.#poison !== undefined) throw poisoned(this.#poison.cause);
    tail.arrived(frame, flush);
    this.#publish(writer, frame.endSeq);
    return frame.seq;
  }

  /** Makes everything written so far survive a power cut. */
  flush(): void {
    this.acknowledge(true);
  }

  /** Fills `buffer` from a segment's file. @throws StorageError `ERR_CORRUPT` when those bytes are not there */
  readAt(segment: number, offset: number, buffer: Uint8Array): void {
    this.checkOpen();
    const file = this.#parts.segments.fileOf(segment);
    if (file === undefined) throw corrupt(segment, 0, FILE_MISSING);
    const read = doing(`read ${segmentName(segment)}`, () => readFully(file, buffer, offset));
    if (read < buffer.length) throw corrupt(segment, offset, 'bytes are missing from its file');
  }

  /** Unlinks the oldest segment, for good when it returns; the last one stays. */
  dropOldest(): void {
    const writer = this.#writable();
    const { segments, files } = this.#parts;
    if (segments.infos.length < 2 || segments.first === writer.tail.segment) return;
    doing(`delete ${segmentName((segments.first as SegmentInfo).number)}`, () => segments.dropFirst());
    try {
      files.syncDir(this.dir);
    } catch (error) {
      // A later segment's unlink could reach the disk before this one's: a gap.
      throw this.#poisonWith('flush the directory', error);
    }
  }

  /** A reader looks again how far the writer is; frames that are new go to `visit`, as at the opening. A writer does nothing. */
  refresh(): void {
    this.checkOpen();
    this.#parts.reader?.refresh();
  }

  /** Marks the log as closed in order and lets go of the lock. A second call does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const writer = this.#writer;
    try {
      if (writer !== undefined && this.#poison === undefined) this.#finish(writer);
    } finally {
      this.#parts.segments.close();
      if (writer !== undefined) this.#letGo(writer);
    }
  }

  #finish(writer: WriterParts): void {
    const { tail } = writer;
    try {
      tail.settle();
      if (this.#needsClose && tail.fits(0)) tail.write(FRAME.close, 0, [], 0);
      if (tail.isDirty) tail.sync(); // before WRITER says closed
      this.#acknowledgedSeq = tail.nextSeq;
      writer.writerFile.write(tail.nextSeq, tail.flushedSeq, true);
    } catch (error) {
      throw this.#poisonWith(`write ${segmentName(tail.segment.number)}`, error);
    }
  }

  #letGo(writer: WriterParts): void {
    writer.spares.close();
    writer.tail.close();
    writer.writerFile.close();
    // A write on its way after a failure could land on what the next writer has put there.
    if (this.#poison !== undefined && this.#underWay !== undefined) {
      this.#underWay.then(writer.release, writer.release);
    } else writer.release();
  }

  /** @throws StorageError `ERR_CLOSED`, `ERR_POISONED` */
  checkOpen(): void {
    if (this.#closed) throw closed();
    if (this.#poison !== undefined) throw poisoned(this.#poison.cause);
  }

  #writable(): WriterParts {
    this.checkOpen();
    if (this.#writer === undefined) throw readOnly();
    return this.#writer;
  }

  #makeRoom(writer: WriterParts, bodyBytes: number): void {
    if (writer.tail.fits(bodyBytes)) this.#prepareSpare(writer);
    else this.#rotate(writer, bodyBytes);
  }

  /** In the second half of a segment the next one is prepared. */
  #prepareSpare(writer: WriterParts): void {
    const { tail, spares } = writer;
    if (tail.offset > tail.segment.capacity / 2) spares.prepare(this.#parts.options.segmentBytes);
  }

  #rotate(writer: WriterParts, bodyBytes: number): void {
    const { tail, spares } = writer;
    const { segments, files, options } = this.#parts;
    try {
      tail.settle();
      if (tail.isDirty) tail.sync(); // before the next segment
    } catch (error) {
      throw this.#poisonWith(`flush ${segmentName(tail.segment.number)}`, error);
    }
    const needed = roundUp8(SEGMENT_HEADER_BYTES + FRAME_HEADER_BYTES + bodyBytes);
    const info = segmentInfo({
      kind: tail.segment.kind,
      number: tail.segment.number + 1,
      firstSeq: tail.nextSeq,
      salt: files.random(),
      capacity: Math.max(options.segmentBytes, needed),
    });
    let isNamed = false;
    try {
      const file = spares.make(info, segments.pathOf(info.number), () => {
        isNamed = true;
      });
      segments.add(info);
      tail.moveTo(info, file, SEGMENT_HEADER_BYTES);
    } catch (error) {
      if (isNamed) throw this.#poisonWith('flush the directory', error);
      throw failed(`make ${segmentName(info.number)}`, error);
    }
  }

  #publish(writer: WriterParts, acknowledgedSeq: number): void {
    this.#acknowledgedSeq = Math.max(this.#acknowledgedSeq, acknowledgedSeq);
    try {
      writer.writerFile.write(this.#acknowledgedSeq, writer.tail.flushedSeq);
    } catch (error) {
      throw this.#poisonWith('write WRITER', error);
    }
  }

  #poisonWith(what: string, error: unknown): Error {
    const failure = failed(what, error);
    this.#poison ??= { cause: failure };
    return failure;
  }
}

function checkedBytes(body: readonly Uint8Array[]): number {
  let bodyBytes = 0;
  for (const part of body) bodyBytes += part.length;
  if (bodyBytes <= MAX_BODY_BYTES) return bodyBytes;
  const message = `a commit of ${bodyBytes} bytes is more than the ${MAX_BODY_BYTES} that one can have`;
  throw new StorageError('ERR_TOO_LARGE', message);
}
