/** The log without @pairbench/storage: a file of JSON lines, each one write at the file's end. */

import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type AuditRecord, parseLine } from './entry.ts';
import { auditFailure } from './failures.ts';

const NAME = 'audit.jsonl';
/** Of the end of the file, the last entry's number is looked for in so many bytes first. */
const TAIL_BYTES = 64 * 1024;

export interface Lines {
  append(line: string): void;
  close(): void;
}

/** O_NOFOLLOW, and only a regular file: nothing is written over a link. O_NONBLOCK: a FIFO does not hang the open. */
export function openPlain(directory: string, isFlushed: boolean): Lines {
  const flags =
    constants.O_RDWR |
    constants.O_APPEND |
    constants.O_CREAT |
    (constants.O_NOFOLLOW ?? 0) |
    (constants.O_NONBLOCK ?? 0);
  const descriptor = openSync(join(directory, NAME), flags, 0o600);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw auditFailure(`${JSON.stringify(join(directory, NAME))} is not a regular file`);
    // A torn last line stays what it is, and the next one begins anew.
    if (stats.size > 0 && lastByte(descriptor, stats.size) !== 0x0a)
      writeWhole(descriptor, Buffer.from('\n'));
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return {
    append(line) {
      writeWhole(descriptor, Buffer.from(`${line}\n`));
      if (isFlushed) fdatasyncSync(descriptor);
    },
    close: () => closeSync(descriptor),
  };
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
}

function lastByte(descriptor: number, size: number): number | undefined {
  const byte = Buffer.alloc(1);
  readSync(descriptor, byte, 0, 1, size - 1);
  return byte[0];
}

/** The last whole entry's number; -1 without one. */
export function lastPlainSeq(directory: string): number {
  let descriptor: number;
  try {
    descriptor = openSync(join(directory, NAME), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return -1;
    throw error;
  }
  try {
    const { size } = fstatSync(descriptor);
    for (let length = Math.min(TAIL_BYTES, size); length > 0; length = Math.min(length * 16, size)) {
      const tail = Buffer.alloc(length);
      readSync(descriptor, tail, 0, length, size - length);
      const seq = maximumSeq(tail.toString('utf8').split('\n'));
      if (seq >= 0 || length === size) return seq;
    }
    return -1;
  } finally {
    closeSync(descriptor);
  }
}

/** Lines that do not parse are torn, or the second half of one that is cut here. */
function maximumSeq(lines: readonly string[]): number {
  return entriesOf(lines).entries.reduce((most, entry) => Math.max(most, entry.seq), -1);
}

export function readPlain(directory: string): { entries: AuditRecord[]; torn: number } {
  try {
    return entriesOf(readFileSync(join(directory, NAME), 'utf8').split('\n'));
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return { entries: [], torn: 0 };
    throw error;
  }
}

function entriesOf(lines: readonly string[]): { entries: AuditRecord[]; torn: number } {
  const entries: AuditRecord[] = [];
  let torn = 0;
  for (const line of lines) {
    if (line === '') continue;
    try {
      entries.push(parseLine(line));
    } catch {
      torn++;
    }
  }
  return { entries, torn };
}
