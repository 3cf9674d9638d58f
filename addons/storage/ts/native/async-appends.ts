import type { NativeEventLog } from '../binding.d.ts';
import { asStorageError } from './errors.ts';

interface Waiting {
  readonly seq: number;
  resolve(seq: number): void;
  reject(error: Error): void;
}

/**
 * Those who wait for queued events. The bytes go into the binding's queue at once; one commit at a time runs on the thread
 * pool, and takes everything that was queued when it began.
 */
export class AsyncAppends {
  readonly #log: NativeEventLog;
  /** In the order of the binding's queue. */
  #waiting: Waiting[] = [];
  /** Where the first that is not settled stands. */
  #settled = 0;
  #isDraining = false;

  constructor(log: NativeEventLog) {
    this.#log = log;
  }

  add(bytes: Uint8Array): Promise<number> {
    let seq: number;
    try {
      seq = this.#log.enqueue(bytes);
    } catch (error) {
      this.settle();
      throw asStorageError(error);
    }
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#waiting.push({ seq, resolve, reject });
    if (!this.#isDraining) {
      this.#isDraining = true;
      // In a microtask, so that the calls of one turn share a flush.
      queueMicrotask(() => void this.#drain());
    }
    return promise;
  }

  /** Tells those whose events were committed, or were not, by whichever call. */
  settle(): void {
    while (this.#settled < this.#waiting.length) {
      try {
        const count = this.#log.takeSettled();
        if (count === 0) break;
        for (const waiting of this.#take(count)) waiting.resolve(waiting.seq);
      } catch (error) {
        // Without a count the handle itself is no good: nobody will be told any more.
        const { count = this.#waiting.length } = error as { count?: number };
        const reason = asStorageError(error);
        for (const waiting of this.#take(count)) waiting.reject(reason);
      }
    }
    if (this.#settled === this.#waiting.length) {
      this.#waiting = [];
      this.#settled = 0;
    }
  }

  async #drain(): Promise<void> {
    try {
      do {
        await this.#log.drainAsync();
        this.settle();
      } while (this.#waiting.length > 0);
    } catch (error) {
      const reason = asStorageError(error);
      for (const waiting of this.#take(this.#waiting.length)) waiting.reject(reason);
      this.#waiting = [];
      this.#settled = 0;
    } finally {
      this.#isDraining = false;
    }
  }

  #take(count: number): Waiting[] {
    const taken = this.#waiting.slice(this.#settled, this.#settled + count);
    this.#settled += taken.length;
    return taken;
  }
}
