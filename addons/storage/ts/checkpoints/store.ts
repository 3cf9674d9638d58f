import { type CheckedOptions, checkBytes, checkSignal, checkSize } from '../arguments.ts';
import type { CheckpointInfo, Checkpoints, Recovery, SavedCheckpoint, SignalOptions } from '../contract.ts';
import type { FileSystem } from '../files/file-system.ts';
import { readOnly } from '../journal/failures.ts';
import type { Journal } from '../journal/journal.ts';
import { checkCheckpointId, checkKeep } from './arguments.ts';
import { CheckpointCore } from './core.ts';
import { Jobs } from './jobs.ts';
import { indexOf, type Latest, recover } from './recover.ts';

/** A writer that gives space back drops segments under a reader; looking again finds what was moved. */
const ATTEMPTS = 5;

/** Opens the checkpoint store in `dir`, an absolute path, with options that were checked. Reads all of it. */
export function openCheckpointsOn(files: FileSystem, dir: string, options: CheckedOptions): Checkpoints {
  for (let attempt = 1; ; attempt += 1) {
    const { journal, latest } = recover(files, dir, options);
    try {
      const core = new CheckpointCore(journal, indexOf(journal, latest), options.segmentBytes);
      return new JournalCheckpoints(core, latest, options);
    } catch (error) {
      journal.close();
      if (!options.readOnly || attempt === ATTEMPTS) throw error;
    }
  }
}

/** A checkpoint store on a journal. A reader looks at every call whether the writer has gone on. */
class JournalCheckpoints implements Checkpoints {
  readonly #core: CheckpointCore;
  readonly #journal: Journal;
  /** A reader's: its journal goes on filling it. */
  readonly #latest: Latest;
  #seenSeq: number;
  readonly #options: CheckedOptions;
  readonly #jobs = new Jobs();

  constructor(core: CheckpointCore, latest: Latest, options: CheckedOptions) {
    this.#core = core;
    this.#journal = core.journal;
    this.#latest = latest;
    this.#seenSeq = core.journal.nextSeq;
    this.#options = options;
    if (!options.readOnly) latest.clear();
  }

  get dir(): string {
    return this.#journal.dir;
  }

  get recovery(): Recovery {
    return this.#journal.recovery;
  }

  save(id: string, bytes: Uint8Array): SavedCheckpoint {
    const content = this.#checkSave(id, bytes);
    this.#jobs.drain();
    this.#checkWritable();
    return finish(this.#core.save(id, content));
  }

  async saveAsync(id: string, bytes: Uint8Array, options?: SignalOptions): Promise<SavedCheckpoint> {
    const content = this.#checkSave(id, bytes);
    const signal = checkSignal(options);
    this.#checkWritable();
    // A copy: what happens to the caller's buffer meanwhile must not end up under a checksum of something else.
    const copy = Buffer.allocUnsafeSlow(content.length);
    copy.set(content);
    return this.#jobs.run(() => this.#core.save(id, copy), signal);
  }

  load(id: string): Buffer {
    checkCheckpointId(id);
    this.#jobs.drain();
    return finish(this.#load(id));
  }

  async loadAsync(id: string, options?: SignalOptions): Promise<Buffer> {
    checkCheckpointId(id);
    const signal = checkSignal(options);
    this.#journal.checkOpen();
    return this.#jobs.run(() => this.#load(id), signal);
  }

  list(): CheckpointInfo[] {
    this.#jobs.drain();
    this.#refresh();
    return this.#core.index.sorted().map(([id, { seq, bytes }]) => ({ id, seq, bytes }));
  }

  remove(id: string): boolean {
    checkCheckpointId(id);
    this.#jobs.drain();
    this.#checkWritable();
    return this.#core.remove(id);
  }

  prune(keep: number): string[] {
    checkKeep(keep);
    this.#jobs.drain();
    this.#checkWritable();
    return this.#core.prune(keep);
  }

  flush(): void {
    this.#jobs.drain();
    this.#checkWritable();
    if (this.#journal.flushedSeq < this.#journal.nextSeq) this.#journal.flush();
  }

  close(): void {
    this.#jobs.drain();
    this.#journal.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  *#load(id: string): Generator<void, Buffer> {
    this.#refresh();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return yield* this.#core.load(id);
      } catch (error) {
        const mayHaveMoved = this.#options.readOnly && (error as { code?: unknown }).code === 'ERR_CORRUPT';
        if (!mayHaveMoved || attempt === ATTEMPTS) throw error;
        this.#refresh();
      }
    }
  }

  /** Errors of a handle that is closed or poisoned. A reader takes over what the writer has done since. */
  #refresh(): void {
    this.#journal.checkOpen();
    if (!this.#options.readOnly) return;
    this.#journal.refresh();
    if (this.#journal.nextSeq === this.#seenSeq) return;
    // Everything live was written again before its segment went, so what stands in front was removed or replaced meanwhile.
    const first = this.#journal.segments()[0]?.number ?? 0;
    for (const [id, { home }] of this.#latest) if (home < first) this.#latest.delete(id);
    this.#core.index = indexOf(this.#journal, this.#latest);
    this.#seenSeq = this.#journal.nextSeq;
  }

  #checkSave(id: unknown, bytes: unknown): Uint8Array {
    checkCheckpointId(id);
    const content = checkBytes('bytes', bytes);
    checkSize('checkpoint', content.length, this.#options.maxBytes);
    return content;
  }

  #checkWritable(): void {
    this.#journal.checkOpen();
    if (this.#journal.isReader) throw readOnly();
  }
}

/** Takes all steps at once. */
function finish<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
