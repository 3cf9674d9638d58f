import type { EventChunk, LogEvent } from '../contract.ts';
import { corrupt, NOT_CONTINUED, prunedMeanwhile } from '../journal/failures.ts';
import { FRAME, FRAME_HEADER_BYTES } from '../journal/frame.ts';
import type { Journal } from '../journal/journal.ts';
import { startOf } from '../journal/recovery.ts';
import type { SegmentInfo } from '../journal/segment.ts';
import { type Bounds, type Position, readWindow, type Window } from '../journal/window.ts';
import { addRanges } from './body.ts';

/** A reader may meet a frame that was acknowledged while it looked. */
const ATTEMPTS = 5;
const PAUSE_MS = 2;

/**
 * The events from `from` up to `limit`, a window of about 1 MiB at a time. Segments that are there now are read, whatever is
 * added later.
 * @throws StorageError `ERR_CORRUPT` where the walk ends before it may, `ERR_PRUNED` when a segment went away meanwhile
 */
export function* readChunks(journal: Journal, from: number, limit: number): Generator<EventChunk, void> {
  const { infos } = journal.segmentFiles;
  const bounds = { from, limit };
  let index = journal.segmentFiles.indexOf(from);
  for (let reached = from; reached < limit; index += 1) {
    const segment = infos[index] as SegmentInfo;
    const following = infos[index + 1];
    const must = Math.min(following?.firstSeq ?? limit, limit);
    let at = startOf(segment);
    let window: Window;
    do {
      window = readNext(journal, segment, at, bounds, must);
      at = window.next;
      const chunk = chunkOf(window, segment, from);
      if (chunk !== undefined) yield chunk;
    } while (!window.ended);
    if (at.seq !== must) {
      const isCutOff = following !== undefined && !window.bodyIsDamaged && at.seq >= from;
      throw corrupt(
        segment.number,
        at.offset,
        isCutOff ? NOT_CONTINUED : 'what was acknowledged is not there',
      );
    }
    reached = must;
  }
}

function readNext(
  journal: Journal,
  segment: SegmentInfo,
  at: Position,
  bounds: Bounds,
  must: number,
): Window {
  for (let attempt = 1; ; attempt += 1) {
    journal.checkOpen();
    const file = journal.segmentFiles.fileOf(segment.number);
    if (file === undefined) throw prunedMeanwhile(at.seq);
    const window = readWindow(file, segment, at, bounds);
    const mayBeInFlight = journal.isReader && window.ended && window.next.seq < must;
    if (!mayBeInFlight || attempt === ATTEMPTS) return window;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
  }
}

function chunkOf(window: Window, segment: SegmentInfo, from: number): EventChunk | undefined {
  const ranges: number[] = [];
  let firstSeq: number | undefined;
  for (const frame of window.frames) {
    if (frame.kind !== FRAME.events) continue;
    const body = frame.offset - window.start + FRAME_HEADER_BYTES;
    const first = Math.max(0, from - frame.seq);
    addRanges(ranges, window.buffer, body, frame, segment.number, first);
    firstSeq ??= frame.seq + first;
  }
  if (firstSeq === undefined) return undefined;
  return { firstSeq, count: ranges.length / 2, buffer: window.buffer, ranges: Uint32Array.from(ranges) };
}

export function* eventsOf(chunks: Iterable<EventChunk>): Generator<LogEvent, void> {
  for (const { firstSeq, count, buffer, ranges } of chunks) {
    for (let index = 0; index < count; index += 1) {
      const start = ranges[index * 2] as number;
      const bytes = buffer.subarray(start, start + (ranges[index * 2 + 1] as number));
      yield { seq: firstSeq + index, bytes };
    }
  }
}
