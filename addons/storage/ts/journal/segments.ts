import { join } from 'node:path';
import { type FileSystem, type OpenFile, systemCode } from '../files/file-system.ts';
import { readFully } from '../files/fully.ts';
import { corrupt, doing, FILE_MISSING, failed } from './failures.ts';
import {
  decodeSegmentHeader,
  isSpareName,
  type Kind,
  SEGMENT_HEADER_BYTES,
  type SegmentInfo,
  segmentName,
  segmentNumber,
} from './segment.ts';

/** Handles kept open for reading: a segment that a writer unlinks meanwhile can still be read. */
const OPEN_FILES = 16;

/** The segments of a directory in order, and open files to read them. */
export class Segments {
  readonly #files: FileSystem;
  readonly #dir: string;
  readonly #kind: Kind;
  #infos: SegmentInfo[] = [];
  /** The least recently used first. */
  readonly #open = new Map<number, OpenFile>();

  constructor(files: FileSystem, dir: string, kind: Kind) {
    this.#files = files;
    this.#dir = dir;
    this.#kind = kind;
  }

  get infos(): readonly SegmentInfo[] {
    return this.#infos;
  }

  get first(): SegmentInfo | undefined {
    return this.#infos[0];
  }

  get last(): SegmentInfo | undefined {
    return this.#infos.at(-1);
  }

  pathOf(number: number): string {
    return join(this.#dir, segmentName(number));
  }

  /** Names of segments being prepared. */
  spares(): string[] {
    return this.#files.list(this.#dir).filter(isSpareName);
  }

  /**
   * Reads the header of every segment that is not known yet, and forgets those that are gone.
   * @throws StorageError `ERR_CORRUPT` for a header that does not hold and for a number missing between two others
   */
  scan(): void {
    const names = doing('list the directory', () => this.#files.list(this.#dir));
    const numbers = names.map(segmentNumber).filter((number) => number !== undefined);
    numbers.sort((a, b) => a - b);
    const known = new Map(this.#infos.map((info) => [info.number, info]));
    const infos: SegmentInfo[] = [];
    for (const number of numbers) {
      const previous = infos.at(-1);
      if (previous !== undefined && number !== previous.number + 1) {
        throw corrupt(previous.number + 1, 0, FILE_MISSING);
      }
      const info = known.get(number) ?? this.#readHeader(number);
      if (previous !== undefined && info.firstSeq < previous.firstSeq) {
        throw corrupt(number, 0, 'its header is not that of this segment');
      }
      infos.push(info);
    }
    for (const number of this.#open.keys()) if (!numbers.includes(number)) this.#closeFile(number);
    this.#infos = infos;
  }

  #readHeader(number: number): SegmentInfo {
    const file = doing(`open ${segmentName(number)}`, () => this.#files.open(this.pathOf(number), 'read'));
    try {
      const space = Buffer.alloc(SEGMENT_HEADER_BYTES);
      const [read, size] = doing(`read ${segmentName(number)}`, () => [
        readFully(file, space, 0),
        file.size(),
      ]);
      if (read < SEGMENT_HEADER_BYTES)
        throw corrupt(number, size, 'its file has not the length it was made with');
      return decodeSegmentHeader(space, number, this.#kind, size);
    } finally {
      file.close();
    }
  }

  /** A segment that was made just now. */
  add(info: SegmentInfo): void {
    this.#infos = [...this.#infos, info];
  }

  /** The segment that holds number `seq`, or would hold it. */
  indexOf(seq: number): number {
    let low = 0;
    for (let high = this.#infos.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((this.#infos[middle] as SegmentInfo).firstSeq <= seq) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /**
   * A file to read a segment; it may be closed at the next call for another one.
   * @returns undefined when it is no longer there
   */
  fileOf(number: number): OpenFile | undefined {
    const open = this.#open.get(number);
    if (open !== undefined) {
      this.#open.delete(number);
      this.#open.set(number, open);
      return open;
    }
    try {
      return this.#keep(number, this.#files.open(this.pathOf(number), 'read'));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw failed(`open ${segmentName(number)}`, error);
    }
  }

  #keep(number: number, file: OpenFile): OpenFile {
    for (const oldest of this.#open.keys()) {
      if (this.#open.size < OPEN_FILES) break;
      this.#closeFile(oldest);
    }
    this.#open.set(number, file);
    return file;
  }

  #closeFile(number: number): void {
    this.#open.get(number)?.close();
    this.#open.delete(number);
  }

  /** Unlinks the oldest; the directory's flush is the caller's. */
  dropFirst(): void {
    const first = this.#infos[0] as SegmentInfo;
    this.#files.unlink(this.pathOf(first.number));
    this.#infos = this.#infos.slice(1);
    this.#closeFile(first.number);
  }

  close(): void {
    for (const number of [...this.#open.keys()]) this.#closeFile(number);
  }
}
