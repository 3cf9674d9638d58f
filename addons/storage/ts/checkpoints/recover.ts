import type { FileSystem } from '../files/file-system.ts';
import { corrupt } from '../journal/failures.ts';
import { FRAME, FRAME_HEADER_BYTES, type Frame } from '../journal/frame.ts';
import type { Journal, JournalOptions } from '../journal/journal.ts';
import { openJournal } from '../journal/open.ts';
import { KIND, type SegmentInfo } from '../journal/segment.ts';
import { ChunkIndex } from './chunk-index.ts';
import { BodyError, decodeManifest, decodeRemoval, type Manifest } from './manifest.ts';

/** The latest manifest of each id that no later removal names. */
export type Latest = Map<string, Manifest>;

/** Takes over what one frame says. @throws StorageError `ERR_CORRUPT` */
export function visit(latest: Latest, segment: number, frame: Frame, body: Buffer): void {
  const bodyOffset = frame.offset + FRAME_HEADER_BYTES;
  const name = frame.kind === FRAME.removal ? 'removal' : 'checkpoint';
  try {
    if (frame.kind === FRAME.checkpoint) {
      const { id, manifest } = decodeManifest(body, { segment, bodyOffset, seq: frame.seq });
      latest.set(id, manifest);
    } else if (frame.kind === FRAME.removal) {
      for (const id of decodeRemoval(body)) latest.delete(id);
    }
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    throw corrupt(segment, bodyOffset, `the ${name} there ${error.message}`);
  }
}

export interface Recovered {
  readonly journal: Journal;
  readonly latest: Latest;
}

/** Opens the journal and reads every frame. */
export function recover(files: FileSystem, dir: string, options: JournalOptions): Recovered {
  const latest: Latest = new Map();
  const onFrame = (segment: SegmentInfo, frame: Frame, body: Buffer) =>
    visit(latest, segment.number, frame, body);
  const journal = openJournal(files, dir, KIND.checkpoints, options, onFrame);
  return { journal, latest };
}

/** The index of what is stored. @throws StorageError `ERR_CORRUPT` where a checkpoint refers to what is not there */
export function indexOf(journal: Journal, latest: Latest): ChunkIndex {
  const index = new ChunkIndex();
  for (const [id, manifest] of latest) {
    checkReferences(journal, manifest);
    index.insert(id, manifest);
  }
  return index;
}

/** Every chunk must lie in a segment that is there. (A manifest that was replaced may refer to one that is gone.) */
function checkReferences(journal: Journal, { chunks }: Manifest): void {
  const segments = journal.segments();
  const first = segments[0]?.number ?? 0;
  for (const { segment, offset, length } of chunks) {
    const info = segments[segment - first];
    if (info === undefined || offset + length > info.capacity) {
      throw corrupt(segment, offset, 'a checkpoint refers to bytes that are not there');
    }
  }
}
