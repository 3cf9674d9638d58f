/** What programs do with files and nothing else: `node:fs`, no package. */

import {
  appendFileSync,
  closeSync,
  fdatasyncSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { LogEvent } from '@pairbench/storage/contract';
import type { Log, Output, Outputs, Saves, Storage } from '../engine.ts';

const PREALLOCATED = 8 * 2 ** 20;

/**
 * The floor: a write into space that is already there, and a flush. No frame, no checksum, nothing to find an event by but what
 * this process remembers; at the end of the file it begins again.
 */
function bareLog(dir: string): Log {
  const file = openSync(join(dir, 'bare'), 'wx+');
  writeSync(file, Buffer.alloc(PREALLOCATED));
  fsyncSync(file);
  const places: { at: number; length: number }[] = [];
  let end = 0;
  let appended = 0;
  return {
    append(event) {
      const { length } = event;
      if (end + length > PREALLOCATED) {
        end = 0;
        places.length = 0;
      }
      const at = end;
      if (writeSync(file, event as Uint8Array, 0, length, at) !== length) throw new Error('a short write');
      fdatasyncSync(file);
      end = at + Math.ceil(length / 8) * 8;
      places.push({ at, length });
      return appended++;
    },
    *replay() {
      for (const [seq, { at, length }] of places.entries()) {
        const bytes = Buffer.alloc(length);
        readSync(file, bytes, 0, length, at);
        yield { seq, bytes };
      }
    },
    prune: (before) => before,
    close: () => closeSync(file),
  };
}

/** A line a JSON event, each by opening, writing and closing: what sessions of agents are usually kept with. */
function appendFileLog(dir: string): Log {
  const file = join(dir, 'session.jsonl');
  let next = 0;
  return {
    append(event) {
      appendFileSync(file, `${text(event)}\n`);
      return next++;
    },
    appendBatch(events) {
      appendFileSync(file, events.map((event) => `${text(event)}\n`).join(''));
      next += events.length;
      return next - events.length;
    },
    replay: () => linesOf(file),
    // What rotating it does to the figures; which lines go does not matter.
    prune(before) {
      truncateSync(file, 0);
      return before;
    },
    close() {},
  };
}

const text = (event: Uint8Array | string) =>
  typeof event === 'string'
    ? event
    : Buffer.from(event.buffer, event.byteOffset, event.byteLength).toString();

function* linesOf(file: string): IterableIterator<LogEvent> {
  const bytes = readFileSync(file);
  let seq = 0;
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    yield { seq: seq++, bytes: bytes.subarray(start, end) };
    start = end + 1;
  }
}

/** The same with the file kept open and a flush after each line; the file grows, so its size is flushed too. */
function flushedLinesLog(dir: string): Log {
  const path = join(dir, 'session.jsonl');
  const file = openSync(path, 'a');
  let next = 0;
  return {
    append(event) {
      writeSync(file, `${text(event)}\n`);
      fdatasyncSync(file);
      return next++;
    },
    replay: () => linesOf(path),
    prune(before) {
      truncateSync(path, 0);
      return before;
    },
    close: () => closeSync(file),
  };
}

/** Bytes into a file beside the old one, flushed, renamed over it, directory flushed. No checksum. */
function replacedFiles(dir: string): Saves {
  const directory = openSync(dir, 'r');
  return {
    save(id, bytes) {
      const file = openSync(join(dir, `${id}.tmp`), 'w');
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fdatasyncSync(file);
      closeSync(file);
      renameSync(join(dir, `${id}.tmp`), join(dir, id));
      fsyncSync(directory);
      return { bytes: bytes.length };
    },
    load: (id) => readFileSync(join(dir, id)),
    close: () => closeSync(directory),
  };
}

/** The same for an output that comes in pieces. */
function streamedFiles(dir: string): Outputs {
  const directory = openSync(dir, 'r');
  return {
    create(id = 'output'): Output {
      const part = join(dir, `${id}.part`);
      const file = openSync(part, 'w');
      let written = 0;
      return {
        write(piece) {
          written += typeof piece === 'string' ? writeSync(file, piece) : writeSync(file, piece);
        },
        finish() {
          fdatasyncSync(file);
          closeSync(file);
          renameSync(part, join(dir, id));
          fsyncSync(directory);
          return { bytes: written };
        },
      };
    },
    read(id, start = 0, end = 0) {
      const file = openSync(join(dir, id), 'r');
      const bytes = Buffer.allocUnsafe(end - start);
      readSync(file, bytes, 0, bytes.length, start);
      closeSync(file);
      return bytes;
    },
    remove(id) {
      rmSync(join(dir, id));
      return true;
    },
  };
}

export const bareWrites = async (): Promise<Partial<Storage>> => ({ openEventLog: bareLog });
export const appendFile = async (): Promise<Partial<Storage>> => ({ openEventLog: appendFileLog });
export const flushedLines = async (): Promise<Partial<Storage>> => ({ openEventLog: flushedLinesLog });
export const plainFile = async (): Promise<Partial<Storage>> => ({
  openCheckpoints: replacedFiles,
  openSpool: streamedFiles,
});
