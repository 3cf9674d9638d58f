/** How long a job keeps the main thread before others have their turn. */
const SLICE_MS = 5;

interface Job {
  /** Whether it is done. */
  step(): boolean;
}

/**
 * Jobs in the order of their calls, one at a time, in slices with a turn of the event loop between them. A synchronous call
 * first finishes those that were asked for before it (`drain`), so what a job has seen of the store is true until it ends.
 */
export class Jobs {
  readonly #queue: Job[] = [];
  #isScheduled = false;

  /** Runs `start`'s steps; an abort takes the job out at its next step. */
  run<T>(start: () => Generator<void, T>, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      let steps: Generator<void, T> | undefined;
      const step = (): boolean => {
        try {
          signal?.throwIfAborted();
          steps ??= start();
          const { done, value } = steps.next();
          if (done) resolve(value);
          return done === true;
        } catch (error) {
          reject(error);
          return true;
        }
      };
      this.#queue.push({ step });
      this.#schedule();
    });
  }

  /** Finishes everything that was asked for. */
  drain(): void {
    while (this.#queue.length > 0) this.#step();
  }

  #step(): void {
    // Steps reject their own promise instead of throwing.
    if ((this.#queue[0] as Job).step()) this.#queue.shift();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const end = performance.now() + SLICE_MS;
      while (this.#queue.length > 0 && performance.now() < end) this.#step();
      if (this.#queue.length > 0) this.#schedule();
    });
  }
}
