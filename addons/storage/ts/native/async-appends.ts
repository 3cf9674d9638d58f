import type { NativeEventLog } from '../binding.d.ts';
import { asStorageError } from './errors.ts';

/** Bytes of events that wait here before they go to the binding at once. */
const MOST_BYTES = 2 ** 20;
const FIRST_BYTES = 2 ** 16;
/**
 * After so many commits on this thread one goes to another, whose end comes through the event loop: callers that append again as soon
 * as they are told would else keep timers and input waiting for ever.
 */
const MOST_QUICK = 16;

interface Waiting {
  /** Its event's number, once the binding has given it one. */
  seq: number;
  resolve(seq: number): void;
  reject(error: Error): void;
}

/**
 * Those who wait for queued events. Events of one turn are copied into one buffer, which goes to the binding's queue with a single
 * call: a call each would cost more than the flush they share. One commit at a time takes everything that was queued when
 * it began.
 */
export class AsyncAppends {
  readonly #log: NativeEventLog;
  #bytes: Uint8Array = new Uint8Array(0);
  #used = 0;
  #lengths: number[] = [];
  /** Those whose events are still in `#bytes`. */
  #collected: Waiting[] = [];
  /** Those whose events are in the binding's queue, in its order. Numbers may repeat: those of a commit that failed are given again. */
  #queued: Waiting[] = [];
  #isDraining = false;
  #quickLeft = MOST_QUICK;

  constructor(log: NativeEventLog) {
    this.#log = log;
  }

  add(event: Uint8Array): Promise<number> {
    if (this.#used + event.length > MOST_BYTES) this.handOver();
    this.#makeRoom(event.length);
    this.#bytes.set(event, this.#used);
    this.#used += event.length;
    this.#lengths.push(event.length);
    if (!this.#isDraining) {
      this.#isDraining = true;
      // In a microtask, so that the calls of one turn share a flush.
      queueMicrotask(() => void this.#drain());
    }
    return new Promise((resolve, reject) => {
      this.#collected.push({ seq: -1, resolve, reject });
    });
  }

  #makeRoom(bytes: number): void {
    const needed = this.#used + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(FIRST_BYTES, needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = larger;
  }

  /** Gives the binding what was collected, so that its next commit has it. Never throws: who waits is told. */
  handOver(): void {
    const collected = this.#collected;
    if (collected.length === 0) return;
    const lengths = Uint32Array.from(this.#lengths);
    const bytes = this.#bytes.subarray(0, this.#used);
    this.#collected = [];
    this.#lengths = [];
    this.#used = 0;
    try {
      const first = this.#log.enqueueAll(bytes, lengths);
      collected.forEach((waiting, index) => {
        waiting.seq = first + index;
        this.#queued.push(waiting);
      });
    } catch (error) {
      const reason = asStorageError(error);
      for (const waiting of collected) waiting.reject(reason);
    }
    if (this.#bytes.length > MOST_BYTES) this.#bytes = new Uint8Array(0);
  }

  /** Tells those whose events were committed, or were not, by whichever call. */
  settle(): void {
    while (this.#queued.length > 0) {
      try {
        const count = this.#log.takeSettled();
        if (count === 0) return;
        for (const { seq, resolve } of this.#take(count)) resolve(seq);
      } catch (error) {
        // Without a count the handle itself is no good: nobody will be told any more.
        const { count = this.#queued.length } = error as { count?: number };
        const reason = asStorageError(error);
        for (const waiting of this.#take(count)) waiting.reject(reason);
      }
    }
  }

  async #drain(): Promise<void> {
    try {
      for (;;) {
        this.handOver();
        if (this.#queued.length === 0) return;
        if (this.#quickLeft > 0 && this.#log.drainIfQuick()) {
          this.#quickLeft -= 1;
        } else {
          await this.#log.drainAsync();
          this.#quickLeft = MOST_QUICK;
        }
        this.settle();
      }
    } catch (error) {
      const reason = asStorageError(error);
      for (const waiting of this.#take(this.#queued.length)) waiting.reject(reason);
    } finally {
      this.#isDraining = false;
    }
  }

  #take(count: number): Waiting[] {
    if (count >= this.#queued.length) {
      const all = this.#queued;
      this.#queued = [];
      return all;
    }
    return this.#queued.splice(0, count);
  }
}
