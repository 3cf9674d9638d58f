import { type FileSystem, systemCode } from '../files/file-system.ts';
import { corrupt, failed, NOT_CONTINUED, nothingToRead } from './failures.ts';
import type { Frame } from './frame.ts';
import { startOf, type Visit, walk, wasClosed } from './recovery.ts';
import { KIND, type Kind, type SegmentInfo } from './segment.ts';
import type { Segments } from './segments.ts';
import { EVERYTHING, type Position } from './window.ts';
import { readWriter, type WriterState } from './writer-file.ts';

/** A frame below the limit may be read while it is written, a segment may be pruned between listing and opening. */
const ATTEMPTS = 5;
const PAUSE_MS = 2;

/** A log beside its writer: takes no lock, changes nothing, and goes no further than what was acknowledged. */
export class Reader {
  readonly #files: FileSystem;
  readonly #dir: string;
  readonly #kind: Kind;
  readonly #segments: Segments;
  readonly #visit: Visit | undefined;
  /** The segment walked last, and how far. */
  #at: { number: number; next: Position } | undefined;
  #lastFrame: Frame | undefined;
  /** Whether the writer had closed when this was last refreshed. */
  wasClosed = false;
  /** The number up to which records are handed out. */
  limit = 0;
  flushedSeq = 0;

  constructor(files: FileSystem, dir: string, kind: Kind, segments: Segments, visit?: Visit) {
    this.#files = files;
    this.#dir = dir;
    this.#kind = kind;
    this.#segments = segments;
    this.#visit = visit;
  }

  /** @throws StorageError `ERR_NOT_FOUND`, `ERR_CORRUPT`, `ERR_IO` */
  refresh(): void {
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.#refreshOnce(attempt < ATTEMPTS);
        return;
      } catch (error) {
        const isGone = ['ENOENT', 'ENOTDIR'].includes(systemCode((error as Error).cause ?? error) ?? '');
        if ((error instanceof TryAgain || isGone) && attempt < ATTEMPTS) pause();
        else if (isGone) throw nothingToRead();
        else throw failed('read the log', error);
      }
    }
  }

  #refreshOnce(mayTryAgain: boolean): void {
    // WRITER first: every segment with something acknowledged by then is in the list that follows.
    const writer = readWriter(this.#files, this.#dir);
    this.#segments.scan();
    if (this.#segments.last === undefined) throw nothingToRead();
    const limit = this.#limitOf(writer);
    if (limit !== undefined) {
      const reached = this.#walkTo(limit, this.#visit);
      // A system without a boot id cannot tell a power cut from damage where nothing was flushed.
      const promised = isZero(this.#files.bootId()) ? (writer?.flushed ?? 0) : limit;
      if (reached < promised) this.#missing(mayTryAgain);
      this.#set(Math.min(limit, reached), writer);
      return;
    }
    const reached = this.#endOfLast();
    // A writer may have come meanwhile, whose frames in flight were walked over.
    const after = this.#limitOf(readWriter(this.#files, this.#dir));
    const end = Math.min(reached, after ?? Number.POSITIVE_INFINITY);
    this.#walkTo(end, this.#visit);
    this.wasClosed = wasClosed(this.#lastFrame, writer, reached);
    this.#set(end, writer);
  }

  #set(limit: number, writer: WriterState | undefined): void {
    this.limit = Math.max(limit, this.limit);
    const isThisBoot = writer !== undefined && this.#isThisBoot(writer);
    // After a power cut everything that can be read comes off the disk.
    const flushed = isThisBoot
      ? writer.flushed
      : writer === undefined
        ? (this.#lastFrame?.flushed ?? 0)
        : this.limit;
    this.flushedSeq = Math.min(Math.max(flushed, this.flushedSeq), this.limit);
  }

  #isThisBoot(writer: WriterState): boolean {
    return Buffer.compare(writer.bootId, this.#files.bootId()) === 0;
  }

  #limitOf(writer: WriterState | undefined): number | undefined {
    if (writer === undefined || writer.pid === 0 || !this.#isThisBoot(writer)) return undefined;
    if (!isZero(writer.bootId)) return writer.acknowledged;
    this.#endOfLast();
    return Math.max(writer.acknowledged, this.#lastFrame?.flushed ?? 0);
  }

  /** The number behind the last frame that holds. */
  #endOfLast(): number {
    const segment = this.#segments.last as SegmentInfo;
    const file = this.#segments.fileOf(segment.number);
    if (file === undefined) throw new TryAgain();
    const from = this.#at?.number === segment.number ? this.#at.next : startOf(segment);
    const { next, last } = walk(file, segment, from);
    this.#lastFrame = last ?? this.#lastFrame;
    return next.seq;
  }

  /** Walks on to `limit`: an event log in its last segment only, a checkpoint store in all. Returns the number reached. */
  #walkTo(limit: number, visit: Visit | undefined): number {
    const { infos } = this.#segments;
    const start = this.#kind === KIND.events ? infos.length - 1 : this.#indexOfCurrent();
    let reached = this.#at?.next.seq ?? 0;
    for (let index = start; index < infos.length; index += 1) {
      const segment = infos[index] as SegmentInfo;
      if (segment.firstSeq > limit) return Math.max(reached, limit);
      const file = this.#segments.fileOf(segment.number);
      if (file === undefined) throw new TryAgain();
      const from = this.#at?.number === segment.number ? this.#at.next : startOf(segment);
      const bounds = { ...EVERYTHING, limit };
      const { next } = walk(file, segment, from, visit, bounds);
      this.#at = { number: segment.number, next };
      reached = next.seq;
      const following = infos[index + 1];
      if (following !== undefined && following.firstSeq <= limit && reached !== following.firstSeq) {
        throw corrupt(segment.number, next.offset, NOT_CONTINUED);
      }
    }
    return reached;
  }

  #indexOfCurrent(): number {
    const index = this.#segments.infos.findIndex((info) => info.number === this.#at?.number);
    return Math.max(index, 0);
  }

  #missing(mayTryAgain: boolean): never {
    if (mayTryAgain) throw new TryAgain();
    const { number, next } = this.#at as { number: number; next: Position };
    throw corrupt(number, next.offset, 'what was acknowledged is not there');
  }
}

/** A segment was removed, or a frame written, while it was read. */
class TryAgain extends Error {
  constructor() {
    super('the log changed at every attempt to read it');
  }
}

function isZero(bootId: Uint8Array): boolean {
  return bootId.every((byte) => byte === 0);
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
