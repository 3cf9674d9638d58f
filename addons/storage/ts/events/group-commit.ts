import { FRAME } from '../journal/frame.ts';
import type { Journal } from '../journal/journal.ts';
import { eventsBody } from './body.ts';

/** Events of one frame; a single larger one has a frame of its own. */
const FRAME_EVENT_BYTES = 2 ** 20;

interface Waiting {
  readonly bytes: Uint8Array;
  resolve(seq: number): void;
  reject(error: unknown): void;
}

/**
 * The queue of `appendAsync`: calls of one turn, and those made while a flush runs, share a frame and its flush. A synchronous
 * commit never waits for it: it writes everything that is queued itself, first.
 */
export class GroupCommit {
  readonly #journal: Journal;
  #queue: Waiting[] = [];
  #isRunning = false;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Events that have no number yet. */
  get queued(): number {
    return this.#queue.length;
  }

  /** `bytes` is kept as it is. */
  add(bytes: Uint8Array): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#queue.push({ bytes, resolve, reject });
    if (!this.#isRunning) {
      this.#isRunning = true;
      // After the code that runs now and every promise that is ready: they may have more to append.
      process.nextTick(() => void this.#run());
    }
    return promise;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#nextGroup();
      this.#queue = this.#queue.slice(group.length);
      try {
        settle(group, await this.#journal.commitAsync(FRAME.events, group.length, bodyOf(group)));
      } catch (error) {
        refuse(group, error);
      }
      // Those that were told just now may append again: one frame for them and for who waits already.
      await new Promise((resolve) => process.nextTick(resolve));
    }
    this.#isRunning = false;
  }

  /**
   * Writes what is queued and then, where given, `events` as one frame, with one flush for all; returns the number of the
   * first of `events`.
   */
  commitNow(events: readonly Uint8Array[]): number {
    const written: { group: Waiting[]; seq: number }[] = [];
    let seq = this.#journal.nextSeq;
    try {
      while (this.#queue.length > 0) {
        const group = this.#nextGroup();
        const first = this.#journal.append(FRAME.events, group.length, bodyOf(group));
        this.#queue = this.#queue.slice(group.length);
        written.push({ group, seq: first });
      }
      seq = this.#journal.nextSeq;
      if (events.length > 0) this.#journal.append(FRAME.events, events.length, eventsBody(events));
    } catch (error) {
      this.#acknowledgeAnyway(written);
      throw error;
    }
    this.#acknowledge(written);
    return seq;
  }

  /** Those that were written before another failed; its error is the one to be thrown. */
  #acknowledgeAnyway(written: readonly { group: Waiting[]; seq: number }[]): void {
    try {
      if (written.length > 0) this.#acknowledge(written);
    } catch {
      // Its calls were told, and the journal is poisoned.
    }
  }

  #acknowledge(written: readonly { group: Waiting[]; seq: number }[]): void {
    try {
      this.#journal.acknowledge();
    } catch (error) {
      for (const { group } of written) refuse(group, error);
      throw error;
    }
    for (const { group, seq } of written) settle(group, seq);
  }

  /** Nothing that is queued will be written. */
  refuseAll(error: unknown): void {
    refuse(this.#queue, error);
    this.#queue = [];
  }

  #nextGroup(): Waiting[] {
    let bytes = 0;
    const end = this.#queue.findIndex((waiting, index) => {
      bytes += waiting.bytes.length;
      return index > 0 && bytes > FRAME_EVENT_BYTES;
    });
    return end < 0 ? this.#queue : this.#queue.slice(0, end);
  }
}

function bodyOf(group: readonly Waiting[]): Uint8Array[] {
  return eventsBody(group.map((waiting) => waiting.bytes));
}

function settle(group: readonly Waiting[], seq: number): void {
  group.forEach((waiting, index) => {
    waiting.resolve(seq + index);
  });
}

function refuse(group: readonly Waiting[], error: unknown): void {
  for (const waiting of group) waiting.reject(error);
}
