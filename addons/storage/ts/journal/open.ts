import { dirname, join } from 'node:path';
import type { Recovery } from '../contract.ts';
import { type FileSystem, type OpenFile, systemCode } from '../files/file-system.ts';
import { corrupt, doing, FILE_MISSING, failed, locked, NOT_CONTINUED } from './failures.ts';
import type { Frame } from './frame.ts';
import { Journal, type JournalOptions, type WriterParts } from './journal.ts';
import { Reader } from './reader.ts';
import { endsClosed, examineTail, makeFirm, startOf, type Visit, walk, wasClosed } from './recovery.ts';
import { KIND, type Kind, type SegmentInfo, segmentInfo, segmentName } from './segment.ts';
import { Segments } from './segments.ts';
import { SpareSegments } from './spare.ts';
import { Tail } from './tail.ts';
import type { Position } from './window.ts';
import { readWriter, WriterFile, type WriterState } from './writer-file.ts';

/**
 * Opens or makes the log in `dir` and recovers it (FORMAT.md, Recovery). In a checkpoint store `visit` is called for every
 * frame in order, in an event log for none: that is replayed on demand.
 * @throws StorageError `ERR_LOCKED`, `ERR_CORRUPT`, `ERR_FORMAT_TOO_NEW`, `ERR_WRONG_KIND`, `ERR_NO_SPACE`, `ERR_NOT_FOUND`, `ERR_IO`
 */
export function openJournal(
  files: FileSystem,
  dir: string,
  kind: Kind,
  options: JournalOptions,
  visit?: Visit,
): Journal {
  const segments = new Segments(files, dir, kind);
  const framesToVisit = kind === KIND.checkpoints ? visit : undefined;
  if (options.readOnly) return openReader(files, dir, kind, options, segments, framesToVisit);
  const isNewDir = makeDirectory(files, dir);
  const release = takeLock(files, dir, options.lockWaitMs);
  const opened: { close(): void }[] = [segments];
  try {
    const { recovery, writer } = recover(
      files,
      dir,
      kind,
      options,
      segments,
      opened,
      isNewDir,
      framesToVisit,
    );
    return new Journal({ files, dir, options, segments, recovery, writer: { ...writer, release } });
  } catch (error) {
    for (const part of opened) part.close();
    release();
    throw failed('open the log', error);
  }
}

function openReader(
  files: FileSystem,
  dir: string,
  kind: Kind,
  options: JournalOptions,
  segments: Segments,
  visit: Visit | undefined,
): Journal {
  const reader = new Reader(files, dir, kind, segments, visit);
  try {
    reader.refresh();
  } catch (error) {
    segments.close();
    throw error;
  }
  const recovery: Recovery = { cutBytes: 0, cutSegment: 0, cutOffset: 0, wasClosed: reader.wasClosed };
  return new Journal({ files, dir, options, segments, recovery, reader });
}

/** Whether it was not there. */
function makeDirectory(files: FileSystem, dir: string): boolean {
  try {
    files.createDir(dir);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw failed('make the directory', error);
  }
}

function takeLock(files: FileSystem, dir: string, waitMs: number): () => void {
  try {
    const lock = files.lock(dir, waitMs);
    if (lock.held) return () => lock.release();
    throw locked(lock.pid ?? holderOf(files, dir));
  } catch (error) {
    throw failed('lock the directory', error);
  }
}

/** What `WRITER` says of who holds the lock: only of this start of the machine, a process id means nothing after another. */
function holderOf(files: FileSystem, dir: string): number | undefined {
  const writer = readWriter(files, dir);
  if (writer === undefined || writer.pid === 0) return undefined;
  return Buffer.compare(writer.bootId, files.bootId()) === 0 ? writer.pid : undefined;
}

interface Recovered {
  readonly recovery: Recovery;
  readonly writer: Omit<WriterParts, 'release'>;
}

function recover(
  files: FileSystem,
  dir: string,
  kind: Kind,
  options: JournalOptions,
  segments: Segments,
  opened: { close(): void }[],
  isNewDir: boolean,
  visit: Visit | undefined,
): Recovered {
  const spareNames = doing('list the directory', () => segments.spares());
  for (const name of spareNames) doing(`delete ${name}`, () => files.unlink(join(dir, name)));
  segments.scan();
  const spares = new SpareSegments(files, dir);
  opened.push(spares);
  const state = doing('read WRITER', () => readWriter(files, dir));
  const isNew = segments.last === undefined;
  if (isNew) makeFirst(files, dir, kind, options, segments, spares, state, isNewDir);
  const last = segments.last as SegmentInfo;
  const file = doing(`open ${segmentName(last.number)}`, () =>
    files.open(segments.pathOf(last.number), 'write'),
  );
  opened.push(file);
  if (!isNew) {
    // What is readable now may so far be in memory only, and what follows builds on it.
    doing(`flush ${segmentName(last.number)}`, () => file.syncData());
    doing('flush the directory', () => files.syncDir(dir));
  }
  const { end, lastFrame } = walkAll(segments, file, visit);
  const dirtyEnd = examineTail(file, last, end, state);
  const provenSeq = Math.max(lastFrame?.flushed ?? last.firstSeq, state?.flushed ?? 0);
  if (dirtyEnd > end.offset || lastUnproven(lastFrame, provenSeq)) {
    doing(`recover ${segmentName(last.number)}`, () => makeFirm(file, last, provenSeq, end, dirtyEnd));
  }
  const writerFile = doing('open WRITER', () => new WriterFile(files, dir));
  opened.push(writerFile);
  doing('write WRITER', () => writerFile.write(end.seq, end.seq));
  const tail = new Tail(last, file, end);
  const needsClose = lastFrame === undefined ? end.seq > 0 : !endsClosed(lastFrame);
  const cutBytes = dirtyEnd - end.offset;
  const recovery = {
    cutBytes,
    cutSegment: cutBytes > 0 ? last.number : 0,
    cutOffset: cutBytes > 0 ? end.offset : 0,
    wasClosed: isNew || wasClosed(lastFrame, state, end.seq),
  };
  return { recovery, writer: { tail, spares, writerFile, needsClose } };
}

function lastUnproven(last: Frame | undefined, provenSeq: number): boolean {
  return last !== undefined && last.seq >= provenSeq;
}

function makeFirst(
  files: FileSystem,
  dir: string,
  kind: Kind,
  options: JournalOptions,
  segments: Segments,
  spares: SpareSegments,
  state: WriterState | undefined,
  isNewDir: boolean,
): void {
  if (state !== undefined && state.flushed > 0) throw corrupt(0, 0, FILE_MISSING);
  syncParent(files, dir, isNewDir);
  const salt = files.random();
  const info = segmentInfo({ kind, number: 0, firstSeq: 0, salt, capacity: options.segmentBytes });
  doing(`make ${segmentName(0)}`, () => spares.make(info, segments.pathOf(0), () => {}).close());
  segments.add(info);
}

/**
 * The name of the directory must survive too. Whoever made it may have died before this, so it is done for every log that
 * has no segment yet; a parent that may not be read is not one that this user made the directory in.
 */
function syncParent(files: FileSystem, dir: string, isNewDir: boolean): void {
  try {
    files.syncDir(dirname(dir));
  } catch (error) {
    if (isNewDir || systemCode(error) !== 'EACCES') throw failed('flush the directory above', error);
  }
}

/** The last segment of an event log, all of a checkpoint store. `lastFile` is open for writing. */
function walkAll(
  segments: Segments,
  lastFile: OpenFile,
  visit: Visit | undefined,
): { end: Position; lastFrame: Frame | undefined } {
  const { infos } = segments;
  let lastFrame: Frame | undefined;
  for (let index = visit === undefined ? infos.length - 1 : 0; ; index += 1) {
    const segment = infos[index] as SegmentInfo;
    const following = infos[index + 1];
    const file = following === undefined ? lastFile : segments.fileOf(segment.number);
    if (file === undefined) throw corrupt(segment.number, 0, FILE_MISSING);
    const { next, last } = walk(file, segment, startOf(segment), visit);
    lastFrame = last ?? lastFrame;
    if (following === undefined) return { end: next, lastFrame };
    if (next.seq !== following.firstSeq) {
      throw corrupt(segment.number, next.offset, NOT_CONTINUED);
    }
  }
}
