/** Reading an index file. Nothing of it is believed before it was checked: sizes against its length, numbers against counts. */

import { isAscii } from 'node:buffer';
import { endianness } from 'node:os';
import { crc32 } from 'node:zlib';
import { MAX_NAME_LENGTH, SYMBOL_KINDS } from '../../contract.ts';
import { DamagedError } from '../../core.ts';
import { compareCodePoints } from '../code-points.ts';
import type { File } from '../files.ts';
import type { Bucket } from '../names/bucket.ts';
import { BUCKETS, bucketOf, LONGEST_SHORT, MOST_SLOTS, NONE, slotOf } from '../names/number.ts';
import { SymbolStore } from '../symbol-store.ts';
import {
  AT_FILES,
  AT_LENGTH,
  AT_SUM,
  AT_SYMBOLS,
  AT_VERSION,
  HEADER,
  MAGIC,
  STAMP_MARK,
  SUMMED,
  VERSION,
} from './layout.ts';
import { SectionReader } from './sections.ts';

/** @throws DamagedError where the bytes are no index file of this version, whole and unchanged */
export function decode(bytes: Uint8Array, byteOrder = endianness()): SymbolStore {
  if (byteOrder !== 'LE') {
    throw new DamagedError('the TypeScript engine reads index files on little-endian hosts alone');
  }
  const counts = readHeader(bytes);
  const sections = new SectionReader(bytes);
  const store = new SymbolStore();
  readNames(sections, store.names.buckets);
  readSymbols(sections, store, counts.symbols);
  const files = readFiles(sections, counts.files);
  sections.finish();
  link(store, files);
  return store;
}

function readHeader(bytes: Uint8Array): { files: number; symbols: number } {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < HEADER || view.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new DamagedError('the file is no index of symbols');
  }
  const version = view.readUInt32LE(AT_VERSION);
  if (version !== VERSION) {
    throw new DamagedError(`the file has version ${version}, and ${VERSION} is read`);
  }
  const length = view.readBigUInt64LE(AT_LENGTH);
  if (length !== BigInt(view.length)) {
    throw new DamagedError(`the file has ${view.length} bytes, and ${length} were written`);
  }
  if (crc32(view.subarray(SUMMED)) !== view.readUInt32LE(AT_SUM)) {
    throw new DamagedError('the checksum of the file is wrong');
  }
  return { files: view.readUInt32LE(AT_FILES), symbols: view.readUInt32LE(AT_SYMBOLS) };
}

function readNames(sections: SectionReader, buckets: readonly Bucket[]): void {
  const counts = sections.words(BUCKETS);
  if (counts.some((count) => count > MOST_SLOTS)) {
    throw new DamagedError('the file has more names than an index holds');
  }
  const [wide, ...short] = buckets as [Bucket, ...Bucket[]];
  const countOf = ({ length }: Bucket) => counts[length] as number;
  const letters = sections.bytes(short.reduce((sum, bucket) => sum + bucket.length * countOf(bucket), 0));
  if (!isAscii(letters)) throw new DamagedError('a short name has a letter beyond ASCII');
  let at = 0;
  for (const bucket of short) {
    const end = at + bucket.length * countOf(bucket);
    bucket.fill(countOf(bucket), new Uint8Array(letters.subarray(at, end)), []);
    at = end;
  }
  const masks = sections.words(2 * short.reduce((sum, bucket) => sum + countOf(bucket), 0));
  let mask = 0;
  for (const bucket of short) {
    readMasks(bucket, masks, mask);
    mask += 2 * bucket.slots;
  }
  const texts = sections.texts(sections.words(countOf(wide)));
  if (!texts.every(isWide)) throw new DamagedError('a long name is none');
  wide.fill(texts.length, new Uint8Array(0), texts);
  readMasks(wide, sections.words(2 * wide.slots), 0);
}

function isWide(text: string): boolean {
  if (text.length > LONGEST_SHORT) return text.length <= MAX_NAME_LENGTH;
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 0x7f) return true;
  }
  return false;
}

function readMasks({ slots, lows, highs }: Bucket, masks: Uint32Array, from: number): void {
  for (let slot = 0; slot < slots; slot++) {
    lows[slot] = masks[from + 2 * slot] as number;
    highs[slot] = masks[from + 2 * slot + 1] as number;
  }
}

function readSymbols(sections: SectionReader, { names, symbols }: SymbolStore, count: number): void {
  const nameNumbers = sections.words(count);
  const containers = sections.words(count);
  symbols.fill(
    nameNumbers,
    containers,
    sections.words(count),
    sections.words(count),
    new Uint8Array(sections.bytes(count)),
  );
  const { kinds } = symbols;
  for (let symbol = 0; symbol < count; symbol++) {
    const kind = kinds[symbol] as number;
    if (kind === 0 || kind > SYMBOL_KINDS.length)
      throw new DamagedError('a symbol has no kind that there is');
    use(names.buckets, nameNumbers[symbol] as number);
    const container = containers[symbol] as number;
    if (container !== NONE) use(names.buckets, container);
  }
}

function use(buckets: readonly Bucket[], name: number): void {
  const bucket = buckets[bucketOf(name)] as Bucket;
  const slot = slotOf(name);
  if (slot >= bucket.slots) throw new DamagedError('a symbol has a name that there is not');
  bucket.uses[slot] = (bucket.uses[slot] as number) + 1;
}

function readFiles(sections: SectionReader, count: number): File[] {
  const counts = sections.words(count);
  // Paths, then stamps.
  const ends = new Uint32Array(2 * count);
  ends.set(sections.words(count));
  ends.set(sections.words(count), count);
  const texts = sections.texts(ends);
  const files: File[] = [];
  let start = 0;
  for (let index = 0; index < count; index++) {
    const path = texts[index] as string;
    const stamp = texts[count + index] as string;
    if (stamp !== '' && !stamp.startsWith(STAMP_MARK)) {
      throw new DamagedError('a stamp does not begin as stamps do');
    }
    const before = files.at(-1);
    if (before !== undefined && compareCodePoints(before.path, path) >= 0) {
      throw new DamagedError('the paths do not ascend');
    }
    const symbols = counts[index] as number;
    files.push({
      path,
      stamp: stamp === '' ? undefined : stamp.slice(STAMP_MARK.length),
      start,
      count: symbols,
    });
    start += symbols;
  }
  return files;
}

/** Puts the symbols into their files, and into the lists of their names. */
function link({ names, symbols, files }: SymbolStore, read: readonly File[]): void {
  const end = read.reduce((sum, file) => sum + file.count, 0);
  if (end !== symbols.end) throw new DamagedError('the files have not as many symbols as there are');
  for (const [number, { start, count }] of read.entries()) symbols.files.fill(number, start, start + count);
  files.fill(read);
  symbols.linkAll(names);
  for (const bucket of names.buckets) bucket.freeUnused();
}
