/** Names that are kept in the same way, in slots: those of one length, or the wide ones. */

import { bytesWithRoom, withRoom } from '../grow.ts';
import { ASCII_CLASSES, OTHER, startsWord } from '../letters.ts';
import { NONE } from './number.ts';

/** What a string takes beside its letters, about. */
const STRING_BYTES = 24;

/** Letters whose places fit into a word. */
const WORD_BITS = 32;

export class Bucket {
  /** Letters of each name; 0 for wide names. */
  readonly length: number;
  /** Places of letters fit into a word. */
  readonly isShort: boolean;
  /** Short names, `length` bytes each. */
  letters: Uint8Array = new Uint8Array(0);
  /** Wide names; empty where the slot is free. */
  texts: string[] = [];
  /** Masks, 0 where no symbol has the name. */
  lows: Uint32Array = new Uint32Array(0);
  highs: Uint32Array = new Uint32Array(0);
  /** The first symbol that has the name, or NONE. */
  heads: Uint32Array = new Uint32Array(0);
  /** Symbols and containers that have the name; 0 where the slot is free. */
  uses: Uint32Array = new Uint32Array(0);
  /** Bit k: a symbol of kind k may have the name. A kind that went stays until a query notices. */
  kinds: Uint32Array = new Uint32Array(0);
  /** By slot, where words start, as bits from the first letter on; 0 while nobody asked. Empty where names are longer. */
  #starts: Uint32Array = new Uint32Array(0);
  /** Slots, free ones among them. */
  slots = 0;
  free: number[] = [];
  #textBytes = 0;
  /** Over `letters`, for text. */
  #view: Buffer = Buffer.alloc(0);

  constructor(length: number) {
    this.length = length;
    this.isShort = length > 0 && length <= WORD_BITS;
  }

  /** Where words start in a name of at most 32 letters. */
  startsOf(slot: number): number {
    const known = this.#starts[slot] as number;
    if (known !== 0) return known;
    const { letters, length } = this;
    const at = slot * length;
    let starts = 1;
    for (let index = 1; index < length; index++) {
      const after = index + 1 < length ? (ASCII_CLASSES[letters[at + index + 1] as number] as number) : OTHER;
      const before = ASCII_CLASSES[letters[at + index - 1] as number] as number;
      const own = ASCII_CLASSES[letters[at + index] as number] as number;
      starts |= startsWord(before, own, after) << index;
    }
    this.#starts[slot] = starts;
    return starts;
  }

  /** Names with a use. */
  get live(): number {
    return this.slots - this.free.length;
  }

  /** A slot with this text, without uses, symbols or a mask. */
  take(text: string): number {
    const slot = this.free.pop() ?? this.#append();
    if (this.length === 0) {
      this.texts[slot] = text;
      this.#textBytes += STRING_BYTES + 2 * text.length;
    } else {
      const at = slot * this.length;
      for (let index = 0; index < this.length; index++) this.letters[at + index] = text.charCodeAt(index);
    }
    this.heads[slot] = NONE;
    this.uses[slot] = 0;
    if (this.isShort) this.#starts[slot] = 0;
    return slot;
  }

  give(slot: number): void {
    if (this.length === 0) {
      this.#textBytes -= STRING_BYTES + 2 * (this.texts[slot] as string).length;
      this.texts[slot] = '';
    }
    this.free.push(slot);
  }

  text(slot: number): string {
    if (this.length === 0) return this.texts[slot] as string;
    if (this.#view.buffer !== this.letters.buffer) {
      this.#view = Buffer.from(this.letters.buffer, this.letters.byteOffset, this.letters.byteLength);
    }
    return this.#view.toString('latin1', slot * this.length, (slot + 1) * this.length);
  }

  /** Fills an empty bucket: short names' letters, or wide names' texts. */
  fill(slots: number, letters: Uint8Array, texts: string[]): void {
    this.slots = slots;
    this.letters = letters;
    this.texts = texts;
    for (const text of texts) this.#textBytes += STRING_BYTES + 2 * text.length;
    this.lows = new Uint32Array(slots);
    this.highs = new Uint32Array(slots);
    this.heads = new Uint32Array(slots).fill(NONE);
    this.uses = new Uint32Array(slots);
    this.kinds = new Uint32Array(slots);
    if (this.isShort) this.#starts = new Uint32Array(slots);
  }

  /** In a bucket that was filled: slots without a use become free ones, and names without a symbol lose their masks. */
  freeUnused(): void {
    for (let slot = 0; slot < this.slots; slot++) {
      if (this.heads[slot] === NONE) {
        this.lows[slot] = 0;
        this.highs[slot] = 0;
      }
      if (this.uses[slot] === 0) this.give(slot);
    }
  }

  get heldBytes(): number {
    return (
      this.letters.byteLength +
      5 * this.lows.byteLength +
      this.#starts.byteLength +
      this.#textBytes +
      8 * (this.texts.length + this.free.length)
    );
  }

  #append(): number {
    const slot = this.slots++;
    const { slots } = this;
    this.letters = bytesWithRoom(this.letters, slots * this.length);
    this.lows = withRoom(this.lows, slots);
    this.highs = withRoom(this.highs, slots);
    this.heads = withRoom(this.heads, slots);
    this.uses = withRoom(this.uses, slots);
    this.kinds = withRoom(this.kinds, slots);
    if (this.isShort) this.#starts = withRoom(this.#starts, slots);
    return slot;
  }
}
