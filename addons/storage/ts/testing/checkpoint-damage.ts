import { crc32 } from 'node:zlib';
import { contentsOf, sameContents } from './checkpoint-steps.ts';
import { noise } from './noise.ts';
import { SimulatedDisk } from './simulated/disk.ts';
import { OPTIONS, open } from './small-store.ts';

function segmentsOf(disk: SimulatedDisk): string[] {
  const names = disk.list('/store').filter((name) => name.endsWith('.seg'));
  return names.sort().map((name) => `/store/${name}`);
}

/** Throws unless `call` throws `ERR_CORRUPT`, which it returns. */
function damageOf(call: () => unknown, where: string): { segment: number; offset: number } {
  try {
    call();
  } catch (error) {
    const { code, segment, offset } = error as { code?: string; segment?: number; offset?: number };
    if (code !== 'ERR_CORRUPT' || segment === undefined || offset === undefined) throw error;
    return { segment, offset };
  }
  throw new Error(`${where} was not noticed`);
}

/** Each byte of a small closed store changed, each segment cut at each length: an error, or everything as it was. */
export function checkStoreDamage(): number {
  const disk = new SimulatedDisk(1);
  const store = open(disk);
  store.save('a', noise(1, 1000));
  store.save('b', noise(2, 2500));
  store.save('a', noise(3, 900));
  store.save('d', Buffer.from('gone'));
  store.remove('d');
  store.save('c', new Uint8Array());
  const expected = contentsOf(store);
  store.close();
  const paths = segmentsOf(disk);
  if (paths.length < 2) throw new Error('the store has one segment only');
  let damaged = 0;
  for (const path of paths) {
    const content = disk.contentOf(path);
    for (let at = 0; at < content.length; at += 1) {
      const changed = Buffer.from(content);
      changed[at] = (changed[at] as number) ^ (1 << (at % 8));
      const image = disk.afterProcessCrash();
      image.put(path, changed);
      let found: ReturnType<typeof contentsOf> | undefined;
      try {
        found = contentsOf(open(image));
      } catch (error) {
        damageOf(() => {
          throw error;
        }, path);
      }
      if (found !== undefined && !sameContents(found, expected))
        throw new Error(`byte ${at} of ${path} changes what is read`);
      const cut = disk.afterProcessCrash();
      cut.put(path, content.subarray(0, at));
      damageOf(() => open(cut), `${path} cut to ${at}`);
      damaged += 2;
    }
  }
  return damaged;
}

/** Bytes that change under an open store. */
export function checkChunkDamage(): void {
  const disk = new SimulatedDisk(2);
  const store = open(disk);
  store.save('a', noise(1, 50_000));
  const path = segmentsOf(disk).at(-1) as string;
  const file = disk.open(path, 'write');
  const at = disk.contentOf(path).length - 1000;
  file.writeAt(Buffer.from('damage'), at);
  const { offset } = damageOf(() => store.load('a'), 'a damaged chunk');
  if (offset > at || offset < at - 65_536) throw new Error(`the damage at ${at} is said to be at ${offset}`);
  // Saved again it is whole again: what does not hold is not shared.
  store.save('a', noise(1, 50_000));
  if (!store.load('a').equals(noise(1, 50_000))) throw new Error('saving again did not heal it');
}

export function checkMissingSegment(): void {
  const disk = new SimulatedDisk(3);
  const store = open(disk);
  store.save('a', noise(1, 20_000));
  store.save('b', noise(1, 20_000));
  store.save('c', noise(2, 20_000));
  store.close();
  const [empty, first] = segmentsOf(disk) as [string, string];
  disk.unlink(empty);
  disk.unlink(first);
  damageOf(() => open(disk), 'a missing segment');
}

/** In the buffered level nothing is flushed by a save, but what moved out of a segment is before the segment goes. */
export function checkBufferedSpace(): void {
  const options = { ...OPTIONS, durability: 'buffered' } as const;
  const disk = new SimulatedDisk(4);
  const store = open(disk, options);
  store.save('keeper', noise(1, 2000));
  for (let round = 0; round < 40; round += 1) {
    // Two in a segment, so that no rotation flushes what has just moved.
    store.save('busy', noise(10 + round, round % 2 === 0 ? 1500 : 900));
    const after = open(
      disk.afterPowerCut(() => 'lose'),
      options,
    );
    const isGone = !disk.list('/store').includes('0000000000000000.seg');
    if (isGone && !after.load('keeper').equals(noise(1, 2000))) throw new Error('what was kept is lost');
  }
  if (disk.list('/store').includes('0000000000000000.seg')) throw new Error('no space was given back');
}

/** Two chunks of one length and one CRC. */
export function checkEqualChecksums(): void {
  const one = noise(6, 8000);
  const other = Buffer.from(one);
  other[0] = (other[0] as number) ^ 1;
  forceCrc(other, crc32(one));
  if (crc32(other) !== crc32(one) || other.equals(one))
    throw new Error('the two are not what they should be');
  const store = open(new SimulatedDisk(5));
  store.save('one', one);
  store.save('other', other);
  if (!store.load('one').equals(one) || !store.load('other').equals(other))
    throw new Error('one was taken for the other');
}

/** Changes the last 4 bytes so that the whole has this CRC: it is linear, so each of the 32 bits is found by itself. */
function forceCrc(bytes: Buffer, target: number): void {
  const crcWith = (last: number) => {
    bytes.writeUInt32LE(last >>> 0, bytes.length - 4);
    return crc32(bytes);
  };
  const zero = crcWith(0);
  let rows = Array.from({ length: 32 }, (_, bit) => ({ effect: crcWith(1 << bit) ^ zero, input: 1 << bit }));
  let wanted = zero ^ target;
  let last = 0;
  for (let bit = 0; bit < 32; bit += 1) {
    const pivot = rows.find(({ effect }) => (effect >>> bit) & 1);
    if (pivot === undefined) continue;
    rows = rows
      .filter((row) => row !== pivot)
      .map((row) =>
        (row.effect >>> bit) & 1
          ? { effect: row.effect ^ pivot.effect, input: row.input ^ pivot.input }
          : row,
      );
    if ((wanted >>> bit) & 1) {
      wanted ^= pivot.effect;
      last ^= pivot.input;
    }
  }
  crcWith(last);
}
