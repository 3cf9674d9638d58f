/** All names of an index, those of containers among them, each kept once. */

import { SymbolsError } from '../contract.ts';
import { compareCodePoints } from './code-points.ts';
import { highMask, lowMask } from './mask.ts';
import { Bucket } from './names/bucket.ts';
import { BUCKETS, bucketOf, LONGEST_SHORT, MOST_SLOTS, NONE, nameNumber, slotOf } from './names/number.ts';
import { NameTable, type TableTexts } from './names/table.ts';
import { Spelling } from './spelling.ts';

/** FNV-1a over UTF-16 code units, with its high bits mixed into the low ones. */
const HASH_START = 0x811c_9dc5;
const HASH_FACTOR = 0x0100_0193;

function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d);
  return (once ^ (once >>> 13)) >>> 0;
}

export class Names implements TableTexts {
  /** By length; the first has the wide names: longer than {@link LONGEST_SHORT}, or with a letter beyond ASCII. */
  readonly buckets: readonly Bucket[] = Array.from({ length: BUCKETS }, (_, length) => new Bucket(length));
  /** Made when first needed: queries do not. */
  #table: NameTable | undefined;
  readonly #spelling = new Spelling();

  /** The number of a name, with one more use. Takes it in where it is new. */
  intern(text: string): number {
    let hash = HASH_START;
    let units = 0;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      units |= unit;
      hash = Math.imul(hash ^ unit, HASH_FACTOR);
    }
    hash = mixed(hash);
    this.#table ??= this.#tableOfAll();
    let name = this.#table.find(text, hash);
    if (name < 0) {
      const length = units < 0x80 && text.length <= LONGEST_SHORT ? text.length : 0;
      name = nameNumber(length, (this.buckets[length] as Bucket).take(text));
      this.#table.add(name, hash);
    }
    this.#bucket(name).uses[slotOf(name)] = this.usesOf(name) + 1;
    return name;
  }

  /** One use less. A name without a use is gone, one without a symbol has no mask. */
  drop(name: number): void {
    const bucket = this.#bucket(name);
    const slot = slotOf(name);
    const uses = (bucket.uses[slot] as number) - 1;
    if (uses === 0) {
      // With this name in it.
      this.#table ??= this.#tableOfAll();
      this.#table.remove(name);
    }
    bucket.uses[slot] = uses;
    if (bucket.heads[slot] === NONE) this.#hide(bucket, slot);
    if (uses === 0) bucket.give(slot);
  }

  /** Gives a name its mask, before it gets its first symbol. */
  reveal(name: number): void {
    const bucket = this.#bucket(name);
    const slot = slotOf(name);
    // It is still there when all symbols of the name are being replaced.
    if (bucket.lows[slot] !== 0) return;
    const spelling = this.#spelling;
    this.spell(name, spelling);
    bucket.lows[slot] = lowMask(spelling);
    bucket.highs[slot] = highMask(spelling);
  }

  spell(name: number, spelling: Spelling): void {
    const bucket = this.#bucket(name);
    const slot = slotOf(name);
    if (bucket.length === 0) spelling.loadWide(bucket.texts[slot] as string);
    else spelling.loadShort(bucket.letters, slot * bucket.length, bucket.length);
  }

  text(name: number): string {
    return this.#bucket(name).text(slotOf(name));
  }

  /** By code points. */
  compare(one: number, other: number): number {
    const length = bucketOf(one);
    if (length === 0 || length !== bucketOf(other)) {
      return compareCodePoints(this.text(one), this.text(other));
    }
    const { letters } = this.buckets[length] as Bucket;
    const oneAt = slotOf(one) * length;
    const otherAt = slotOf(other) * length;
    for (let index = 0; index < length; index++) {
      const difference = (letters[oneAt + index] as number) - (letters[otherAt + index] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  headOf(name: number): number {
    return this.#bucket(name).heads[slotOf(name)] as number;
  }

  usesOf(name: number): number {
    return this.#bucket(name).uses[slotOf(name)] as number;
  }

  get count(): number {
    return this.buckets.reduce((sum, bucket) => sum + bucket.live, 0);
  }

  /**
   * Before anything is changed.
   * @throws SymbolsError `ERR_TOO_LARGE` where so many more names might not fit
   */
  checkRoom(names: number): void {
    if (this.buckets.every((bucket) => bucket.slots + names <= MOST_SLOTS)) return;
    throw new SymbolsError('ERR_TOO_LARGE', 'the index has no room for these symbols');
  }

  hashOf(name: number): number {
    const length = bucketOf(name);
    const { letters, texts } = this.buckets[length] as Bucket;
    let hash = HASH_START;
    if (length === 0) {
      const text = texts[slotOf(name)] as string;
      for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), HASH_FACTOR);
      return mixed(hash);
    }
    const start = slotOf(name) * length;
    for (let at = start; at < start + length; at++) {
      hash = Math.imul(hash ^ (letters[at] as number), HASH_FACTOR);
    }
    return mixed(hash);
  }

  isText(name: number, text: string): boolean {
    const length = bucketOf(name);
    const { letters, texts } = this.buckets[length] as Bucket;
    if (length === 0) return texts[slotOf(name)] === text;
    if (length !== text.length) return false;
    const at = slotOf(name) * length;
    for (let index = 0; index < length; index++) {
      if (letters[at + index] !== text.charCodeAt(index)) return false;
    }
    return true;
  }

  get heldBytes(): number {
    const held = this.buckets.reduce((sum, bucket) => sum + bucket.heldBytes, 0);
    return held + (this.#table?.heldBytes ?? 0) + this.#spelling.heldBytes;
  }

  #bucket(name: number): Bucket {
    return this.buckets[bucketOf(name)] as Bucket;
  }

  #hide(bucket: Bucket, slot: number): void {
    bucket.lows[slot] = 0;
    bucket.highs[slot] = 0;
    bucket.kinds[slot] = 0;
  }

  #tableOfAll(): NameTable {
    const table = new NameTable(this, this.count);
    for (const bucket of this.buckets) {
      for (let slot = 0; slot < bucket.slots; slot++) {
        if (bucket.uses[slot] === 0) continue;
        const name = nameNumber(bucket.length, slot);
        table.add(name, this.hashOf(name));
      }
    }
    return table;
  }
}
