import { join } from 'node:path';
import { type FileSystem, type OpenFile, systemCode } from '../files/file-system.ts';
import { writeFully, writeFullyAsync } from '../files/fully.ts';
import { overwriteWithZeros } from './recovery.ts';
import { encodeSegmentHeader, type SegmentHeader, spareName } from './segment.ts';

const BLOCK_BYTES = 2 ** 18;
const ZEROS = Buffer.alloc(BLOCK_BYTES);

/** A file full of flushed zeros: only its header and its name are missing for a segment. */
interface Spare {
  readonly path: string;
  readonly file: OpenFile;
  readonly capacity: number;
}

/** Makes segments, and prepares one ahead so that changing over costs two flushes of next to nothing. */
export class SpareSegments {
  readonly #files: FileSystem;
  readonly #dir: string;
  #ready: Spare | undefined;
  #preparing = false;
  /** The one being prepared. */
  #filling: Spare | undefined;
  #closed = false;

  constructor(files: FileSystem, dir: string) {
    this.#files = files;
    this.#dir = dir;
  }

  /** Fills a spare in the background unless there is one; a failure only means that the next one is made when needed. */
  prepare(capacity: number): void {
    if (this.#preparing || this.#closed || this.#ready?.capacity === capacity) return;
    this.#preparing = true;
    void this.#fill(capacity).finally(() => {
      this.#preparing = false;
    });
  }

  async #fill(capacity: number): Promise<void> {
    let spare: Spare | undefined;
    try {
      spare = this.#create(capacity);
      this.#filling = spare;
      for (let offset = 0; offset < capacity && !this.#closed; offset += BLOCK_BYTES) {
        const block = ZEROS.subarray(0, Math.min(BLOCK_BYTES, capacity - offset));
        await writeFullyAsync(spare.file, block, offset);
        // Piece by piece: a flush of the log beside it would wait for all of it.
        await spare.file.syncDataAsync();
      }
    } catch {
      if (spare !== undefined && !this.#closed) this.#discard(spare);
      return;
    } finally {
      this.#filling = undefined;
    }
    if (this.#closed) return;
    if (this.#ready !== undefined) this.#discard(spare);
    else this.#ready = spare;
  }

  #create(capacity: number): Spare {
    const path = join(this.#dir, spareName(this.#files.random()));
    return { path, file: this.#files.create(path), capacity };
  }

  /**
   * A new segment under the name `path`, on disk when this returns. Before its name is given nothing is lost by a failure:
   * the spare is removed. `named` is called before the first step whose failure leaves it open what is on disk.
   */
  make(header: SegmentHeader, path: string, named: () => void): OpenFile {
    const spare = this.#take(header.capacity);
    try {
      writeFully(spare.file, encodeSegmentHeader(header), 0);
      spare.file.syncAll();
      this.#files.rename(spare.path, path);
    } catch (error) {
      // A rename may fail and still have happened: then the old name is gone.
      if (!this.#discard(spare)) named();
      throw error;
    }
    named();
    this.#files.syncDir(this.#dir);
    return spare.file;
  }

  #take(capacity: number): Spare {
    const ready = this.#ready;
    if (ready?.capacity === capacity) {
      this.#ready = undefined;
      return ready;
    }
    const spare = this.#create(capacity);
    try {
      // Flushed together with the header.
      overwriteWithZeros(spare.file, 0, capacity);
      return spare;
    } catch (error) {
      this.#discard(spare);
      throw error;
    }
  }

  /** Whether its name was removed; what cannot be removed now is removed by the next open. */
  #discard(spare: Spare): boolean {
    spare.file.close();
    try {
      this.#files.unlink(spare.path);
      return true;
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      return false;
    }
  }

  /** A call that is under way keeps its file open until it is done. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const spare of [this.#ready, this.#filling]) if (spare !== undefined) this.#discard(spare);
    this.#ready = undefined;
  }
}
