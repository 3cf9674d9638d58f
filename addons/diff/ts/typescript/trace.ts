import { memoryLimit } from '../arguments.ts';

/** Which of its two neighbours each diagonal of each layer came from: one bit, an insertion or a removal. */
export class Trace {
  /** Layers so far, which is the edit length of the last. */
  layers = 0;
  readonly #maxBytes: number;
  readonly #otherBytes: number;
  #bits = new Uint32Array(64);
  #used = 0;
  #firstWord = new Uint32Array(64);
  #lowest = new Int32Array(64);

  /** `otherBytes` is what else the search holds. */
  constructor(maxBytes: number, otherBytes: number) {
    this.#maxBytes = maxBytes;
    this.#otherBytes = otherBytes;
    this.#checkMemory(0);
  }

  clear(): void {
    this.layers = 0;
    this.#used = 0;
  }

  /** Begins the layer of the diagonals `lowest`, `lowest + 2` ... `highest`. @returns the word its bits start in */
  begin(lowest: number, highest: number): number {
    const layer = this.layers++;
    if (layer === this.#lowest.length) {
      this.#firstWord = longer(this.#firstWord, new Uint32Array(2 * layer));
      this.#lowest = longer(this.#lowest, new Int32Array(2 * layer));
    }
    const first = this.#used;
    const end = first + ((highest - lowest) >> 6) + 1;
    if (end > this.#bits.length) {
      const length = Math.max(end, 2 * this.#bits.length);
      this.#checkMemory(length);
      this.#bits = longer(this.#bits, new Uint32Array(length));
    }
    this.#bits.fill(0, first, end);
    this.#firstWord[layer] = first;
    this.#lowest[layer] = lowest;
    this.#used = end;
    return first;
  }

  /** For the search to set bits in: bit `i` of a layer is that of its diagonal `lowest + 2 * i`. */
  get bits(): Uint32Array {
    return this.#bits;
  }

  /** The edits of the path that ends on `diagonal` in the last layer: 1 an insertion, 0 a removal. */
  edits(diagonal: number): Uint8Array {
    const edits = new Uint8Array(this.layers);
    let at = diagonal;
    for (let layer = this.layers - 1; layer >= 0; layer--) {
      const index = (at - (this.#lowest[layer] as number)) >> 1;
      const word = this.#bits[(this.#firstWord[layer] as number) + (index >> 5)] as number;
      const isAddition = (word >>> (index & 31)) & 1;
      edits[layer] = isAddition;
      at += isAddition === 1 ? 1 : -1;
    }
    return edits;
  }

  #checkMemory(words: number): void {
    const bytes = this.#otherBytes + 4 * words;
    if (bytes > this.#maxBytes) throw memoryLimit(this.#maxBytes);
  }
}

function longer<T extends Uint32Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
