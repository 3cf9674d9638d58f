import { type CheckedOptions, checkEvent, checkEvents, checkSeq } from '../arguments.ts';
import type { EventChunk, EventLog, LogEvent, Recovery } from '../contract.ts';
import type { FileSystem } from '../files/file-system.ts';
import { pruned, readOnly } from '../journal/failures.ts';
import { FRAME } from '../journal/frame.ts';
import type { Journal } from '../journal/journal.ts';
import { openJournal } from '../journal/open.ts';
import { KIND } from '../journal/segment.ts';
import { eventsBody } from './body.ts';
import { GroupCommit } from './group-commit.ts';
import { eventsOf, readChunks } from './replay.ts';

/** Opens the event log in `dir`, an absolute path, with options that were checked. */
export function openEventLogOn(files: FileSystem, dir: string, options: CheckedOptions): EventLog {
  return new JournalEventLog(openJournal(files, dir, KIND.events, options), options.maxBytes);
}

/** An event log on a journal. */
class JournalEventLog implements EventLog {
  readonly #journal: Journal;
  readonly #group: GroupCommit;
  readonly #maxBytes: number;

  constructor(journal: Journal, maxBytes: number) {
    this.#journal = journal;
    this.#group = new GroupCommit(journal);
    this.#maxBytes = maxBytes;
  }

  get dir(): string {
    return this.#journal.dir;
  }

  get firstSeq(): number {
    return this.#journal.firstSeq;
  }

  get nextSeq(): number {
    return this.#journal.nextSeq + this.#group.queued;
  }

  get flushedSeq(): number {
    return this.#journal.flushedSeq;
  }

  get recovery(): Recovery {
    return this.#journal.recovery;
  }

  append(event: Uint8Array | string): number {
    const bytes = checkEvent('event', event, this.#maxBytes);
    this.#checkWritable();
    return this.#commit([bytes]);
  }

  appendBatch(events: readonly (Uint8Array | string)[]): number {
    const checked = checkEvents(events, this.#maxBytes);
    this.#checkWritable();
    return checked.length === 0 ? this.nextSeq : this.#commit(checked);
  }

  #commit(events: readonly Uint8Array[]): number {
    if (this.#group.queued > 0) return this.#group.commitNow(events);
    return this.#journal.commit(FRAME.events, events.length, eventsBody(events));
  }

  async appendAsync(event: Uint8Array | string): Promise<number> {
    const bytes = checkEvent('event', event, this.#maxBytes);
    this.#checkWritable();
    return this.#group.add(typeof event === 'string' ? bytes : new Uint8Array(bytes));
  }

  flush(): void {
    this.#checkWritable();
    if (this.#journal.flushedSeq < this.#journal.nextSeq) this.#journal.flush();
  }

  replay(from?: number): IterableIterator<LogEvent> {
    return eventsOf(this.replayChunks(from));
  }

  replayChunks(from?: number): IterableIterator<EventChunk> {
    const given = from === undefined ? undefined : checkSeq('from', from);
    this.#journal.refresh();
    const start = given ?? this.#journal.firstSeq;
    if (start < this.#journal.firstSeq) throw pruned(start, this.#journal.firstSeq);
    return readChunks(this.#journal, start, this.#journal.acknowledgedSeq);
  }

  prune(before: number): number {
    const seq = checkSeq('before', before);
    this.#checkWritable();
    for (;;) {
      const second = this.#journal.segments()[1];
      if (second === undefined || second.firstSeq > seq) return this.#journal.firstSeq;
      this.#journal.dropOldest();
    }
  }

  close(): void {
    try {
      if (this.#group.queued > 0) this.#group.commitNow([]);
    } catch (error) {
      this.#group.refuseAll(error);
      // What poisoned the log was told where it happened.
      if ((error as { code?: unknown }).code !== 'ERR_POISONED') throw error;
    } finally {
      this.#journal.close();
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #checkWritable(): void {
    this.#journal.checkOpen();
    if (this.#journal.isReader) throw readOnly();
  }
}
