/**
 * Every system call of the engine goes through these two interfaces: the real one is `real.ts`, the one that loses
 * power is `simulated.ts`. Methods throw the system's error (`code` is EIO, ENOSPC, ...); nothing here knows the format.
 */
export interface FileSystem {
  /** Mode 0700; throws EEXIST when something of that name is there. */
  createDir(dir: string): void;
  /** Names in no order. */
  list(dir: string): string[];
  /** A new file for reading and writing, mode 0600; throws EEXIST, follows no symbolic link. */
  create(path: string): OpenFile;
  /** An existing file; follows no symbolic link in the last component (ELOOP). */
  open(path: string, mode: 'read' | 'write'): OpenFile;
  /** Replaces `to`. */
  rename(from: string, to: string): void;
  unlink(path: string): void;
  /** Makes the entries of a directory survive a power cut. */
  syncDir(dir: string): void;
  /**
   * The writer's lock of a log's directory, held on its file `LOCK` until `release`, or until the process ends.
   * Waits up to `waitMs`, blocking the thread.
   */
  lock(dir: string, waitMs: number): LockResult;
  /** 64 random bits. */
  random(): bigint;
  /** 16 bytes that differ after every start of the machine; zeros where the system has none. */
  bootId(): Uint8Array;
  processId(): number;
}

export type LockResult =
  | { readonly held: true; release(): void }
  /** `pid` where it is this process. */
  | { readonly held: false; readonly pid: number | undefined };

/** Reads and writes may be short: `readFully` and `writeFully` go on. */
export interface OpenFile {
  readonly path: string;
  size(): number;
  /** Fills `buffer` from `offset` as far as it goes; 0 at the end of the file. */
  readAt(buffer: Uint8Array, offset: number): number;
  writeAt(bytes: Uint8Array, offset: number): number;
  /** As `writeAt` with one part after the other. */
  writevAt(parts: readonly Uint8Array[], offset: number): number;
  setSize(bytes: number): void;
  /** fdatasync: content, and the size where reading the content needs it. */
  syncData(): void;
  syncAll(): void;
  writeAsync(bytes: Uint8Array, offset: number): Promise<number>;
  syncDataAsync(): Promise<void>;
  syncAllAsync(): Promise<void>;
  /** Waits, in the background, for asynchronous calls that are under way. A second call does nothing. */
  close(): void;
}

/** The system's name of an error, `undefined` for any other. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}
