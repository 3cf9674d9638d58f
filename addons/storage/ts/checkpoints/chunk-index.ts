import { type Chunk, encodedBytes, type Manifest } from './manifest.ts';

/** Places of one CRC and length that are remembered. Honest data has one, or two while a chunk moves. */
const MAX_CANDIDATES = 4;
/** What a frame takes besides its body, fill included on average. */
const FRAME_OVERHEAD_BYTES = 44;
/** More than any length of a chunk: CRC and length make one number. */
const LENGTHS = 2 ** 17;
/** More than any offset; segments up to 2^22 make one exact number with it. */
const OFFSETS = 2 ** 31;
const SEGMENTS = 2 ** 22;

interface Use {
  readonly chunk: Chunk;
  /** How often the live manifests name it. */
  count: number;
}

/** What is stored: the manifest of each id, and where chunks of a given CRC and length are. */
export class ChunkIndex {
  readonly #manifests = new Map<string, Manifest>();
  readonly #uses = new Map<number | string, Use>();
  readonly #places = new Map<number, Chunk[]>();
  #liveBytes = 0;

  /** Bytes that would have to be written to store all of this anew. */
  get liveBytes(): number {
    return this.#liveBytes;
  }

  get(id: string): Manifest | undefined {
    return this.#manifests.get(id);
  }

  /** All of them, oldest save first. */
  sorted(): [id: string, manifest: Manifest][] {
    return [...this.#manifests].sort(
      ([a, { seq: first }], [b, { seq: second }]) =>
        first - second || Buffer.compare(Buffer.from(a), Buffer.from(b)),
    );
  }

  /** The manifest saved last. */
  newest(): Manifest | undefined {
    let newest: Manifest | undefined;
    for (const manifest of this.#manifests.values()) {
      if (newest === undefined || manifest.seq > newest.seq) newest = manifest;
    }
    return newest;
  }

  /** Puts `manifest` in the place of what `id` had. */
  insert(id: string, manifest: Manifest): void {
    const old = this.#manifests.get(id);
    this.#liveBytes += overhead(id, manifest);
    // Before the old ones go, so that what both name is not forgotten in between.
    for (const chunk of manifest.chunks) this.#add(chunk);
    this.#manifests.set(id, manifest);
    if (old !== undefined) this.#forget(id, old);
  }

  /** Whether there was one. */
  remove(id: string): boolean {
    const old = this.#manifests.get(id);
    if (old === undefined) return false;
    this.#manifests.delete(id);
    this.#forget(id, old);
    return true;
  }

  /** Places of live chunks with this CRC and length, those written last first. */
  candidates(crc: number, length: number): readonly Chunk[] {
    const places = this.#places.get(keyOf(crc, length)) ?? [];
    if (places.length < 2) return places;
    return [...places].sort((a, b) => b.segment - a.segment || b.offset - a.offset);
  }

  #add(chunk: Chunk): void {
    const place = useKey(this.#uses, chunk);
    const use = this.#uses.get(place);
    if (use !== undefined) {
      use.count += 1;
      return;
    }
    this.#uses.set(place, { chunk, count: 1 });
    this.#liveBytes += chunk.length;
    const key = keyOf(chunk.crc, chunk.length);
    const places = this.#places.get(key);
    if (places === undefined) this.#places.set(key, [chunk]);
    else if (places.length < MAX_CANDIDATES) places.push(chunk);
  }

  #forget(id: string, manifest: Manifest): void {
    this.#liveBytes -= overhead(id, manifest);
    for (const chunk of manifest.chunks) this.#release(chunk);
  }

  #release(chunk: Chunk): void {
    const place = useKey(this.#uses, chunk);
    const use = this.#uses.get(place);
    if (use === undefined) return;
    use.count -= 1;
    if (use.count > 0) return;
    this.#uses.delete(place);
    this.#liveBytes -= chunk.length;
    const key = keyOf(chunk.crc, chunk.length);
    const places = this.#places.get(key) ?? [];
    const rest = places.filter((other) => !samePlace(other, chunk));
    if (rest.length === 0) this.#places.delete(key);
    else if (rest.length < places.length) this.#places.set(key, rest);
  }
}

/** CRC and length as one number. */
export function keyOf(crc: number, length: number): number {
  return crc * LENGTHS + length;
}

export function samePlace(a: Chunk, b: Chunk): boolean {
  return a.segment === b.segment && a.offset === b.offset;
}

/** A name of the place: a number where one holds it. */
export function placeOf({ segment, offset }: Chunk): number | string {
  return segment < SEGMENTS && offset < OFFSETS ? segment * OFFSETS + offset : `${segment}:${offset}`;
}

/** Only damaged or hostile manifests name two chunks of one place; the second then has a longer name. */
function useKey(uses: ReadonlyMap<number | string, Use>, chunk: Chunk): number | string {
  const place = placeOf(chunk);
  const known = uses.get(place)?.chunk;
  if (known === undefined || (known.crc === chunk.crc && known.length === chunk.length)) return place;
  return `${place}:${chunk.length}:${chunk.crc}`;
}

function overhead(id: string, manifest: Manifest): number {
  return FRAME_OVERHEAD_BYTES + encodedBytes(manifest.chunks.length, Buffer.byteLength(id));
}
