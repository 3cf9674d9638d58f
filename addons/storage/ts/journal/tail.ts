import type { OpenFile } from '../files/file-system.ts';
import { writeFully, writeFullyAsync, writevFully } from '../files/fully.ts';
import { encodeFrameHeader, FRAME_HEADER_BYTES, type FrameKind, frameBytes } from './frame.ts';
import type { SegmentInfo } from './segment.ts';
import type { Position } from './window.ts';

/** Frames up to this length are put together in one reused buffer; longer ones go out as their parts. */
const SCRATCH_BYTES = 2 ** 18;

/** A frame whose place is taken and whose bytes may be on their way. */
export interface ReservedFrame {
  readonly bytes: Buffer;
  readonly file: OpenFile;
  readonly offset: number;
  readonly seq: number;
  readonly endSeq: number;
}

/** The end of the last segment: encodes frames and writes them behind one another. Knows nothing of acknowledging. */
export class Tail {
  /** Grows to what the largest frame so far needed. */
  #scratch = Buffer.alloc(4096);
  #segment: SegmentInfo;
  #file: OpenFile;
  #offset: number;
  /** Frames written asynchronously that nobody has seen arrive. */
  #reserved: ReservedFrame[] = [];
  #isDirty = false;
  nextSeq: number;
  flushedSeq: number;

  constructor(segment: SegmentInfo, file: OpenFile, at: Position) {
    this.#segment = segment;
    this.#file = file;
    this.#offset = at.offset;
    this.nextSeq = at.seq;
    this.flushedSeq = at.seq;
  }

  get segment(): SegmentInfo {
    return this.#segment;
  }

  get offset(): number {
    return this.#offset;
  }

  /** Something was written since the last flush. */
  get isDirty(): boolean {
    return this.#isDirty;
  }

  get hasReserved(): boolean {
    return this.#reserved.length > 0;
  }

  fits(bodyBytes: number): boolean {
    return this.#offset + FRAME_HEADER_BYTES + bodyBytes <= this.#segment.capacity;
  }

  /** Goes on in a new segment; the old one has been flushed. */
  moveTo(segment: SegmentInfo, file: OpenFile, offset: number): void {
    this.#file.close();
    this.#segment = segment;
    this.#file = file;
    this.#offset = offset;
  }

  /** One write of the whole frame. Returns the number of its first record. */
  write(kind: FrameKind, count: number, body: readonly Uint8Array[], bodyBytes: number): number {
    const seq = this.nextSeq;
    const total = frameBytes(bodyBytes);
    this.#isDirty = true;
    if (total <= SCRATCH_BYTES) {
      if (total > this.#scratch.length) this.#scratch = Buffer.alloc(Math.min(total * 2, SCRATCH_BYTES));
      this.#assemble(this.#scratch, kind, count, body, bodyBytes);
      writeFully(this.#file, this.#scratch.subarray(0, total), this.#offset);
    } else {
      const header = Buffer.alloc(FRAME_HEADER_BYTES);
      this.#encodeHeader(header, kind, count, body);
      const fill = Buffer.alloc(total - FRAME_HEADER_BYTES - bodyBytes);
      writevFully(this.#file, [header, ...body, fill], this.#offset);
    }
    this.#advance(total, count);
    return seq;
  }

  /** Takes the place of a frame and copies its bytes; `writeReserved` or `settle` writes it. */
  reserve(kind: FrameKind, count: number, body: readonly Uint8Array[], bodyBytes: number): ReservedFrame {
    const bytes = Buffer.allocUnsafeSlow(frameBytes(bodyBytes));
    this.#assemble(bytes, kind, count, body, bodyBytes);
    const seq = this.nextSeq;
    const frame = { bytes, file: this.#file, offset: this.#offset, seq, endSeq: seq + count };
    this.#advance(bytes.length, count);
    this.#reserved.push(frame);
    return frame;
  }

  async writeReserved(frame: ReservedFrame, flush: boolean): Promise<void> {
    await writeFullyAsync(frame.file, frame.bytes, frame.offset);
    if (!this.#reserved.includes(frame)) return;
    this.#isDirty = true;
    if (flush) await frame.file.syncDataAsync();
  }

  /** Its bytes have arrived. Whether they were still waited for. */
  arrived(frame: ReservedFrame, flushed: boolean): boolean {
    if (!this.#reserved.includes(frame)) return false;
    this.#reserved = this.#reserved.filter((other) => other !== frame);
    if (!flushed) return true;
    this.flushedSeq = Math.max(this.flushedSeq, frame.endSeq);
    if (this.flushedSeq === this.nextSeq) this.#isDirty = false;
    return true;
  }

  /**
   * Writes again what may still be on its way, so that nobody has to wait for it: the same bytes at the same places, in
   * whatever order the two writes arrive.
   */
  settle(): void {
    for (const { file, bytes, offset } of this.#reserved) {
      this.#isDirty = true;
      writeFully(file, bytes, offset);
    }
    this.#reserved = [];
  }

  /** Everything written so far survives a power cut when this returns. */
  sync(): void {
    this.#file.syncData();
    this.#isDirty = false;
    this.flushedSeq = this.nextSeq;
  }

  close(): void {
    this.#file.close();
  }

  #advance(bytes: number, count: number): void {
    this.#offset += bytes;
    this.nextSeq += count;
  }

  #encodeHeader(target: Buffer, kind: FrameKind, count: number, body: readonly Uint8Array[]): void {
    const fields = { kind, count, seq: this.nextSeq, flushed: this.flushedSeq };
    encodeFrameHeader(target, fields, body, this.#segment.saltCrc);
  }

  #assemble(
    target: Buffer,
    kind: FrameKind,
    count: number,
    body: readonly Uint8Array[],
    bodyBytes: number,
  ): void {
    let end = FRAME_HEADER_BYTES;
    for (const part of body) {
      target.set(part, end);
      end += part.length;
    }
    target.fill(0, end, frameBytes(bodyBytes));
    // From the copy: the CRC is right even when another thread changes the caller's memory meanwhile.
    this.#encodeHeader(target, kind, count, [target.subarray(FRAME_HEADER_BYTES, end)]);
  }
}
