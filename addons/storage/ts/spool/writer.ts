import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { checkBytes } from '../arguments.ts';
import type { Durability, SpoolEntry, SpoolWriter } from '../contract.ts';
import type { FileSystem, OpenFile } from '../files/file-system.ts';
import { readFully, writeFully } from '../files/fully.ts';
import { doing, poisoned } from '../journal/failures.ts';
import { damaged, writerClosed } from './failures.ts';
import { checkOffset, outName, sumName, temporaryName } from './names.ts';
import { allocate, clip } from './output.ts';
import { spoolStream } from './stream.ts';
import { BLOCK_BYTES, BlockSums } from './sums.ts';
import { writeText } from './text.ts';

export interface Place {
  readonly files: FileSystem;
  readonly dir: string;
  readonly durability: Durability;
}

/** An output on its way to disk: a block of 64 KiB in memory, everything before it in the file. */
export class PartWriter implements SpoolWriter {
  readonly id: string;
  readonly #place: Place;
  readonly #file: OpenFile;
  readonly #sums = new BlockSums();
  #block: Buffer | undefined = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #inBlock = 0;
  #inFile = 0;
  /** Names to remove when the output is dropped. */
  readonly #names: Set<string>;
  #isOpen = true;
  #failure: unknown;

  constructor(place: Place, id: string, file: OpenFile, name: string) {
    this.#place = place;
    this.id = id;
    this.#file = file;
    this.#names = new Set([name]);
    this.#partName = name;
  }

  readonly #partName: string;

  get bytes(): number {
    return this.#inFile + this.#inBlock;
  }

  write(chunk: Uint8Array | string): void {
    if (typeof chunk === 'string') {
      this.#changing('write an output', () => writeText(chunk, (bytes) => this.#write(bytes)));
      return;
    }
    const bytes = checkBytes('chunk', chunk);
    this.#changing('write an output', () => this.#write(bytes));
  }

  #write(bytes: Uint8Array): void {
    const block = this.#block as Buffer;
    let at = 0;
    if (this.#inBlock > 0) {
      at = Math.min(BLOCK_BYTES - this.#inBlock, bytes.length);
      block.set(bytes.subarray(0, at), this.#inBlock);
      this.#inBlock += at;
      if (this.#inBlock < BLOCK_BYTES) return;
      this.#writeBlocks(block);
      this.#inBlock = 0;
    }
    // Whole blocks need no copy.
    const whole = bytes.length - ((bytes.length - at) % BLOCK_BYTES);
    if (whole > at) this.#writeBlocks(bytes.subarray(at, whole));
    block.set(bytes.subarray(whole), 0);
    this.#inBlock = bytes.length - whole;
  }

  /** All whole but the last one of the output. */
  #writeBlocks(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
      this.#sums.push(crc32(bytes.subarray(at, at + BLOCK_BYTES)));
    }
    writeFully(this.#file, bytes, this.#inFile);
    this.#inFile += bytes.length;
  }

  read(start: number = 0, end: number = Number.POSITIVE_INFINITY): Buffer {
    checkOffset('start', start);
    checkOffset('end', end);
    this.#check();
    const range = clip(start, end, this.bytes);
    const result = allocate(range.end - range.start);
    const fromFile = Math.max(0, Math.min(range.end, this.#inFile) - range.start);
    const target = result.subarray(0, fromFile);
    const read = doing('read an output', () => readFully(this.#file, target, range.start));
    if (read !== fromFile) throw damaged(this.id, range.start + read);
    const blockFrom = Math.max(0, range.start - this.#inFile);
    this.#block?.copy(result, fromFile, blockFrom, blockFrom + result.length - fromFile);
    return result;
  }

  finish(): SpoolEntry {
    const entry = { id: this.id, bytes: this.bytes, complete: true };
    this.#changing('finish an output', () => this.#finish());
    this.#release();
    return entry;
  }

  #finish(): void {
    const { files, dir, durability } = this.#place;
    if (this.#inBlock > 0) this.#writeBlocks((this.#block as Buffer).subarray(0, this.#inBlock));
    this.#inBlock = 0;
    const flushes = durability === 'flushed';
    if (flushes) this.#file.syncData();
    const temporary = temporaryName(this.id, files.random());
    const sum = files.create(join(dir, temporary));
    this.#names.add(temporary);
    try {
      writeFully(sum, this.#sums.encode(this.#inFile), 0);
      if (flushes) sum.syncData();
    } finally {
      sum.close();
    }
    this.#rename(temporary, sumName(this.id));
    this.#rename(this.#partName, outName(this.id));
    if (flushes) files.syncDir(dir);
  }

  #rename(from: string, to: string): void {
    const { files, dir } = this.#place;
    files.rename(join(dir, from), join(dir, to));
    this.#names.delete(from);
    this.#names.add(to);
  }

  abort(): void {
    if (!this.#isOpen) return;
    this.#release();
    const { files, dir } = this.#place;
    doing('drop an output', () => {
      // The last made first: an output without its sums is at least never taken for a whole one.
      for (const name of [...this.#names].reverse()) files.unlink(join(dir, name));
    });
  }

  stream(): Writable {
    return spoolStream(this);
  }

  #release(): void {
    this.#isOpen = false;
    this.#block = undefined;
    this.#file.close();
  }

  #check(): void {
    if (!this.#isOpen) throw writerClosed(this.id);
    if (this.#failure !== undefined) throw poisoned(this.#failure);
  }

  /** Runs what changes the files. After a failure nothing is known of them, so nothing more is written. */
  #changing(what: string, call: () => void): void {
    this.#check();
    try {
      doing(what, call);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }
}
