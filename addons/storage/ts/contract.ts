/** What both storage engines promise. Types, limits and error codes live here and nowhere else. */

import type { Writable } from 'node:stream';

/**
 * What an acknowledgement promises. `flushed`: the bytes survive a power cut. `buffered`: they are with the operating
 * system and survive the end of the process, a power cut only after `flush()`, `close()` or a new segment.
 */
export const DURABILITIES = ['flushed', 'buffered'] as const;
export type Durability = (typeof DURABILITIES)[number];

export const DEFAULT_SEGMENT_BYTES = 8 * 2 ** 20;
export const MIN_SEGMENT_BYTES = 4096;
export const MAX_SEGMENT_BYTES = 2 ** 30;
/** An event, or a batch of events, or a checkpoint, larger than this is refused with `ERR_TOO_LARGE` unless the options say more. */
export const DEFAULT_MAX_BYTES = 64 * 2 ** 20;
/** The most `maxBytes` can say: a frame's body is at most 2^30 bytes, tables included. */
export const MAX_MAX_BYTES = 2 ** 29;
export const MAX_CHECKPOINT_ID_BYTES = 512;

export interface OpenOptions {
  /** Default `flushed`. */
  durability?: Durability;
  /** Size of a segment file: 4 KiB to 1 GiB, rounded up to a multiple of 8; default 8 MiB. Existing segments keep theirs. */
  segmentBytes?: number;
  /** Largest event, batch or checkpoint: 1 byte to 512 MiB, default 64 MiB. */
  maxBytes?: number;
  /** A reader beside the writer: takes no lock, changes nothing, sees only what was acknowledged. */
  readOnly?: boolean;
  /** How long to wait for another writer to let go, in milliseconds; default 0. Blocks the thread. */
  lockWaitMs?: number;
}

/** What opening found and did; `cutBytes` is 0 after an orderly close and after most crashes. */
export interface Recovery {
  /** Bytes of a commit in flight that were cut off: never acknowledged. */
  readonly cutBytes: number;
  readonly cutSegment: number;
  readonly cutOffset: number;
  /** Whether the log had been closed in order. */
  readonly wasClosed: boolean;
}

export interface LogEvent {
  readonly seq: number;
  /** A view into the chunk's buffer: keeping one event keeps its chunk (about 1 MiB) alive. */
  readonly bytes: Buffer;
}

/** Events as they come off the disk: one buffer for many. */
export interface EventChunk {
  readonly firstSeq: number;
  readonly count: number;
  readonly buffer: Buffer;
  /** 2 numbers an event: offset and length in `buffer`. */
  readonly ranges: Uint32Array;
}

/**
 * An append-only log of byte strings, numbered from 0. One writer, any number of readers.
 * After a failed write or flush every call but `close` throws `ERR_POISONED`: open it again to go on from what is safe.
 */
export interface EventLog {
  readonly dir: string;
  /** Number of the oldest event that is still there. */
  readonly firstSeq: number;
  /** Number the next event gets; a reader's is what was acknowledged when last looked. */
  readonly nextSeq: number;
  /** Every event with a lower number survives a power cut. */
  readonly flushedSeq: number;
  readonly recovery: Recovery;
  /**
   * Adds one event and returns its number once it is safe (see `Durability`). A string is written as UTF-8.
   * Earlier `appendAsync` calls come before it. Cost: one write and one fdatasync.
   * @throws StorageError `ERR_TOO_LARGE`, `ERR_NO_SPACE`, `ERR_POISONED`, `ERR_READ_ONLY`, `ERR_CLOSED`, `ERR_IO`
   */
  append(event: Uint8Array | string): number;
  /** Adds all or none, with one write and one flush; returns the number of the first. An empty list changes nothing and returns `nextSeq`. */
  appendBatch(events: readonly (Uint8Array | string)[]): number;
  /**
   * As `append`; calls of one turn, and those made while a flush runs, share a flush (group commit). The flush runs off the main
   * thread; the native engine makes it on the main thread while the disk flushes in less than 0.3 ms, where going
   * to a thread and back would take longer. The bytes are copied before it returns. Numbers are in the order of the calls.
   */
  appendAsync(event: Uint8Array | string): Promise<number>;
  /** Makes everything acknowledged so far survive a power cut. Nothing to do in the `flushed` level. */
  flush(): void;
  /**
   * The events from number `from` (default: the oldest) up to what is acknowledged when the call is made.
   * @throws StorageError `ERR_PRUNED` when `from` is older than the oldest, `ERR_CORRUPT` where damage begins: never skips
   */
  replay(from?: number): IterableIterator<LogEvent>;
  /** As `replay`, one buffer of about 1 MiB at a time, each freshly allocated and the caller's. */
  replayChunks(from?: number): IterableIterator<EventChunk>;
  /** Deletes the segments whose events are all older than `before`; returns the new `firstSeq`. */
  prune(before: number): number;
  /** Commits what is pending, marks the log as closed in order, lets go of the lock. A second call does nothing. */
  close(): void;
  [Symbol.dispose](): void;
}

export interface CheckpointInfo {
  readonly id: string;
  /** Grows with every save: the order of `list`. */
  readonly seq: number;
  readonly bytes: number;
}

export interface SavedCheckpoint extends CheckpointInfo {
  /** Bytes that went to disk for it; the rest is shared with checkpoints already there. */
  readonly writtenBytes: number;
}

export interface SignalOptions {
  signal?: AbortSignal;
}

/**
 * Named byte strings, each replaced as a whole: after a crash an id has its old or its new bytes. Chunks that did not change since an
 * earlier checkpoint are not written again.
 */
export interface Checkpoints {
  readonly dir: string;
  readonly recovery: Recovery;
  /**
   * Saves `bytes` under `id` (1 to 512 bytes of UTF-8), replacing what was there. Cost: one pass over `bytes`, one write
   * of what is new, one flush.
   * @throws StorageError as `append`
   */
  save(id: string, bytes: Uint8Array): SavedCheckpoint;
  /** As `save`, off the main thread in the native engine. The bytes must not change until it settles. */
  saveAsync(id: string, bytes: Uint8Array, options?: SignalOptions): Promise<SavedCheckpoint>;
  /** @throws StorageError `ERR_NOT_FOUND`, `ERR_CORRUPT` */
  load(id: string): Buffer;
  loadAsync(id: string, options?: SignalOptions): Promise<Buffer>;
  /** All of them, oldest save first. */
  list(): CheckpointInfo[];
  /** Whether there was one. */
  remove(id: string): boolean;
  /** Keeps the `keep` newest, removes the others in one commit, gives space back; returns the removed ids, oldest first. */
  prune(keep: number): string[];
  /** Makes everything saved so far survive a power cut. Nothing to do in the `flushed` level. */
  flush(): void;
  close(): void;
  [Symbol.dispose](): void;
}

export interface SpoolOptions {
  /** `flushed` (default): a finished output survives a power cut. */
  durability?: Durability;
}

export interface SpoolEntry {
  readonly id: string;
  readonly bytes: number;
  /** False for one that is being written, or whose writer died. */
  readonly complete: boolean;
}

export interface SpoolReadOptions {
  /** Also read an incomplete output, whose bytes nothing vouches for after a power cut. */
  unverified?: boolean;
}

/** One output on its way to disk. Holds at most 64 KiB of it, and 4 bytes a 64 KiB block. */
export interface SpoolWriter {
  readonly id: string;
  /** Bytes written so far. */
  readonly bytes: number;
  write(chunk: Uint8Array | string): void;
  /** Bytes `start` to `end` (exclusive; both clipped to what was written) of what was written so far. */
  read(start?: number, end?: number): Buffer;
  /** Completes the output; it is then in `list` as complete. */
  finish(): SpoolEntry;
  /** Drops it and its file. Nothing after `finish`. */
  abort(): void;
  /** A Node stream that writes here, finishes at its end and aborts when destroyed. */
  stream(): Writable;
}

/** Large outputs on disk. Safe to open from several processes: every output has its own files. */
export interface Spool {
  readonly dir: string;
  /** @throws StorageError `ERR_EXISTS` when an output of this id is there. Without an id, a random one. */
  create(id?: string): SpoolWriter;
  /** Bytes `start` to `end` (exclusive; both clipped to its size), checked against their checksums. */
  read(id: string, start?: number, end?: number, options?: SpoolReadOptions): Buffer;
  /** @throws StorageError `ERR_NOT_FOUND` */
  stat(id: string): SpoolEntry;
  /** By id. */
  list(): SpoolEntry[];
  /** Whether there was one, complete or not. */
  remove(id: string): boolean;
}

export interface StorageEngine {
  /**
   * Opens or creates the log in `dir` (its parent must exist).
   * @throws StorageError `ERR_LOCKED`, `ERR_CORRUPT`, `ERR_FORMAT_TOO_NEW`, `ERR_WRONG_KIND`, `ERR_NO_SPACE`, `ERR_NOT_FOUND` (a reader of nothing), `ERR_IO`
   */
  openEventLog(dir: string, options?: OpenOptions): EventLog;
  openCheckpoints(dir: string, options?: OpenOptions): Checkpoints;
  openSpool(dir: string, options?: SpoolOptions): Spool;
}

export type StorageErrorCode =
  /** Bytes that had been promised are damaged. `segment` and `offset` say where. */
  | 'ERR_CORRUPT'
  /** Another writer has the directory. `pid` is its process, when known. */
  | 'ERR_LOCKED'
  | 'ERR_NO_SPACE'
  | 'ERR_FORMAT_TOO_NEW'
  | 'ERR_TOO_LARGE'
  /** An earlier write or flush failed (`cause`): nothing can be promised before the directory is opened again. */
  | 'ERR_POISONED'
  /** A checkpoint store where an event log was expected, or the other way round. */
  | 'ERR_WRONG_KIND'
  | 'ERR_PRUNED'
  | 'ERR_NOT_FOUND'
  | 'ERR_EXISTS'
  /** An output of a spool that was never finished, read without `unverified`. */
  | 'ERR_INCOMPLETE'
  | 'ERR_READ_ONLY'
  | 'ERR_CLOSED'
  | 'ERR_INVALID_ARG_TYPE'
  | 'ERR_DETACHED_BUFFER'
  /** Any other failure of the operating system; `message` has its name (EACCES, EIO). */
  | 'ERR_IO'
  /** A panic inside the native engine; the process goes on, the handle is poisoned. */
  | 'ERR_INTERNAL';

export interface StorageErrorFields {
  /** Number of the damaged segment. */
  segment?: number;
  /** First byte in the segment's file that cannot be trusted. */
  offset?: number;
  /** Process that holds the lock; undefined when not known. */
  pid?: number;
}

/** The only error either engine throws (besides an AbortSignal's own reason). */
export class StorageError extends Error {
  readonly code: StorageErrorCode;
  readonly segment?: number;
  readonly offset?: number;
  readonly pid?: number;

  constructor(
    code: StorageErrorCode,
    message: string,
    fields: StorageErrorFields = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'StorageError';
    this.code = code;
    if (fields.segment !== undefined) this.segment = fields.segment;
    if (fields.offset !== undefined) this.offset = fields.offset;
    if (fields.pid !== undefined) this.pid = fields.pid;
  }
}
