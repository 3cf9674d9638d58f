/** From the best names to their symbols, in the total order. */

import { type Hit, SYMBOL_KINDS, type SymbolKind } from '../../contract.ts';
import type { Files } from '../files.ts';
import type { Bucket } from '../names/bucket.ts';
import { bucketOf, NONE, slotOf } from '../names/number.ts';
import type { Names } from '../names.ts';
import type { Symbols } from '../symbols.ts';
import { scoreOf } from './best.ts';
import type { Search } from './search.ts';

export class Expansion {
  readonly #names: Names;
  readonly #symbols: Symbols;
  readonly #files: Files;
  /** The first symbols of a name: a heap with the last of them on top, then sorted. */
  #heap: Uint32Array = new Uint32Array(64);
  #ranks: Uint32Array = new Uint32Array(0);

  constructor(names: Names, symbols: Symbols, files: Files) {
    this.#names = names;
    this.#symbols = symbols;
    this.#files = files;
  }

  /** The first `limit` symbols of the best names, of `kinds`. */
  hits({ best, matcher }: Search, limit: number, kinds: number): Hit[] {
    this.#ranks = this.#files.ranks();
    if (this.#heap.length < limit) this.#heap = new Uint32Array(limit);
    const hits: Hit[] = [];
    for (let place = 0; place < best.size && hits.length < limit; place++) {
      const name = best.names[place] as number;
      const bucket = this.#names.buckets[bucketOf(name)] as Bucket;
      const slot = slotOf(name);
      const count = this.#first(bucket.heads[slot] as number, limit - hits.length, kinds);
      const text = bucket.text(slot);
      const score = scoreOf(best.keys[place] as number);
      const positions = matcher.positions(bucket, slot);
      for (let index = 0; index < count; index++) {
        const symbol = this.#heap[index] as number;
        // Each hit is its reader's own.
        hits.push(this.#hit(symbol, text, score, index === 0 ? positions : positions.slice()));
      }
    }
    return hits;
  }

  get heldBytes(): number {
    return this.#heap.byteLength;
  }

  #hit(symbol: number, name: string, score: number, positions: number[]): Hit {
    const { kinds, containers, files, lines, columns } = this.#symbols;
    const container = containers[symbol] as number;
    return {
      name,
      kind: SYMBOL_KINDS[(kinds[symbol] as number) - 1] as SymbolKind,
      container: container === NONE ? undefined : this.#names.text(container),
      file: this.#files.get(files[symbol] as number).path,
      line: lines[symbol] as number,
      column: columns[symbol] as number,
      score,
      positions,
    };
  }

  /** Puts the first `most` symbols of a list into the heap, in their order; returns how many. */
  #first(head: number, most: number, wanted: number): number {
    const { kinds, nexts } = this.#symbols;
    const heap = this.#heap;
    let size = 0;
    for (let symbol = head; symbol !== NONE; symbol = nexts[symbol] as number) {
      if (((1 << (kinds[symbol] as number)) & wanted) === 0) continue;
      if (size < most) this.#rise(symbol, size++);
      else if (this.#isBefore(symbol, heap[0] as number)) this.#sink(symbol, size);
    }
    for (let last = size - 1; last > 0; last--) {
      const symbol = heap[last] as number;
      heap[last] = heap[0] as number;
      this.#sink(symbol, last);
    }
    return size;
  }

  #rise(symbol: number, from: number): void {
    const heap = this.#heap;
    let place = from;
    while (place > 0) {
      const above = (place - 1) >>> 1;
      if (!this.#isBefore(heap[above] as number, symbol)) break;
      heap[place] = heap[above] as number;
      place = above;
    }
    heap[place] = symbol;
  }

  /** Puts a symbol in the place of the last, among the first `size`. */
  #sink(symbol: number, size: number): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= size) break;
      if (below + 1 < size && this.#isBefore(heap[below] as number, heap[below + 1] as number)) below++;
      if (this.#isBefore(heap[below] as number, symbol)) break;
      heap[place] = heap[below] as number;
      place = below;
    }
    heap[place] = symbol;
  }

  /** By file, line, column, then as the file had them. */
  #isBefore(one: number, other: number): boolean {
    const { files, lines, columns } = this.#symbols;
    const oneFile = files[one] as number;
    const otherFile = files[other] as number;
    if (oneFile !== otherFile) return (this.#ranks[oneFile] as number) < (this.#ranks[otherFile] as number);
    if (lines[one] !== lines[other]) return (lines[one] as number) < (lines[other] as number);
    if (columns[one] !== columns[other]) return (columns[one] as number) < (columns[other] as number);
    return one < other;
  }
}
