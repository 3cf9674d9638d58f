/** Reads what src/binding/packed.rs writes. */

import type { Packed } from '../binding.d.ts';
import { type FileInfo, type Hit, SYMBOL_KINDS, type SymbolKind } from '../contract.ts';

class Reader {
  readonly #text: string;
  readonly #numbers: Uint32Array;
  #offset = 0;
  #at = 0;

  constructor({ text, numbers }: Packed) {
    this.#text = text;
    this.#numbers = numbers;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#numbers.length;
  }

  number(): number {
    return this.#numbers[this.#at++] as number;
  }

  text(length: number): string {
    const from = this.#offset;
    this.#offset += length;
    return this.#text.slice(from, this.#offset);
  }

  /** `length` is one more than the text's; 0: there is none. */
  optional(length: number): string | undefined {
    return length === 0 ? undefined : this.text(length - 1);
  }

  list(length: number): number[] {
    // An iterator over a part of the array would take most of the time of all hits.
    const list: number[] = [];
    for (let left = length; left > 0; left--) list.push(this.number());
    return list;
  }
}

export function unpackHits(packed: Packed): Hit[] {
  const hits: Hit[] = [];
  for (const reader = new Reader(packed); !reader.isAtEnd; ) {
    const [nameLength, containerLength, fileLength] = [reader.number(), reader.number(), reader.number()];
    const [name, container, file] = [
      reader.text(nameLength),
      reader.optional(containerLength),
      reader.text(fileLength),
    ];
    hits.push({
      name,
      kind: SYMBOL_KINDS[reader.number() - 1] as SymbolKind,
      container,
      file,
      line: reader.number(),
      column: reader.number(),
      // Written as unsigned, meant as signed.
      score: reader.number() | 0,
      positions: reader.list(reader.number()),
    });
  }
  return hits;
}

export function unpackFiles(packed: Packed): FileInfo[] {
  const files: FileInfo[] = [];
  for (const reader = new Reader(packed); !reader.isAtEnd; ) {
    const [pathLength, stampLength] = [reader.number(), reader.number()];
    const [path, stamp] = [reader.text(pathLength), reader.optional(stampLength)];
    files.push({ path, symbols: reader.number(), stamp });
  }
  return files;
}
