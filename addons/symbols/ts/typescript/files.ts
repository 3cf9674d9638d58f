/** The files of an index: their paths, stamps and ranges of symbols, and the order of their paths. */

import { compareCodePoints } from './code-points.ts';

/** What a string, a file's object and its place in the map take, about. */
const FILE_BYTES = 160;

export interface File {
  path: string;
  stamp: string | undefined;
  /** The first of its symbols. */
  start: number;
  count: number;
}

/** So many new files are put in their places one by one; more are sorted together. */
const FEW = 16;

export class Files {
  readonly #numbers = new Map<string, number>();
  /** By number; `undefined` where the number is free. */
  readonly #files: (File | undefined)[] = [];
  readonly #free: number[] = [];
  /** Numbers by path; those in {@link Files.#unsorted} are not among them. */
  #sorted: number[] = [];
  readonly #unsorted = new Set<number>();
  /** By number, the place among all paths. */
  #ranks: Uint32Array = new Uint32Array(0);
  #isRanked = false;

  get count(): number {
    return this.#numbers.size;
  }

  /** -1 where it is not there. */
  find(path: string): number {
    return this.#numbers.get(path) ?? -1;
  }

  get(number: number): File {
    return this.#files[number] as File;
  }

  /** A new file, without symbols. */
  add(path: string, stamp: string | undefined): number {
    const number = this.#free.pop() ?? this.#files.length;
    this.#files[number] = { path, stamp, start: 0, count: 0 };
    this.#place(number, path);
    return number;
  }

  /** Fills the empty index of a file; `files` by path. */
  fill(files: readonly File[]): void {
    for (const [number, file] of files.entries()) {
      this.#files.push(file);
      this.#numbers.set(file.path, number);
      this.#sorted.push(number);
    }
  }

  remove(number: number): void {
    this.#displace(number);
    this.#files[number] = undefined;
    this.#free.push(number);
  }

  /** To a path that no file has. */
  rename(number: number, path: string): void {
    this.#displace(number);
    this.get(number).path = path;
    this.#place(number, path);
  }

  /** Numbers, by path. */
  inOrder(): readonly number[] {
    if (this.#unsorted.size > FEW) {
      for (const number of this.#unsorted) this.#sorted.push(number);
      this.#sorted.sort((one, other) => compareCodePoints(this.get(one).path, this.get(other).path));
    } else {
      for (const number of this.#unsorted) {
        this.#sorted.splice(this.#placeOf(this.get(number).path), 0, number);
      }
    }
    this.#unsorted.clear();
    return this.#sorted;
  }

  /** By number, the place of the file among all, by path. */
  ranks(): Uint32Array {
    if (this.#isRanked) return this.#ranks;
    if (this.#ranks.length < this.#files.length) this.#ranks = new Uint32Array(this.#files.length);
    for (const [rank, number] of this.inOrder().entries()) this.#ranks[number] = rank;
    this.#isRanked = true;
    return this.#ranks;
  }

  get heldBytes(): number {
    let bytes = this.#ranks.byteLength + 8 * (this.#files.length + this.#free.length + this.#sorted.length);
    for (const file of this.#files) {
      if (file !== undefined) bytes += FILE_BYTES + file.path.length + (file.stamp?.length ?? 0);
    }
    return bytes;
  }

  #place(number: number, path: string): void {
    this.#numbers.set(path, number);
    this.#unsorted.add(number);
    this.#isRanked = false;
  }

  #displace(number: number): void {
    const { path } = this.get(number);
    this.#numbers.delete(path);
    if (!this.#unsorted.delete(number)) this.#sorted.splice(this.#placeOf(path), 1);
    this.#isRanked = false;
  }

  /** The first sorted file whose path is not before this one, by halving. */
  #placeOf(path: string): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { path: found } = this.get(this.#sorted[middle] as number);
      if (compareCodePoints(found, path) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
