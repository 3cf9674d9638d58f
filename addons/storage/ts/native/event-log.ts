import { checkDir, checkEvent, checkEvents, checkOptions, checkSeq } from '../arguments.ts';
import type { NativeEventLog } from '../binding.d.ts';
import type { EventChunk, EventLog, LogEvent, OpenOptions, Recovery } from '../contract.ts';
import { AsyncAppends } from './async-appends.ts';
import { loadNative } from './load.ts';
import { readNativeChunks } from './replay.ts';
import { openAsWriter, translated } from './writers.ts';

export function openEventLog(dir: string, options?: OpenOptions): EventLog {
  const path = checkDir(dir);
  const { durability, ...checked } = checkOptions(options);
  const binding = loadNative();
  const { handle, release } = openAsWriter(path, checked.readOnly, () =>
    binding.openEventLog(path, { flushed: durability === 'flushed', ...checked }),
  );
  return new NativeLog(path, handle, checked.maxBytes, release);
}

/** An event log of the binding. */
class NativeLog implements EventLog {
  readonly dir: string;
  readonly recovery: Recovery;
  readonly #log: NativeEventLog;
  readonly #asyncAppends: AsyncAppends;
  readonly #maxBytes: number;
  readonly #release: () => void;

  constructor(dir: string, log: NativeEventLog, maxBytes: number, release: () => void) {
    this.dir = dir;
    this.#log = log;
    this.recovery = log.recovery();
    this.#asyncAppends = new AsyncAppends(log);
    this.#maxBytes = maxBytes;
    this.#release = release;
  }

  get firstSeq(): number {
    return translated(() => this.#log.firstSeq());
  }

  get nextSeq(): number {
    this.#asyncAppends.handOver();
    return translated(() => this.#log.nextSeq());
  }

  get flushedSeq(): number {
    return translated(() => this.#log.flushedSeq());
  }

  append(event: Uint8Array | string): number {
    const bytes = checkEvent('event', event, this.#maxBytes);
    return this.#committing(() => this.#log.append(bytes));
  }

  appendBatch(events: readonly (Uint8Array | string)[]): number {
    const checked = checkEvents(events, this.#maxBytes);
    const lengths = Uint32Array.from(checked, (event) => event.length);
    return this.#committing(() => this.#log.appendBatch(Buffer.concat(checked), lengths));
  }

  appendAsync(event: Uint8Array | string): Promise<number> {
    let bytes: Uint8Array;
    try {
      bytes = checkEvent('event', event, this.#maxBytes);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#asyncAppends.add(bytes);
  }

  flush(): void {
    this.#committing(() => this.#log.flush());
  }

  replay(from?: number): IterableIterator<LogEvent> {
    return eventsOf(this.replayChunks(from));
  }

  replayChunks(from?: number): IterableIterator<EventChunk> {
    const start = from === undefined ? undefined : checkSeq('from', from);
    return readNativeChunks(translated(() => this.#log.replay(start)));
  }

  prune(before: number): number {
    const seq = checkSeq('before', before);
    return translated(() => this.#log.prune(seq));
  }

  close(): void {
    try {
      this.#committing(() => this.#log.close());
    } finally {
      this.#release();
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** A call that may have committed what was queued: those who wait for it are told, whether it succeeds or not. */
  #committing<T>(call: () => T): T {
    this.#asyncAppends.handOver();
    try {
      return translated(call);
    } finally {
      this.#asyncAppends.settle();
    }
  }
}

function* eventsOf(chunks: IterableIterator<EventChunk>): Generator<LogEvent, void> {
  for (const { firstSeq, count, buffer, ranges } of chunks) {
    for (let index = 0; index < count; index += 1) {
      const start = ranges[index * 2] as number;
      const length = ranges[index * 2 + 1] as number;
      yield { seq: firstSeq + index, bytes: buffer.subarray(start, start + length) };
    }
  }
}
