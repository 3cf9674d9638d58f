import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type FileSystem, type OpenFile, systemCode } from '../files/file-system.ts';
import { readFully, writeFully } from '../files/fully.ts';
import { readU64, writeU64 } from './numbers.ts';

export const WRITER_BYTES = 64;
const MAGIC = Buffer.from('5042575249544552', 'hex');
const VERSION = 1;
/** A reader may meet the 64 bytes half rewritten. */
const READ_ATTEMPTS = 5;

/** Who writes a log, and how far it is. */
export interface WriterState {
  /** 0 after it closed in order. */
  readonly pid: number;
  readonly bootId: Uint8Array;
  /** The next sequence number after the last acknowledged one. */
  readonly acknowledged: number;
  readonly flushed: number;
}

export function writerPath(dir: string): string {
  return join(dir, 'WRITER');
}

export function encodeWriter(target: Buffer, state: WriterState): void {
  MAGIC.copy(target, 0);
  target.writeUInt32LE(VERSION, 8);
  target.writeUInt32LE(state.pid, 12);
  target.set(state.bootId, 16);
  writeU64(target, state.acknowledged, 32);
  writeU64(target, state.flushed, 40);
  target.fill(0, 48, 60);
  target.writeUInt32LE(crc32(target.subarray(0, 60)), 60);
}

/** `undefined` when the bytes do not hold: that is the same as no file. */
export function decodeWriter(bytes: Buffer): WriterState | undefined {
  if (bytes.length < WRITER_BYTES || !bytes.subarray(0, 8).equals(MAGIC)) return undefined;
  if (bytes.readUInt32LE(60) !== crc32(bytes.subarray(0, 60))) return undefined;
  const acknowledged = readU64(bytes, 32);
  const flushed = readU64(bytes, 40);
  if (bytes.readUInt32LE(8) !== VERSION || acknowledged === undefined || flushed === undefined) {
    return undefined;
  }
  return { pid: bytes.readUInt32LE(12), bootId: bytes.subarray(16, 32), acknowledged, flushed };
}

/** What `WRITER` of a directory says; `undefined` when it is absent or damaged. */
export function readWriter(files: FileSystem, dir: string): WriterState | undefined {
  let file: OpenFile;
  try {
    file = files.open(writerPath(dir), 'read');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    for (let attempt = 0; attempt < READ_ATTEMPTS; attempt += 1) {
      const bytes = Buffer.alloc(WRITER_BYTES);
      const state = decodeWriter(bytes.subarray(0, readFully(file, bytes, 0)));
      if (state !== undefined) return state;
    }
    return undefined;
  } finally {
    file.close();
  }
}

/** `WRITER` in the hands of the writer: one 64-byte write an acknowledgement, from one buffer. */
export class WriterFile {
  readonly #file: OpenFile;
  readonly #bytes = Buffer.alloc(WRITER_BYTES);
  readonly #pid: number;
  readonly #bootId: Uint8Array;

  constructor(files: FileSystem, dir: string) {
    this.#file = openOrCreate(files, writerPath(dir));
    this.#pid = files.processId();
    this.#bootId = files.bootId();
  }

  write(acknowledged: number, flushed: number, closed = false): void {
    const pid = closed ? 0 : this.#pid;
    encodeWriter(this.#bytes, { pid, bootId: this.#bootId, acknowledged, flushed });
    writeFully(this.#file, this.#bytes, 0);
  }

  close(): void {
    this.#file.close();
  }
}

function openOrCreate(files: FileSystem, path: string): OpenFile {
  try {
    return files.open(path, 'write');
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return files.create(path);
  }
}
