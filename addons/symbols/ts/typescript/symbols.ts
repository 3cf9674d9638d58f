/**
 * All symbols of an index, in columns by number. Those of a file stand together, in the file's order; those of a name are a doubly
 * linked list, so that taking out a file is O(its symbols).
 */

import { bytesWithRoom, withRoom } from './grow.ts';
import type { Bucket } from './names/bucket.ts';
import { bucketOf, NONE, slotOf } from './names/number.ts';
import type { Names } from './names.ts';
import { FreeRanges } from './symbols/free-ranges.ts';

/** What is free may be a quarter of what is not, and this many. */
const SPARE = 1024;

export class Symbols {
  names: Uint32Array = new Uint32Array(0);
  /** NONE where there is none. */
  containers: Uint32Array = new Uint32Array(0);
  lines: Uint32Array = new Uint32Array(0);
  columns: Uint32Array = new Uint32Array(0);
  kinds: Uint8Array = new Uint8Array(0);
  files: Uint32Array = new Uint32Array(0);
  /** The next symbol of the name, or NONE. */
  nexts: Uint32Array = new Uint32Array(0);
  #previous: Uint32Array = new Uint32Array(0);
  /** Behind the last number in use. */
  end = 0;
  readonly #free = new FreeRanges();

  /** Symbols of all files. */
  get live(): number {
    return this.end - this.#free.total;
  }

  /** Numbers for `count` symbols, one behind the other. */
  takeRange(count: number): number {
    if (count === 0) return 0;
    const free = this.#free.take(count);
    if (free >= 0) return free;
    const start = this.end;
    this.end += count;
    this.#makeRoom();
    return start;
  }

  /** Gives back numbers of symbols that are unlinked. */
  giveRange(start: number, count: number): void {
    if (count > 0) this.end = this.#free.give(start, count, this.end);
  }

  /** Puts a symbol, whose columns are set, into the list of its name. */
  link(symbol: number, names: Names): void {
    const name = this.names[symbol] as number;
    const bucket = names.buckets[bucketOf(name)] as Bucket;
    const slot = slotOf(name);
    const next = bucket.heads[slot] as number;
    const kind = 1 << (this.kinds[symbol] as number);
    bucket.heads[slot] = symbol;
    bucket.kinds[slot] = next === NONE ? kind : (bucket.kinds[slot] as number) | kind;
    this.nexts[symbol] = next;
    this.#previous[symbol] = NONE;
    if (next !== NONE) this.#previous[next] = symbol;
  }

  /** Takes a symbol out of the list of its name. */
  unlink(symbol: number, names: Names): void {
    const next = this.nexts[symbol] as number;
    const previous = this.#previous[symbol] as number;
    if (next !== NONE) this.#previous[next] = previous;
    if (previous !== NONE) {
      this.nexts[previous] = next;
      return;
    }
    const name = this.names[symbol] as number;
    (names.buckets[bucketOf(name)] as Bucket).heads[slotOf(name)] = next;
  }

  /** Too much is free: time to move the files together. */
  get isSparse(): boolean {
    return this.#free.total > SPARE + (this.live >>> 2);
  }

  /**
   * Moves the ranges together, and gives memory back. `ranges`: starts and counts of all files, ascending; the starts are made
   * the new ones. O(symbols): about ten nanoseconds each.
   */
  compact(ranges: readonly { start: number; readonly count: number }[], names: Names): void {
    let end = 0;
    for (const range of ranges) {
      if (range.count === 0) continue;
      if (range.start !== end) this.#move(range.start, range.count, end);
      range.start = end;
      end += range.count;
    }
    this.end = end;
    this.#free.clear();
    this.#shrink();
    this.linkAll(names);
  }

  /** Makes the lists of all names anew; no number is free. */
  linkAll(names: Names): void {
    for (const bucket of names.buckets) bucket.heads.fill(NONE);
    // From the end, so that the lists are in the order of the symbols.
    for (let symbol = this.end - 1; symbol >= 0; symbol--) this.link(symbol, names);
  }

  /** Fills the empty index of a file: columns of equal length. */
  fill(
    names: Uint32Array,
    containers: Uint32Array,
    lines: Uint32Array,
    columns: Uint32Array,
    kinds: Uint8Array,
  ): void {
    this.names = names;
    this.containers = containers;
    this.lines = lines;
    this.columns = columns;
    this.kinds = kinds;
    this.end = kinds.length;
    this.files = new Uint32Array(this.end);
    this.nexts = new Uint32Array(this.end);
    this.#previous = new Uint32Array(this.end);
  }

  get heldBytes(): number {
    return 7 * this.names.byteLength + this.kinds.byteLength + this.#free.heldBytes;
  }

  #makeRoom(): void {
    const { end } = this;
    this.names = withRoom(this.names, end);
    this.containers = withRoom(this.containers, end);
    this.lines = withRoom(this.lines, end);
    this.columns = withRoom(this.columns, end);
    this.files = withRoom(this.files, end);
    this.nexts = withRoom(this.nexts, end);
    this.#previous = withRoom(this.#previous, end);
    this.kinds = bytesWithRoom(this.kinds, end);
  }

  #move(from: number, count: number, to: number): void {
    const { names, containers, lines, columns, kinds, files } = this;
    for (const column of [names, containers, lines, columns, kinds, files]) {
      column.copyWithin(to, from, from + count);
    }
  }

  #shrink(): void {
    const { end } = this;
    if (this.names.length < 2 * end) return;
    this.names = this.names.slice(0, end);
    this.containers = this.containers.slice(0, end);
    this.lines = this.lines.slice(0, end);
    this.columns = this.columns.slice(0, end);
    this.kinds = this.kinds.slice(0, end);
    this.files = this.files.slice(0, end);
    this.nexts = new Uint32Array(end);
    this.#previous = new Uint32Array(end);
  }
}
