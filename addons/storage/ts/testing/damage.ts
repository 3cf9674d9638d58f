import type { EventLog } from '../contract.ts';
import { openEventLogOn } from '../events/log.ts';
import { salvageEventsOn } from '../events/salvage.ts';
import { FRAME_HEADER_BYTES } from '../journal/frame.ts';
import { SEGMENT_HEADER_BYTES } from '../journal/segment.ts';
import { eventOf, LOG_DIR, OPTIONS, Violation } from './crash-checker.ts';
import { SimulatedDisk } from './simulated/disk.ts';

/** A log of 64 KiB; `closed` in order or left as a killed writer leaves it. */
export function sampleLog(closed: boolean, segmentBytes = 8192): { disk: SimulatedDisk; events: Buffer[] } {
  const disk = new SimulatedDisk(5);
  const log = openEventLogOn(disk, LOG_DIR, { ...OPTIONS, segmentBytes });
  const events: Buffer[] = [];
  for (let seq = 0; seq < 72; seq += 1) {
    const event = eventOf(seq, 40 + ((seq * 397) % 1500));
    log.append(event);
    events.push(event);
  }
  if (closed) log.close();
  // The same boot: WRITER is believed. Nothing is on its way any more.
  disk.settle();
  return { disk: disk.afterProcessCrash(), events };
}

/** Paths of the segments of a disk, in order. */
export function segmentPaths(disk: SimulatedDisk): string[] {
  const names = disk.list(LOG_DIR).filter((name) => name.endsWith('.seg'));
  return names.sort().map((name) => `${LOG_DIR}/${name}`);
}

/**
 * Every `step`th byte is changed, and the file is cut there: in a log of one segment and in one of several, closed and not.
 * Returns the number of damaged files.
 */
export function checkDamage(step: number): number {
  let damaged = checkMisplacedFrame() + checkWithoutWriter(step) + checkDamagedClose();
  for (const closed of [true, false]) {
    for (const segmentBytes of [8192, 65_536]) {
      const { disk, events } = sampleLog(closed, segmentBytes);
      for (const path of segmentPaths(disk)) damaged += checkSegmentDamage(disk, path, events, step);
      damaged += checkWriterDamage(disk, events) + checkMissingSegments(disk, events);
    }
  }
  return damaged;
}

/** Byte flips and cuts at every `step`th byte of one segment. */
export function checkSegmentDamage(
  disk: SimulatedDisk,
  path: string,
  events: readonly Buffer[],
  step: number,
): number {
  const content = disk.contentOf(path);
  let damaged = 0;
  // Every byte of the header, whatever the step: salvage must do without any of them.
  for (let at = 0; at < content.length; at += at < SEGMENT_HEADER_BYTES ? 1 : step) {
    damaged += 2;
    const bytes = Buffer.from(content);
    bytes[at] = (bytes[at] as number) ^ (1 << (at % 8));
    const withSalvage = at < SEGMENT_HEADER_BYTES ? at % 16 === 1 : at % (61 * step) === 0;
    const { code } = checkDamaged(disk, path, bytes, events, `${path}, byte ${at}`, withSalvage);
    // No byte of a header is without meaning, not even one that is always 0.
    if (at < SEGMENT_HEADER_BYTES && code !== 'ERR_CORRUPT')
      throw new Violation(`${path}, byte ${at}: ${code}`);
    const cut = checkDamaged(
      disk,
      path,
      content.subarray(0, at),
      events,
      `${path}, cut to ${at}`,
      withSalvage,
    );
    if (cut.code !== 'ERR_CORRUPT') throw new Violation(`${path}, cut to ${at}: ${cut.code}`);
  }
  return damaged;
}

function checkWriterDamage(disk: SimulatedDisk, events: readonly Buffer[]): number {
  const path = `${LOG_DIR}/WRITER`;
  const content = disk.contentOf(path);
  for (let at = 0; at < content.length; at += 1) {
    const bytes = Buffer.from(content);
    bytes[at] = (bytes[at] as number) ^ 0x10;
    const image = disk.afterProcessCrash();
    image.put(path, bytes);
    const log = openEventLogOn(image, LOG_DIR, OPTIONS);
    if ([...log.replay()].length !== events.length)
      throw new Violation(`a damaged WRITER (byte ${at}) lost events`);
  }
  return content.length;
}

/** Without its oldest segment a log looks pruned; without any other it is damaged. */
function checkMissingSegments(disk: SimulatedDisk, events: readonly Buffer[]): number {
  const paths = segmentPaths(disk).slice(1);
  for (const path of paths) {
    const image = disk.afterProcessCrash();
    image.unlink(path);
    let code: unknown;
    try {
      openEventLogOn(image, LOG_DIR, OPTIONS);
    } catch (error) {
      code = (error as { code?: unknown }).code;
    }
    if (code !== 'ERR_CORRUPT') throw new Violation(`without ${path} it opens`);
    checkSalvage(image, events, `without ${path}`);
  }
  return paths.length;
}

/**
 * Whatever was damaged: the events are all there, or it is said where they are not; none is wrong. And what salvage copies
 * and what it calls lost add up.
 */
function checkDamaged(
  disk: SimulatedDisk,
  path: string,
  bytes: Buffer,
  events: readonly Buffer[],
  where: string,
  withSalvage: boolean,
): { code: string | undefined } {
  const image = disk.afterProcessCrash();
  image.put(path, bytes);
  const seen: Buffer[] = [];
  let code: string | undefined;
  try {
    const log = openEventLogOn(image, LOG_DIR, OPTIONS);
    for (const event of log.replay()) seen.push(event.bytes);
  } catch (error) {
    const { segment, offset } = error as { segment?: number; offset?: number };
    code = (error as { code?: string }).code;
    if (code !== 'ERR_CORRUPT' || segment === undefined || offset === undefined) throw error;
  }
  seen.forEach((event, seq) => {
    if (!event.equals(events[seq] as Buffer)) throw new Violation(`${where}: event ${seq} is wrong`);
  });
  if (code === undefined && seen.length < events.length) {
    throw new Violation(`${where}: ${events.length - seen.length} events are gone without a word`);
  }
  if (code !== undefined && withSalvage) checkSalvage(image, events, where);
  return { code };
}

/** What follows a damaged place proves that it was flushed, also where WRITER is gone: in two sessions, each closed in order. */
function checkWithoutWriter(step: number): number {
  const disk = new SimulatedDisk(5);
  const events: Buffer[] = [];
  for (let session = 0; session < 2; session += 1) {
    const log = openEventLogOn(disk, LOG_DIR, { ...OPTIONS, segmentBytes: 8192 });
    for (let count = 0; count < 5; count += 1) {
      const event = eventOf(events.length, 300 + count);
      log.append(event);
      events.push(event);
    }
    log.close();
  }
  disk.unlink(`${LOG_DIR}/WRITER`);
  const [path] = segmentPaths(disk) as [string];
  const content = disk.contentOf(path);
  // Every field of a frame's header, and so of the first close, whatever the step.
  const places = Array.from({ length: content.length }, (_, at) => at).filter(
    (at) => at % step === 0 || at % 8 === 0,
  );
  for (const at of places) {
    const bytes = Buffer.from(content);
    bytes[at] = (bytes[at] as number) ^ 0x40;
    checkDamaged(disk, path, bytes, events, `without WRITER, byte ${at}`, false);
  }
  return places.length;
}

/** A close frame takes no number: one single record behind it must not be cut with it. */
function checkDamagedClose(): number {
  const disk = new SimulatedDisk(5);
  openAndAppend(disk, 'before').close();
  openAndAppend(disk, 'behind');
  disk.unlink(`${LOG_DIR}/WRITER`);
  const [path] = segmentPaths(disk) as [string];
  const content = disk.contentOf(path);
  const events = [Buffer.from('before'), Buffer.from('behind')];
  // The first frame has 40 + 4 + 6 bytes, filled up to 56.
  for (let at = 64 + 56; at < 64 + 56 + FRAME_HEADER_BYTES; at += 1) {
    const bytes = Buffer.from(content);
    bytes[at] = (bytes[at] as number) ^ 0x40;
    checkDamaged(disk, path, bytes, events, `damaged close, byte ${at}`, false);
  }
  return FRAME_HEADER_BYTES;
}

function openAndAppend(disk: SimulatedDisk, event: string): EventLog {
  const image = openEventLogOn(disk, LOG_DIR, OPTIONS);
  image.append(event);
  return image;
}

/** A block that was written to the wrong place of its own file: a frame that verifies, but is not the one expected there. */
function checkMisplacedFrame(): number {
  const disk = new SimulatedDisk(5);
  const log = openEventLogOn(disk, LOG_DIR, OPTIONS);
  // Frames of 512 bytes.
  const events = Array.from({ length: 6 }, (_, seq) => eventOf(seq, 512 - FRAME_HEADER_BYTES - 4));
  for (const event of events) log.append(event);
  log.close();
  const [path] = segmentPaths(disk) as [string];
  const bytes = disk.contentOf(path);
  bytes.copyWithin(64 + 4 * 512, 64 + 512, 64 + 2 * 512);
  const { code } = checkDamaged(disk, path, bytes, events, 'a misplaced frame', true);
  if (code !== 'ERR_CORRUPT') throw new Violation('a misplaced frame was taken');
  return 1;
}

function checkSalvage(disk: SimulatedDisk, events: readonly Buffer[], where: string): void {
  const report = salvageEventsOn(disk, LOG_DIR, '/saved');
  const gone = new Set<number>();
  for (const { fromSeq, toSeq } of report.lost) {
    for (let seq = fromSeq; seq < (toSeq ?? events.length); seq += 1) gone.add(seq);
  }
  const expected = events.filter((_, seq) => !gone.has(seq));
  const log = openEventLogOn(disk, '/saved', OPTIONS);
  const saved = [...log.replay()].map(({ bytes }) => bytes);
  if (
    saved.length !== expected.length ||
    !saved.every((event, index) => event.equals(expected[index] as Buffer))
  ) {
    throw new Violation(
      `${where}: salvage saved ${saved.length} of ${expected.length}, lost ${JSON.stringify(report.lost)}`,
    );
  }
}
