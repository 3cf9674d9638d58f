import { openEventLogOn } from '../events/log.ts';
import { salvageEventsOn } from '../events/salvage.ts';
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
  let damaged = 0;
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
  for (let at = 0; at < content.length; at += step) {
    const bytes = Buffer.from(content);
    bytes[at] = (bytes[at] as number) ^ (1 << (at % 8));
    const withSalvage = at % (61 * step) === 0;
    checkDamaged(disk, path, bytes, events, `${path}, byte ${at}`, withSalvage);
    checkDamaged(disk, path, content.subarray(0, at), events, `${path}, cut to ${at}`, withSalvage);
  }
  return 2 * Math.ceil(content.length / step);
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
): void {
  const image = disk.afterProcessCrash();
  image.put(path, bytes);
  const seen: Buffer[] = [];
  let corrupt = false;
  try {
    const log = openEventLogOn(image, LOG_DIR, OPTIONS);
    for (const { bytes: event } of log.replay()) seen.push(Buffer.from(event));
  } catch (error) {
    const { code, segment, offset } = error as { code?: string; segment?: number; offset?: number };
    if (code !== 'ERR_CORRUPT' || segment === undefined || offset === undefined) throw error;
    corrupt = true;
  }
  seen.forEach((event, seq) => {
    if (!event.equals(events[seq] as Buffer)) throw new Violation(`${where}: event ${seq} is wrong`);
  });
  if (!corrupt && seen.length < events.length) {
    throw new Violation(`${where}: ${events.length - seen.length} events are gone without a word`);
  }
  if (corrupt && withSalvage) checkSalvage(image, events, where);
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
