import type { Writable } from 'node:stream';
import { checkBytes, checkDir, checkSpoolOptions } from '../arguments.ts';
import type { NativeSpool, NativeSpoolWriter } from '../binding.d.ts';
import type { Spool, SpoolEntry, SpoolOptions, SpoolReadOptions, SpoolWriter } from '../contract.ts';
import { checkOffset, checkReadOptions, checkSpoolId } from '../spool/names.ts';
import { spoolStream } from '../spool/stream.ts';
import { writeText } from '../spool/text.ts';
import { loadNative } from './load.ts';
import { translated } from './writers.ts';

export function openSpool(dir: string, options?: SpoolOptions): Spool {
  const path = checkDir(dir);
  const { durability } = checkSpoolOptions(options);
  return new BindingSpool(
    path,
    translated(() => loadNative().openSpool(path, durability === 'flushed')),
  );
}

class BindingSpool implements Spool {
  readonly dir: string;
  readonly #spool: NativeSpool;

  constructor(dir: string, spool: NativeSpool) {
    this.dir = dir;
    this.#spool = spool;
  }

  create(id?: string): SpoolWriter {
    if (id !== undefined) checkSpoolId(id);
    return new BindingSpoolWriter(translated(() => this.#spool.create(id)));
  }

  read(id: string, start = 0, end = Number.POSITIVE_INFINITY, options: SpoolReadOptions = {}): Buffer {
    checkSpoolId(id);
    checkOffset('start', start);
    checkOffset('end', end);
    const unverified = checkReadOptions(options);
    return translated(() => this.#spool.read(id, start, end, unverified));
  }

  stat(id: string): SpoolEntry {
    checkSpoolId(id);
    return translated(() => this.#spool.stat(id));
  }

  list(): SpoolEntry[] {
    return translated(() => this.#spool.list());
  }

  remove(id: string): boolean {
    checkSpoolId(id);
    return translated(() => this.#spool.remove(id));
  }
}

class BindingSpoolWriter implements SpoolWriter {
  readonly id: string;
  readonly #writer: NativeSpoolWriter;

  constructor(writer: NativeSpoolWriter) {
    this.#writer = writer;
    this.id = translated(() => writer.id());
  }

  get bytes(): number {
    return translated(() => this.#writer.bytes());
  }

  write(chunk: Uint8Array | string): void {
    if (typeof chunk === 'string') {
      writeText(chunk, (bytes) => translated(() => this.#writer.write(bytes)));
      return;
    }
    const bytes = checkBytes('chunk', chunk);
    translated(() => this.#writer.write(bytes));
  }

  read(start = 0, end = Number.POSITIVE_INFINITY): Buffer {
    checkOffset('start', start);
    checkOffset('end', end);
    return translated(() => this.#writer.read(start, end));
  }

  finish(): SpoolEntry {
    return translated(() => this.#writer.finish());
  }

  abort(): void {
    translated(() => this.#writer.abort());
  }

  stream(): Writable {
    return spoolStream(this);
  }
}
