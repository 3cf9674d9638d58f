import { join } from 'node:path';
import {
  DEFAULT_SEGMENT_BYTES,
  MAX_MAX_BYTES,
  MAX_SEGMENT_BYTES,
  MIN_SEGMENT_BYTES,
  StorageError,
} from '../contract.ts';
import { type FileSystem, systemCode } from '../files/file-system.ts';
import { readFully } from '../files/fully.ts';
import { doing, failed } from '../journal/failures.ts';
import { FRAME, FRAME_HEADER_BYTES } from '../journal/frame.ts';
import {
  decodeSegmentHeader,
  KIND,
  SEGMENT_HEADER_BYTES,
  type SegmentInfo,
  segmentName,
  segmentNumber,
} from '../journal/segment.ts';
import { wholeFrames } from '../journal/whole-frames.ts';
import { readWriter } from '../journal/writer-file.ts';
import { tableHolds } from './body.ts';
import { openEventLogOn } from './log.ts';

/** Events that could not be saved. */
export interface LostEvents {
  /** Number of the first one, as the damaged log counted. */
  readonly fromSeq: number;
  /** Number behind the last one; undefined when nothing tells how many there were. */
  readonly toSeq: number | undefined;
  /** Where the damage begins; `bytes` 0 means that the file is missing or shorter. */
  readonly segment: number;
  readonly offset: number;
  readonly bytes: number;
}

export interface EventSalvage {
  /** Events in the new log, numbered from 0 without gaps. */
  readonly events: number;
  /** In order. Empty when nothing is missing. */
  readonly lost: readonly LostEvents[];
}

/**
 * Copies every event that verifies, in order, from the damaged log `from` into a new log `into`, and says what is missing.
 * Changes nothing in `from`; a writer must not have it open. Holds one segment in memory.
 * @throws StorageError `ERR_EXISTS` when `into` is there, `ERR_NOT_FOUND` when `from` holds no log, `ERR_WRONG_KIND`
 */
export function salvageEventsOn(files: FileSystem, from: string, into: string): EventSalvage {
  const numbers = segmentNumbers(files, from);
  const writer = doing('read WRITER', () => readWriter(files, from));
  if (numbers.length === 0 && writer === undefined) {
    throw new StorageError('ERR_NOT_FOUND', 'there is no log in this directory to salvage');
  }
  refuseExisting(files, into);
  const options = {
    durability: 'buffered',
    readOnly: false,
    lockWaitMs: 0,
    maxBytes: MAX_MAX_BYTES,
  } as const;
  const log = openEventLogOn(files, into, { ...options, segmentBytes: usualCapacity(files, from, numbers) });
  try {
    const salvage = new Salvage((events) => log.appendBatch(events));
    let previous: number | undefined;
    for (const number of numbers) {
      if (previous !== undefined && number !== previous + 1) salvage.damaged(previous + 1, 0, 0);
      salvage.segment(number, readSegment(files, from, number));
      previous = number;
    }
    salvage.end(previous ?? 0, Math.max(writer?.acknowledged ?? 0, writer?.flushed ?? 0));
    return { events: log.nextSeq, lost: salvage.lost };
  } finally {
    log.close();
  }
}

class Salvage {
  readonly lost: LostEvents[] = [];
  readonly #take: (events: Uint8Array[]) => void;
  /** Number of the next event, unknown before the first that is found. */
  #next: number | undefined;
  /** Where damage began that no event has been found behind yet. */
  #damage: { segment: number; offset: number; bytes: number } | undefined;

  constructor(take: (events: Uint8Array[]) => void) {
    this.#take = take;
  }

  segment(number: number, { bytes, info, wantedBytes }: ReadSegment): void {
    if (info === undefined) this.damaged(number, 0, Math.min(bytes.length, SEGMENT_HEADER_BYTES));
    else this.#reach(info.firstSeq, number, 0);
    let offset = SEGMENT_HEADER_BYTES;
    const holds = (frame: { kind: number; count: number; bodyBytes: number }, body: number) =>
      frame.kind === FRAME.close
        ? frame.count === 0 && frame.bodyBytes === 0
        : frame.kind === FRAME.events &&
          frame.count > 0 &&
          tableHolds(bytes, body, frame.count, frame.bodyBytes);
    for (const frame of wholeFrames(bytes, info?.saltCrc, holds)) {
      if (this.#next !== undefined && frame.seq < this.#next) continue;
      if (frame.offset > offset) this.damaged(number, offset, frame.offset - offset);
      this.#reach(frame.seq, number, offset);
      if (frame.kind === FRAME.events) this.#take(eventsAt(bytes, frame.offset, frame.count));
      this.#next = frame.seq + frame.count;
      offset = frame.end;
    }
    const dirtyEnd = lastNonZero(bytes, offset);
    if (dirtyEnd > offset) this.damaged(number, offset, dirtyEnd - offset);
    if (wantedBytes > bytes.length) this.damaged(number, bytes.length, 0);
  }

  /** Bytes that no event could be read from. */
  damaged(segment: number, offset: number, bytes: number): void {
    this.#damage ??= { segment, offset, bytes };
  }

  /** The log goes on with number `seq`: what is missing before it is lost. */
  #reach(seq: number, segment: number, offset: number): void {
    const next = this.#next ?? (this.#damage === undefined ? seq : 0);
    if (seq > next || this.#damage !== undefined) {
      const place = this.#damage ?? { segment, offset, bytes: 0 };
      // Damage to a header or a close frame alone takes no event with it.
      if (seq > next) this.lost.push({ fromSeq: next, toSeq: seq, ...place });
      this.#damage = undefined;
    }
    this.#next = Math.max(seq, next);
  }

  /** `promised` is the number up to which the writer had acknowledged, 0 when not known. */
  end(segment: number, promised: number): void {
    const next = this.#next ?? 0;
    if (promised > next) {
      this.lost.push({
        fromSeq: next,
        toSeq: promised,
        ...(this.#damage ?? { segment, offset: 0, bytes: 0 }),
      });
    } else if (this.#damage !== undefined) {
      this.lost.push({ fromSeq: next, toSeq: undefined, ...this.#damage });
    }
  }
}

interface ReadSegment {
  readonly bytes: Buffer;
  /** Its header, when it holds. */
  readonly info: SegmentInfo | undefined;
  /** Length that it had. */
  readonly wantedBytes: number;
}

function readSegment(files: FileSystem, dir: string, number: number): ReadSegment {
  const name = segmentName(number);
  const bytes = doing(`read ${name}`, () => {
    const file = files.open(join(dir, name), 'read');
    try {
      const space = Buffer.alloc(file.size());
      return space.subarray(0, readFully(file, space, 0));
    } finally {
      file.close();
    }
  });
  const info = headerOf(bytes, number);
  return { bytes, info, wantedBytes: info?.capacity ?? bytes.length };
}

/** The length of the file is not looked at: a cut one still has frames. */
function headerOf(bytes: Buffer, number: number): SegmentInfo | undefined {
  if (bytes.length < SEGMENT_HEADER_BYTES) return undefined;
  const header = bytes.subarray(0, SEGMENT_HEADER_BYTES);
  try {
    return decodeSegmentHeader(header, number, KIND.events, Number(header.readBigUInt64LE(40)));
  } catch (error) {
    if (error instanceof StorageError && error.code === 'ERR_CORRUPT') return undefined;
    throw error;
  }
}

/** Of the first segment whose header holds: the new log is cut as the old one was. */
function usualCapacity(files: FileSystem, dir: string, numbers: readonly number[]): number {
  for (const number of numbers) {
    const { info } = readSegment(files, dir, number);
    if (info !== undefined) return Math.min(Math.max(info.capacity, MIN_SEGMENT_BYTES), MAX_SEGMENT_BYTES);
  }
  return DEFAULT_SEGMENT_BYTES;
}

function segmentNumbers(files: FileSystem, dir: string): number[] {
  let names: string[];
  try {
    names = files.list(dir);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return missing();
    throw failed('list the directory', error);
  }
  const numbers = names.map(segmentNumber).filter((number) => number !== undefined);
  return numbers.sort((a, b) => a - b);
}

function missing(): never {
  throw new StorageError('ERR_NOT_FOUND', 'there is no log in this directory to salvage');
}

function refuseExisting(files: FileSystem, into: string): void {
  try {
    files.list(into);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
  }
  throw new StorageError('ERR_EXISTS', `${into} is there already; salvage makes a new directory`);
}

function eventsAt(bytes: Buffer, offset: number, count: number): Uint8Array[] {
  const table = offset + FRAME_HEADER_BYTES;
  const events: Uint8Array[] = [];
  let start = table + count * 4;
  for (let index = 0; index < count; index += 1) {
    const end = start + bytes.readUInt32LE(table + index * 4);
    events.push(bytes.subarray(start, end));
    start = end;
  }
  return events;
}

function lastNonZero(bytes: Buffer, from: number): number {
  let end = bytes.length;
  while (end > from && bytes[end - 1] === 0) end -= 1;
  return end;
}
