/** Writing an index file. O(what the index holds). */

import { endianness } from 'node:os';
import { crc32 } from 'node:zlib';
import { SymbolsError } from '../../contract.ts';
import type { File } from '../files.ts';
import type { Bucket } from '../names/bucket.ts';
import { bucketOf, NONE, nameNumber, slotOf } from '../names/number.ts';
import type { SymbolStore } from '../symbol-store.ts';
import {
  AT_FILES,
  AT_LENGTH,
  AT_SUM,
  AT_SYMBOLS,
  AT_VERSION,
  aligned,
  HEADER,
  MAGIC,
  STAMP_MARK,
  SUMMED,
  VERSION,
} from './layout.ts';

/** Sections one behind another; what they are made of is written in one pass when the length is known. */
class Sections {
  #length = HEADER;
  readonly #writes: ((bytes: Uint8Array) => void)[] = [];

  words(words: Uint32Array): void {
    this.bytes(new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
  }

  bytes(section: Uint8Array): void {
    const at = aligned(this.#length);
    this.#length = at + section.length;
    this.#writes.push((bytes) => bytes.set(section, at));
  }

  /** All bytes, the header left free. */
  finish(): Buffer<ArrayBuffer> {
    const bytes = Buffer.from(new ArrayBuffer(this.#length));
    for (const write of this.#writes) write(bytes);
    return bytes;
  }
}

/** @throws SymbolsError `ERR_INTERNAL` on a big-endian host: typed arrays are written as they are */
export function encode(store: SymbolStore, byteOrder = endianness()): Uint8Array {
  if (byteOrder !== 'LE') {
    throw new SymbolsError(
      'ERR_INTERNAL',
      'the TypeScript engine writes index files on little-endian hosts alone',
    );
  }
  const { names, symbols, files } = store;
  const sections = new Sections();
  const slots = names.buckets.map(fileSlots);
  writeNames(sections, names.buckets);
  const ordered = Array.from(files.inOrder(), (number) => files.get(number));
  const fileName = (name: number) => {
    if (name === NONE) return NONE;
    const renumbered = slots[bucketOf(name)];
    return renumbered === undefined ? name : nameNumber(bucketOf(name), renumbered[slotOf(name)] as number);
  };
  sections.words(column(symbols.names, ordered, symbols.live).map(fileName));
  sections.words(column(symbols.containers, ordered, symbols.live).map(fileName));
  sections.words(column(symbols.lines, ordered, symbols.live));
  sections.words(column(symbols.columns, ordered, symbols.live));
  sections.bytes(column(symbols.kinds, ordered, symbols.live));
  writeFiles(sections, ordered);
  const bytes = sections.finish();
  writeHeader(bytes, ordered.length, symbols.live);
  return bytes;
}

function writeHeader(bytes: Buffer, files: number, symbols: number): void {
  bytes.write(MAGIC, 'latin1');
  bytes.writeUInt32LE(VERSION, AT_VERSION);
  bytes.writeBigUInt64LE(BigInt(bytes.length), AT_LENGTH);
  bytes.writeUInt32LE(files, AT_FILES);
  bytes.writeUInt32LE(symbols, AT_SYMBOLS);
  bytes.writeUInt32LE(crc32(bytes.subarray(SUMMED)), AT_SUM);
}

/** Slots without the free ones; `undefined` where none is free. */
function fileSlots({ slots, live, uses }: Bucket): Uint32Array | undefined {
  if (live === slots) return undefined;
  const renumbered = new Uint32Array(slots);
  let next = 0;
  for (let slot = 0; slot < slots; slot++) {
    renumbered[slot] = next;
    if (uses[slot] !== 0) next++;
  }
  return renumbered;
}

function writeNames(sections: Sections, buckets: readonly Bucket[]): void {
  const [wide, ...short] = buckets as [Bucket, ...Bucket[]];
  sections.words(Uint32Array.from(buckets, (bucket) => bucket.live));
  sections.bytes(Buffer.concat(short.map(lettersOf)));
  sections.words(joined(short.map(masksOf)));
  const ends = new Uint32Array(wide.live);
  const texts: Buffer[] = [];
  let end = 0;
  for (let slot = 0; slot < wide.slots; slot++) {
    if (wide.uses[slot] === 0) continue;
    const text = Buffer.from(wide.texts[slot] as string);
    end += text.length;
    ends[texts.length] = end;
    texts.push(text);
  }
  sections.words(ends);
  sections.bytes(Buffer.concat(texts));
  sections.words(masksOf(wide));
}

function lettersOf({ letters, length, slots, live, uses }: Bucket): Uint8Array {
  if (live === slots) return letters.subarray(0, slots * length);
  const kept = new Uint8Array(live * length);
  let at = 0;
  for (let slot = 0; slot < slots; slot++) {
    if (uses[slot] === 0) continue;
    kept.set(letters.subarray(slot * length, (slot + 1) * length), at);
    at += length;
  }
  return kept;
}

/** Low and high words in turn: a u64 each. */
function masksOf({ slots, live, uses, lows, highs }: Bucket): Uint32Array {
  const masks = new Uint32Array(2 * live);
  let at = 0;
  for (let slot = 0; slot < slots; slot++) {
    if (uses[slot] === 0) continue;
    masks[at++] = lows[slot] as number;
    masks[at++] = highs[slot] as number;
  }
  return masks;
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A column of the symbols, file by file. */
function column<T extends Uint32Array | Uint8Array>(values: T, files: readonly File[], count: number): T {
  const ordered = values.slice(0, count) as T;
  let at = 0;
  for (const file of files) {
    ordered.set(values.subarray(file.start, file.start + file.count), at);
    at += file.count;
  }
  return ordered;
}

function writeFiles(sections: Sections, files: readonly File[]): void {
  const texts = [
    ...files.map(({ path }) => Buffer.from(path)),
    ...files.map(({ stamp }) => Buffer.from(stamp === undefined ? '' : STAMP_MARK + stamp)),
  ];
  const ends = new Uint32Array(texts.length);
  let end = 0;
  for (const [index, text] of texts.entries()) {
    end += text.length;
    ends[index] = end;
  }
  sections.words(Uint32Array.from(files, ({ count }) => count));
  sections.words(ends.slice(0, files.length));
  sections.words(ends.slice(files.length));
  sections.bytes(Buffer.concat(texts));
}
