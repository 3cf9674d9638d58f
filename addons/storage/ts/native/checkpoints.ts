import { checkBytes, checkDir, checkOptions, checkSignal, checkSize } from '../arguments.ts';
import type { NativeCheckpoints } from '../binding.d.ts';
import { checkCheckpointId, checkKeep } from '../checkpoints/arguments.ts';
import type { CheckpointSalvage } from '../checkpoints/salvage.ts';
import type {
  CheckpointInfo,
  Checkpoints,
  OpenOptions,
  Recovery,
  SavedCheckpoint,
  SignalOptions,
} from '../contract.ts';
import { allocate } from '../spool/output.ts';
import { asStorageError } from './errors.ts';
import { loadNative } from './load.ts';
import { openAsWriter, translated } from './writers.ts';

export function openCheckpoints(dir: string, options?: OpenOptions): Checkpoints {
  const path = checkDir(dir);
  const { durability, ...checked } = checkOptions(options);
  const binding = loadNative();
  const { handle, release } = openAsWriter(path, checked.readOnly, () =>
    binding.openCheckpoints(path, { flushed: durability === 'flushed', ...checked }),
  );
  return new NativeStore(path, handle, checked.maxBytes, release);
}

export function salvageCheckpoints(from: string, into: string): CheckpointSalvage {
  const [source, target] = [checkDir(from), checkDir(into)];
  return translated(() => loadNative().salvageCheckpoints(source, target));
}

/** A checkpoint store of the binding. Calls have their turn in the order in which they are made, on whichever thread. */
class NativeStore implements Checkpoints {
  readonly dir: string;
  readonly recovery: Recovery;
  readonly #store: NativeCheckpoints;
  readonly #maxBytes: number;
  readonly #release: () => void;

  constructor(dir: string, store: NativeCheckpoints, maxBytes: number, release: () => void) {
    this.dir = dir;
    this.#store = store;
    this.recovery = store.recovery();
    this.#maxBytes = maxBytes;
    this.#release = release;
  }

  save(id: string, bytes: Uint8Array): SavedCheckpoint {
    const content = this.#checkSave(id, bytes);
    return { id, ...translated(() => this.#store.save(id, content)) };
  }

  async saveAsync(id: string, bytes: Uint8Array, options?: SignalOptions): Promise<SavedCheckpoint> {
    const content = this.#checkSave(id, bytes);
    const signal = checkSignal(options);
    return { id, ...(await abortable(() => this.#store.saveAsync(id, content), signal)) };
  }

  load(id: string): Buffer {
    checkCheckpointId(id);
    for (;;) {
      const buffer = allocate(translated(() => this.#store.size(id)));
      // False when a save on another thread came in between.
      if (translated(() => this.#store.load(id, buffer))) return buffer;
    }
  }

  async loadAsync(id: string, options?: SignalOptions): Promise<Buffer> {
    checkCheckpointId(id);
    const signal = checkSignal(options);
    return abortable(() => this.#store.loadAsync(id), signal);
  }

  list(): CheckpointInfo[] {
    return translated(() => this.#store.list());
  }

  remove(id: string): boolean {
    checkCheckpointId(id);
    return translated(() => this.#store.remove(id));
  }

  prune(keep: number): string[] {
    checkKeep(keep);
    return translated(() => this.#store.prune(keep));
  }

  flush(): void {
    translated(() => this.#store.flush());
  }

  close(): void {
    try {
      translated(() => this.#store.close());
    } finally {
      this.#release();
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #checkSave(id: unknown, bytes: unknown): Uint8Array {
    checkCheckpointId(id);
    const content = checkBytes('bytes', bytes);
    checkSize('checkpoint', content.length, this.#maxBytes);
    return content;
  }
}

/** The signal is heard here, not in the binding, which would replace its `onabort`. What has begun on its thread goes on. */
async function abortable<T>(start: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([settled(start), aborted.promise]);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

async function settled<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    throw asStorageError(error);
  }
}
