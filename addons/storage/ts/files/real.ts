import { randomBytes } from 'node:crypto';
import {
  close,
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  unlinkSync,
  write,
  writeSync,
  writevSync,
} from 'node:fs';
import type { FileSystem, LockResult, OpenFile } from './file-system.ts';
import { lockDirectory } from './lock.ts';

/** Not in Windows' constants; 0 changes nothing there. Node opens every file with O_CLOEXEC. */
const NOFOLLOW = constants.O_NOFOLLOW ?? 0;
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

let bootId: Uint8Array | undefined;

/** The file system of the machine, over node:fs. `random` is for tests that want the same bytes twice. */
export class RealFileSystem implements FileSystem {
  readonly random: () => bigint;

  constructor(random: () => bigint = () => randomBytes(8).readBigUInt64LE()) {
    this.random = random;
  }

  createDir(dir: string): void {
    mkdirSync(dir, { mode: 0o700 });
  }

  list(dir: string): string[] {
    return readdirSync(dir);
  }

  create(path: string): OpenFile {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | NOFOLLOW;
    return new RealFile(path, openSync(path, flags, 0o600));
  }

  open(path: string, mode: 'read' | 'write'): OpenFile {
    const access = mode === 'write' ? constants.O_RDWR : constants.O_RDONLY;
    return new RealFile(path, openSync(path, access | NOFOLLOW));
  }

  rename(from: string, to: string): void {
    renameSync(from, to);
  }

  unlink(path: string): void {
    unlinkSync(path);
  }

  syncDir(dir: string): void {
    // Windows has no flush of a directory; NTFS writes names into its journal in order.
    if (process.platform === 'win32') return;
    const fd = openSync(dir, constants.O_RDONLY);
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }

  lock(dir: string, waitMs: number): LockResult {
    return lockDirectory(dir, waitMs);
  }

  bootId(): Uint8Array {
    bootId ??= readBootId();
    return bootId;
  }

  processId(): number {
    return process.pid;
  }
}

function readBootId(): Uint8Array {
  if (process.platform !== 'linux') return new Uint8Array(16);
  try {
    const digits = readFileSync(BOOT_ID, 'latin1').replaceAll(/[^0-9a-f]/g, '');
    return digits.length === 32 ? Uint8Array.from(Buffer.from(digits, 'hex')) : new Uint8Array(16);
  } catch {
    return new Uint8Array(16);
  }
}

class RealFile implements OpenFile {
  readonly path: string;
  readonly #descriptor: number;
  /** Calls on a thread of the pool: the descriptor stays open until they are done, its number would be given to another file. */
  #underWay = 0;
  #closed = false;

  constructor(path: string, fd: number) {
    this.path = path;
    this.#descriptor = fd;
  }

  /** A closed descriptor's number soon belongs to another file of this process: no call may reach that. */
  get #fd(): number {
    if (this.#closed) throw Object.assign(new Error(`EBADF: ${this.path} was closed`), { code: 'EBADF' });
    return this.#descriptor;
  }

  size(): number {
    return fstatSync(this.#fd).size;
  }

  readAt(buffer: Uint8Array, offset: number): number {
    return readSync(this.#fd, buffer, 0, buffer.length, offset);
  }

  writeAt(bytes: Uint8Array, offset: number): number {
    return writeSync(this.#fd, bytes, 0, bytes.length, offset);
  }

  writevAt(parts: readonly Uint8Array[], offset: number): number {
    // IOV_MAX is 1024 on Linux and macOS.
    return writevSync(this.#fd, parts.length > 1024 ? parts.slice(0, 1024) : parts, offset);
  }

  setSize(bytes: number): void {
    ftruncateSync(this.#fd, bytes);
  }

  syncData(): void {
    fdatasyncSync(this.#fd);
  }

  syncAll(): void {
    fsyncSync(this.#fd);
  }

  writeAsync(bytes: Uint8Array, offset: number): Promise<number> {
    return this.#async((fd, done) => write(fd, bytes, 0, bytes.length, offset, done));
  }

  async syncDataAsync(): Promise<void> {
    await this.#async<void>((fd, done) => fdatasync(fd, done));
  }

  async syncAllAsync(): Promise<void> {
    await this.#async<void>((fd, done) => fsync(fd, done));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#underWay === 0) closeSync(this.#descriptor);
  }

  #async<T>(start: (fd: number, done: (error: Error | null, value?: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const fd = this.#fd;
      this.#underWay += 1;
      start(fd, (error, value) => {
        this.#underWay -= 1;
        // Nothing can be done about a failed close: what counts was flushed before.
        if (this.#closed && this.#underWay === 0) close(this.#descriptor, () => {});
        if (error) reject(error);
        else resolve(value as T);
      });
    });
  }
}
