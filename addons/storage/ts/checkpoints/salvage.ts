import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type CheckpointInfo, DEFAULT_SEGMENT_BYTES, MAX_MAX_BYTES, StorageError } from '../contract.ts';
import type { FileSystem } from '../files/file-system.ts';
import { readFully } from '../files/fully.ts';
import { doing } from '../journal/failures.ts';
import {
  checkFrame,
  FRAME_HEADER_BYTES,
  type Frame,
  type FrameKind,
  frameBytes,
  headerHolds,
  type RawHeader,
  readHeader,
} from '../journal/frame.ts';
import {
  decodeSegmentHeader,
  KIND,
  SEGMENT_HEADER_BYTES,
  type SegmentInfo,
  segmentName,
  segmentNumber,
} from '../journal/segment.ts';
import type { Manifest } from './manifest.ts';
import { visit } from './recover.ts';
import { openCheckpointsOn } from './store.ts';

export interface CheckpointDamage {
  readonly segment: number;
  /** First byte in the segment's file. */
  readonly offset: number;
  /** How many, as far as that can be told. */
  readonly bytes: number;
}

export interface CheckpointSalvage {
  /** Copied, with the numbers they had, oldest save first. */
  readonly whole: readonly CheckpointInfo[];
  /** Copied too, but a later save of the same id is known and damaged. */
  readonly older: readonly CheckpointInfo[];
  /** Ids of which no save is whole. */
  readonly lost: readonly string[];
  /** Where the damage lies; a later save of any id may have stood there. */
  readonly damage: readonly CheckpointDamage[];
}

/**
 * Copies every checkpoint of which some save is whole from the store in `from` into a new one in `into`, the latest whole
 * save of each. Changes nothing in `from`, which must have no writer. Holds one segment and one checkpoint in memory.
 * @throws StorageError `ERR_NOT_FOUND` when there is no segment, `ERR_EXISTS` when `into` has checkpoints already
 */
export function salvageCheckpointsOn(files: FileSystem, from: string, into: string): CheckpointSalvage {
  const source = new Source(files, from);
  source.readAll();
  const options = {
    durability: 'flushed',
    segmentBytes: DEFAULT_SEGMENT_BYTES,
    maxBytes: MAX_MAX_BYTES,
  } as const;
  using target = openCheckpointsOn(files, into, { ...options, readOnly: false, lockWaitMs: 0 });
  if (target.list().length > 0) {
    const message = 'there are checkpoints in the directory to salvage into; take a new one';
    throw new StorageError('ERR_EXISTS', message);
  }
  return source.copyTo((id, bytes) => target.save(id, bytes));
}

class Source {
  readonly #files: FileSystem;
  readonly #dir: string;
  /** The saves of each id that were not removed, oldest first. */
  readonly #saves = new Map<string, Manifest[]>();
  readonly #damage: CheckpointDamage[] = [];

  constructor(files: FileSystem, dir: string) {
    this.#files = files;
    this.#dir = dir;
  }

  readAll(): void {
    const names = doing('list the directory', () => this.#files.list(this.#dir));
    const numbers = names.map(segmentNumber).filter((number) => number !== undefined);
    if (numbers.length === 0) {
      throw new StorageError('ERR_NOT_FOUND', 'there is no log in this directory to salvage');
    }
    for (const number of numbers.sort((a, b) => a - b)) this.#readSegment(number);
  }

  #bytesOf(number: number, offset: number, bytes: number | undefined): Buffer {
    return doing('read a segment', () => {
      const file = this.#files.open(join(this.#dir, segmentName(number)), 'read');
      try {
        const space = Buffer.allocUnsafeSlow(bytes ?? file.size());
        return space.subarray(0, readFully(file, space, offset));
      } finally {
        file.close();
      }
    });
  }

  /** Takes every frame that holds; what lies between two of them is damage. */
  #readSegment(number: number): void {
    const bytes = this.#bytesOf(number, 0, undefined);
    const info = this.#headerOf(number, bytes);
    // Without the salt no frame can be told from anything else.
    if (info === undefined) {
      this.#note(number, 0, bytes.length);
      return;
    }
    let damage = SEGMENT_HEADER_BYTES;
    for (let at = damage; at + FRAME_HEADER_BYTES <= bytes.length; ) {
      const header = headerHolds(bytes, at, info.saltCrc) ? readHeader(bytes, at) : undefined;
      const end = header === undefined ? bytes.length + 1 : at + frameBytes(header.bodyBytes);
      if (header === undefined || end > bytes.length) {
        at += 8;
        continue;
      }
      const body = bytes.subarray(at + FRAME_HEADER_BYTES, at + FRAME_HEADER_BYTES + header.bodyBytes);
      const frame = { ...header, kind: header.kind as FrameKind, offset: at };
      // A body that does not hold is not looked into: what seems to be a frame there may be anybody's bytes.
      if (crc32(body) === header.bodyCrc && isPossible(header, info, at) && this.#take(number, frame, body)) {
        this.#noteUnlessZero(number, bytes, damage, at);
        damage = end;
      }
      at = end;
    }
    this.#noteUnlessZero(number, bytes, damage, bytes.length);
  }

  #headerOf(number: number, bytes: Buffer): SegmentInfo | undefined {
    try {
      return decodeSegmentHeader(
        bytes.subarray(0, SEGMENT_HEADER_BYTES),
        number,
        KIND.checkpoints,
        bytes.length,
      );
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ERR_CORRUPT') return undefined;
      throw error;
    }
  }

  /** Whether the body is one. */
  #take(number: number, frame: Frame, body: Buffer): boolean {
    const latest = new Map([...this.#saves.keys()].map((id) => [id, undefined as Manifest | undefined]));
    const seen = latest as Map<string, Manifest>;
    try {
      visit(seen, number, frame, Buffer.from(body));
    } catch {
      return false;
    }
    for (const id of this.#saves.keys()) if (!latest.has(id)) this.#saves.delete(id);
    for (const [id, manifest] of latest) {
      if (manifest !== undefined) this.#saves.set(id, [...(this.#saves.get(id) ?? []), manifest]);
    }
    return true;
  }

  #noteUnlessZero(number: number, bytes: Buffer, from: number, to: number): void {
    let last = to;
    while (last > from && bytes[last - 1] === 0) last -= 1;
    if (last > from) this.#note(number, from, last - from);
  }

  #note(segment: number, offset: number, bytes: number): void {
    this.#damage.push({ segment, offset, bytes });
  }

  copyTo(save: (id: string, bytes: Uint8Array) => void): CheckpointSalvage {
    const found: { info: CheckpointInfo; manifest: Manifest; isLatest: boolean }[] = [];
    const lost: string[] = [];
    for (const [id, saves] of this.#saves) {
      // From the latest on; a frame that only moved a save is another copy of it.
      const manifest = saves.findLast((candidate) => this.#read(candidate) !== undefined);
      if (manifest === undefined) lost.push(id);
      else {
        const { seq, bytes } = manifest;
        found.push({ info: { id, seq, bytes }, manifest, isLatest: seq === saves.at(-1)?.seq });
      }
    }
    // Saved in the order of their numbers, so that the order of `list` stays.
    found.sort((a, b) => a.info.seq - b.info.seq);
    for (const { info, manifest } of found) save(info.id, this.#read(manifest) as Buffer);
    const infos = (latest: boolean) =>
      found.filter(({ isLatest }) => isLatest === latest).map(({ info }) => info);
    return { whole: infos(true), older: infos(false), lost: lost.sort(), damage: this.#damage };
  }

  /** The bytes of a save, `undefined` when a chunk does not hold. */
  #read(manifest: Manifest): Buffer | undefined {
    const parts: Buffer[] = [];
    for (const { segment, offset, length, crc } of manifest.chunks) {
      let chunk: Buffer;
      try {
        chunk = this.#bytesOf(segment, offset, length);
      } catch {
        return undefined;
      }
      if (chunk.length < length || crc32(chunk) !== crc) return undefined;
      parts.push(chunk);
    }
    return Buffer.concat(parts);
  }
}

function isPossible(header: RawHeader, info: SegmentInfo, offset: number): boolean {
  try {
    checkFrame(header, info, offset);
    return true;
  } catch {
    return false;
  }
}
