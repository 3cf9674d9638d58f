import { Random } from '@pairbench/testing';
import type { Spool } from '../contract.ts';
import { openSpoolOn } from '../spool/spool.ts';
import { noise } from './noise.ts';
import { everyPolicy, randomPolicy } from './simulated/crash.ts';
import { type FaultCode, SimulatedDisk } from './simulated/disk.ts';

const bytes = noise(1, 150_000);
const small = noise(2, 100);

/** What is true at a moment: outputs that were finished, and ids whose fate is open. */
interface Promised {
  readonly finished: ReadonlyMap<string, Buffer>;
  readonly open: ReadonlySet<string>;
}

const contents: Readonly<Record<string, Buffer>> = { a: bytes, b: small, c: Buffer.alloc(0) };

/** Two outputs and an empty one, a removal and the same id again. `seen` is called before every operation, and at the end. */
function run(disk: SimulatedDisk, seen: (promised: Promised) => void): void {
  const finished = new Map<string, Buffer>();
  const open = new Set<string>();
  const now = () => seen({ finished: new Map(finished), open: new Set(open) });
  disk.onOperation = now;
  const spool = openSpoolOn(disk, '/spool', 'flushed');
  const write = (id: string) => {
    open.add(id);
    const writer = spool.create(id);
    for (let at = 0; at < (contents[id] as Buffer).length; at += 40_000) {
      writer.write((contents[id] as Buffer).subarray(at, at + 40_000));
    }
    writer.finish();
    open.delete(id);
    finished.set(id, contents[id] as Buffer);
  };
  write('a');
  write('c');
  write('b');
  open.add('b');
  finished.delete('b');
  spool.remove('b');
  write('b');
  disk.onOperation = undefined;
  now();
}

function verify(disk: SimulatedDisk, { finished, open }: Promised, where: string): void {
  const fail = (what: string): never => {
    throw new Error(`${where}: ${what}\n${disk.log.slice(-30).join('\n')}`);
  };
  const spool: Spool = openSpoolOn(disk, '/spool', 'flushed');
  const complete = spool.list().filter((entry) => entry.complete);
  for (const { id } of complete) {
    if (!finished.has(id) && !open.has(id)) fail(`${id} is there`);
    if (!spool.read(id).equals(contents[id] as Buffer)) fail(`${id} has other bytes`);
  }
  for (const id of finished.keys()) if (!complete.some((entry) => entry.id === id)) fail(`${id} is gone`);
  // Whatever is left over can be removed and made again.
  for (const id of Object.keys(contents)) {
    spool.remove(id);
    const writer = spool.create(id);
    writer.write(contents[id] as Buffer);
    writer.finish();
  }
  const again = openSpoolOn(
    disk.afterPowerCut(() => 'lose'),
    '/spool',
    'flushed',
  );
  for (const id of Object.keys(contents)) {
    if (!again.read(id).equals(contents[id] as Buffer)) fail(`${id} is not what was written again`);
  }
}

/** Crashes at every operation. Returns the states looked at. */
export function exhaustSpool(): number {
  let states = 0;
  let at = 0;
  const disk = new SimulatedDisk(1);
  run(disk, (promised) => {
    for (const { name, policy } of everyPolicy(disk.pending)) {
      verify(disk.afterPowerCut(policy), promised, `operation ${at}, ${name}`);
      states += 1;
    }
    const random = new Random(at);
    for (let count = 0; count < 10; count += 1) {
      verify(disk.afterPowerCut(randomPolicy(random)), promised, `operation ${at}, random ${count}`);
      states += 1;
    }
    verify(disk.afterProcessCrash(), promised, `killed at operation ${at}`);
    at += 1;
  });
  return states;
}

/** A failure at every operation. */
export function checkSpoolFaults(): void {
  for (const code of ['EIO', 'ENOSPC', 'EINTR', 'short'] satisfies FaultCode[]) {
    for (let at = 0; ; at += 1) {
      const disk = new SimulatedDisk(1);
      disk.fault = { at, code };
      let promised: Promised = { finished: new Map(), open: new Set() };
      try {
        run(disk, (seen) => {
          promised = seen;
        });
      } catch (error) {
        const got = (error as { code?: string }).code;
        if (got !== 'ERR_IO' && got !== 'ERR_NO_SPACE') throw error;
      }
      const { operations } = disk;
      disk.onOperation = undefined;
      disk.fault = undefined;
      verify(
        disk.afterPowerCut(() => 'lose'),
        promised,
        `${code} at operation ${at}, then nothing is kept`,
      );
      verify(disk.afterProcessCrash(), promised, `${code} at operation ${at}`);
      if (operations <= at) break;
    }
  }
}

/** One byte of the output and its sums after the other is changed, and each is cut at each length. */
export function checkSpoolDamage(): number {
  const disk = new SimulatedDisk(2);
  const spool = openSpoolOn(disk, '/spool', 'flushed');
  const writer = spool.create('x');
  writer.write(noise(3, 600));
  writer.finish();
  let damaged = 0;
  const refused = (path: string, content: Uint8Array, where: string) => {
    disk.put(path, content);
    damaged += 1;
    try {
      spool.read('x');
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ERR_CORRUPT') return;
      throw error;
    }
    throw new Error(`${where} was not noticed`);
  };
  for (const path of ['/spool/x.out', '/spool/x.sum']) {
    const content = disk.contentOf(path);
    for (let at = 0; at < content.length; at += 1) {
      const changed = Buffer.from(content);
      changed[at] = (changed[at] as number) ^ (1 << (at % 8));
      refused(path, changed, `byte ${at} of ${path}`);
      refused(path, content.subarray(0, at), `${path} cut to ${at}`);
    }
    disk.put(path, content);
  }
  if (!spool.read('x').equals(noise(3, 600))) throw new Error('the whole output is not what was written');
  return damaged;
}

/** What `remove` said is gone stays gone. */
export function checkSpoolRemoval(): void {
  const disk = new SimulatedDisk(3);
  const spool = openSpoolOn(disk, '/spool', 'flushed');
  spool.create('x').finish();
  spool.remove('x');
  const after = openSpoolOn(
    disk.afterPowerCut(() => 'lose'),
    '/spool',
    'flushed',
  );
  if (after.list().length > 0) throw new Error('a removed output came back');
}
