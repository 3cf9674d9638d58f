/** One name, letter by letter: room that is used again for name after name. */

import { ASCII_FOLDS, classOf, foldOf, OTHER, startsWord } from './letters.ts';

/** Letters of short names, and room for more before the first growth. */
const FIRST_ROOM = 64;

export class Spelling {
  /** Letters (code points) of the name. */
  letters = 0;
  raws = new Int32Array(FIRST_ROOM);
  folds = new Int32Array(FIRST_ROOM);
  #starts = new Uint8Array(FIRST_ROOM);
  #hasStarts = false;

  /** A name of ASCII letters. */
  loadShort(bytes: Uint8Array, at: number, length: number): void {
    const { raws, folds } = this;
    for (let index = 0; index < length; index++) {
      const letter = bytes[at + index] as number;
      raws[index] = letter;
      folds[index] = ASCII_FOLDS[letter] as number;
    }
    this.letters = length;
    this.#hasStarts = false;
  }

  /** Any name, well formed. */
  loadWide(text: string): void {
    this.#makeRoom(text.length);
    const { raws, folds } = this;
    let letters = 0;
    for (let unit = 0; unit < text.length; unit++) {
      let letter = text.charCodeAt(unit);
      if (letter >= 0xd800 && letter < 0xdc00) letter = text.codePointAt(unit++) as number;
      raws[letters] = letter;
      folds[letters] = foldOf(letter);
      letters++;
    }
    this.letters = letters;
    this.#hasStarts = false;
  }

  /** 1 where a word starts. Found when first asked for: most names that are looked at do not match. */
  get starts(): Uint8Array {
    if (!this.#hasStarts) this.#findStarts();
    return this.#starts;
  }

  #findStarts(): void {
    const { letters, raws } = this;
    const starts = this.#starts;
    this.#hasStarts = true;
    starts[0] = 1;
    if (letters < 2) return;
    let before = classOf(raws[0] as number);
    let own = classOf(raws[1] as number);
    for (let index = 1; index < letters; index++) {
      const after = index + 1 < letters ? classOf(raws[index + 1] as number) : OTHER;
      starts[index] = startsWord(before, own, after);
      before = own;
      own = after;
    }
  }

  #makeRoom(letters: number): void {
    if (letters <= this.raws.length) return;
    this.raws = new Int32Array(letters);
    this.folds = new Int32Array(letters);
    this.#starts = new Uint8Array(letters);
  }

  get heldBytes(): number {
    return this.raws.length * 9;
  }
}
