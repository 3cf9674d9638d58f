/** Ranges of symbol numbers that no file has, ascending and apart. */
export class FreeRanges {
  /** Numbers in all of them. */
  total = 0;
  readonly #starts: number[] = [];
  readonly #counts: number[] = [];

  /** The start of a range that was free; -1 where none is long enough. O(ranges). */
  take(count: number): number {
    const index = this.#counts.findIndex((free) => free >= count);
    if (index < 0) return -1;
    const start = this.#starts[index] as number;
    const left = (this.#counts[index] as number) - count;
    if (left === 0) this.#remove(index);
    else {
      this.#starts[index] = start + count;
      this.#counts[index] = left;
    }
    this.total -= count;
    return start;
  }

  /** Gives a range back. Returns the end of all ranges in use, which was `end`. O(ranges). */
  give(start: number, count: number, end: number): number {
    const index = this.#placeOf(start);
    this.#starts.splice(index, 0, start);
    this.#counts.splice(index, 0, count);
    this.total += count;
    this.#merge(index);
    if (index > 0) this.#merge(index - 1);
    const last = this.#starts.length - 1;
    const lastStart = this.#starts[last] as number;
    if (lastStart + (this.#counts[last] as number) !== end) return end;
    this.total -= this.#counts[last] as number;
    this.#remove(last);
    return lastStart;
  }

  clear(): void {
    this.total = 0;
    this.#starts.length = 0;
    this.#counts.length = 0;
  }

  get heldBytes(): number {
    return 16 * this.#starts.length;
  }

  /** Joins a range with the one behind it, where they touch. */
  #merge(index: number): void {
    const end = (this.#starts[index] as number) + (this.#counts[index] as number);
    if (this.#starts[index + 1] !== end) return;
    this.#counts[index] = (this.#counts[index] as number) + (this.#counts[index + 1] as number);
    this.#remove(index + 1);
  }

  #remove(index: number): void {
    this.#starts.splice(index, 1);
    this.#counts.splice(index, 1);
  }

  /** The first range behind `start`, by halving. */
  #placeOf(start: number): number {
    let [low, high] = [0, this.#starts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
