import { DamagedError } from '../../core.ts';
import { aligned, HEADER } from './layout.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads sections one behind another. Numbers are copied: the file's bytes may lie anywhere in memory. */
export class SectionReader {
  readonly #bytes: Uint8Array;
  #at = HEADER;

  /** Of a whole file, behind its header. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** @throws DamagedError where the file ends before */
  bytes(length: number): Uint8Array {
    const start = aligned(this.#at);
    const end = start + length;
    if (end > this.#bytes.length) throw new DamagedError('the file is shorter than its counts say');
    this.#at = end;
    return this.#bytes.subarray(start, end);
  }

  words(count: number): Uint32Array {
    const bytes = this.bytes(4 * count);
    const words = new Uint32Array(count);
    new Uint8Array(words.buffer).set(bytes);
    return words;
  }

  /**
   * Texts that stand one behind another, from their ends in bytes. O(bytes).
   * @throws DamagedError where they are not UTF-8, or an end lies within a letter or before another
   */
  texts(ends: Uint32Array): string[] {
    const length = ends.at(-1) ?? 0;
    const bytes = this.bytes(length);
    const all = textOf(bytes);
    const isAscii = all.length === length;
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, length);
    const texts: string[] = [];
    let unit = 0;
    let byte = 0;
    for (const end of ends) {
      if (end < byte || end > length) throw new DamagedError('a text ends where it must not');
      if (isAscii) {
        // Its own text, not a part of one: that would be slow to read, and keep the whole.
        texts.push(view.toString('latin1', byte, end));
        byte = end;
        continue;
      }
      const start = unit;
      while (byte < end) {
        const letter = all.codePointAt(unit) as number;
        unit += letter > 0xffff ? 2 : 1;
        byte += bytesOf(letter);
      }
      if (byte !== end) throw new DamagedError('a text ends within a letter');
      texts.push(all.slice(start, unit));
    }
    return texts;
  }

  /** @throws DamagedError where bytes are left */
  finish(): void {
    if (this.#at !== this.#bytes.length) throw new DamagedError('the file is longer than its counts say');
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new DamagedError('a text is not UTF-8');
  }
}

/** In UTF-8. */
function bytesOf(letter: number): number {
  if (letter < 0x80) return 1;
  if (letter < 0x800) return 2;
  return letter > 0xffff ? 4 : 3;
}
