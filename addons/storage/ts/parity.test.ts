import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '@pairbench/testing';
import { describe, expect, it } from 'vitest';
import { checkOptions } from './arguments.ts';
import { type EventLog, StorageError } from './contract.ts';
import { openEventLogOn } from './events/log.ts';
import { RealFileSystem } from './files/real.ts';
import { engineIds, enginePairs, nativeTitle, openEventLogOf, whyNoNative } from './testing/engines.ts';
import { temporaryPath } from './testing/temporary-dir.ts';

const SEGMENT_BYTES = 4096;

function fill(log: EventLog, seed: number, count: number): void {
  const random = new Random(seed);
  for (let index = 0; index < count; index += 1) {
    const bytes = () => Buffer.alloc(random.below(900), `${seed}/${index};`);
    if (random.chance(0.3)) log.appendBatch(Array.from({ length: 1 + random.below(3) }, bytes));
    else log.append(bytes());
  }
}

function digest(log: EventLog): string[] {
  return [...log.replay()].map(({ seq, bytes }) => `${seq} ${bytes.toString('latin1')}`);
}

describe.each(enginePairs)('%s writes, %s goes on', (first, second) => {
  const write = openEventLogOf[first];
  const read = openEventLogOf[second];

  it('I5: replays, appends, and the first reads it again', () => {
    const dir = temporaryPath();
    const log = write(dir, { segmentBytes: SEGMENT_BYTES });
    fill(log, 1, 60);
    const before = digest(log);
    log.close();
    const other = read(dir, { segmentBytes: SEGMENT_BYTES });
    expect(other.recovery).toEqual({ cutBytes: 0, cutSegment: 0, cutOffset: 0, wasClosed: true });
    expect(digest(other)).toEqual(before);
    fill(other, 2, 30);
    const after = digest(other);
    other.close();
    const again = write(dir);
    expect(digest(again)).toEqual(after);
    again.close();
  });

  it('I8: recovers a log whose writer was killed in the middle of a write', () => {
    const dir = temporaryPath();
    const killed = temporaryPath();
    const log = write(dir, { segmentBytes: SEGMENT_BYTES });
    fill(log, 3, 20);
    cpSync(dir, killed, { recursive: true });
    log.append(Buffer.alloc(500, 'torn'));
    // The last frame, half of it.
    const name = readdirSync(dir)
      .filter((file) => file.endsWith('.seg'))
      .sort()
      .at(-1) as string;
    const torn = readFileSync(join(dir, name));
    const end = torn.lastIndexOf('torn');
    torn.fill(0, end - 250, end + 4);
    writeFileSync(join(killed, name), torn);
    const expected = digest(log).slice(0, -1);
    log.close();
    const other = read(killed);
    expect(other.recovery).toMatchObject({ wasClosed: false });
    expect(other.recovery.cutBytes).toBeGreaterThan(200);
    expect(digest(other)).toEqual(expected);
    expect(other.append('on')).toBe(expected.length);
    other.close();
  });

  it('I15: reads beside the writer', () => {
    const dir = temporaryPath();
    const log = write(dir, { segmentBytes: SEGMENT_BYTES });
    fill(log, 4, 10);
    const reader = read(dir, { readOnly: true });
    expect(digest(reader)).toEqual(digest(log));
    fill(log, 5, 30);
    const seen = digest(reader);
    expect(digest(log).slice(0, seen.length)).toEqual(seen);
    reader.close();
    log.close();
  });

  it('I14: keeps the other out, in one process', () => {
    const dir = temporaryPath();
    const log = write(dir);
    expect(() => read(dir)).toThrow(expect.objectContaining({ code: 'ERR_LOCKED', pid: process.pid }));
    log.close();
    read(dir).close();
  });
});

describe.skipIf(whyNoNative !== undefined)(`both engines: ${nativeTitle}`, () => {
  it('write the same bytes when the salt is the same', () => {
    const nativeDir = temporaryPath();
    const native = openEventLogOf.native(nativeDir, { segmentBytes: SEGMENT_BYTES });
    fill(native, 6, 80);
    native.close();
    const names = readdirSync(nativeDir)
      .filter((name) => name.endsWith('.seg'))
      .sort();
    const salts = names.map((name) => readFileSync(join(nativeDir, name)).readBigUInt64LE(32));

    /** Random numbers for spares' names are not salts: only what lands in a header counts. */
    class SameSalts extends RealFileSystem {
      constructor() {
        super(() => this.#next());
      }
      #made = 0;
      #names = 0n;
      #next(): bigint {
        const isName = new Error().stack?.includes('#create') ?? false;
        if (isName) return ++this.#names;
        return salts[this.#made++] as bigint;
      }
    }
    const typescriptDir = temporaryPath();
    const log = openEventLogOn(new SameSalts(), typescriptDir, checkOptions({ segmentBytes: SEGMENT_BYTES }));
    fill(log, 6, 80);
    log.close();
    expect(names.length).toBeGreaterThan(5);
    for (const name of [...names, 'WRITER']) {
      const same = readFileSync(join(typescriptDir, name)).equals(readFileSync(join(nativeDir, name)));
      expect(same, name).toBe(true);
    }
  });

  it('I6: say the same of every kind of damage', () => {
    const dir = temporaryPath();
    const log = openEventLogOf.typescript(dir, { segmentBytes: SEGMENT_BYTES });
    fill(log, 7, 25);
    log.close();
    const names = readdirSync(dir)
      .filter((name) => name.endsWith('.seg'))
      .sort();
    const random = new Random(8);
    for (let round = 0; round < 300; round += 1) {
      const name = random.pick(names);
      const bytes = readFileSync(join(dir, name));
      const at = random.chance(0.2) ? random.below(64) : random.below(bytes.length);
      if (random.chance(0.8)) bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
      const damaged = random.chance(0.9) ? bytes : bytes.subarray(0, at);
      const withoutWriter = random.chance(0.3);
      const [ours, theirs] = engineIds.map((engine) => {
        const copy = temporaryPath();
        cpSync(dir, copy, { recursive: true });
        writeFileSync(join(copy, name), damaged);
        if (withoutWriter) writeFileSync(join(copy, 'WRITER'), '');
        return outcome(() => {
          const opened = openEventLogOf[engine](copy);
          try {
            return [digest(opened), opened.recovery];
          } finally {
            opened.close();
          }
        });
      });
      expect(theirs, `${name}, byte ${at}, round ${round}`).toEqual(ours);
    }
  });

  it('refuse the same arguments with the same words', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(8));
    const detached = new Uint8Array(8);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    const calls: ((open: typeof openEventLogOf.native, log: EventLog) => unknown)[] = [
      (open) => open(7 as never),
      (open) => open(''),
      (open) => open('a\0b'),
      (open) => open('x', null as never),
      (open) => open('x', { segmentBytes: 4095 }),
      (open) => open('x', { segmentBytes: 2 ** 31 }),
      (open) => open('x', { maxBytes: 0 }),
      (open) => open('x', { durability: 'maybe' as never }),
      (open) => open('x', { readOnly: 1 as never }),
      (open) => open('x', { lockWaitMs: Number.NaN }),
      (open) => open('/nowhere/at/all'),
      (open) => open('/dev/null'),
      (open) => open('/nowhere/at/all', { readOnly: true }),
      (_, log) => log.append(undefined as never),
      (_, log) => log.append(5 as never),
      (_, log) => log.append(new DataView(new ArrayBuffer(2)) as never),
      (_, log) => log.append(detached),
      (_, log) => log.append(shared),
      (_, log) => log.appendBatch('abc' as never),
      (_, log) => log.appendBatch(['a', null as never]),
      (_, log) => log.appendBatch(Array(2) as never),
      (_, log) => log.append(Buffer.alloc(5001)),
      (_, log) => log.appendBatch([Buffer.alloc(3000), Buffer.alloc(3000)]),
      (_, log) => log.replay(-1),
      (_, log) => log.replay(0.5),
      (_, log) => log.replay('0' as never),
      (_, log) => [...log.replay(10 ** 9)],
      (_, log) => log.prune(-1),
      (_, log) => log.prune(Number.NaN),
      (_, log) => {
        for (let seq = 0; seq < 10; seq += 1) log.append(Buffer.alloc(2000));
        return [log.prune(7), log.firstSeq];
      },
      (_, log) => log.replay(1),
      (_, log) => {
        const replay = log.replay(6);
        log.prune(100);
        return [...replay];
      },
    ];
    const answers = engineIds.map((engine) => {
      const log = openEventLogOf[engine](temporaryPath(), { maxBytes: 5000, segmentBytes: 4096 });
      const said = calls.map((call) => outcome(() => call(openEventLogOf[engine], log)));
      log.close();
      said.push(
        outcome(() => log.append('x')),
        outcome(() => log.replay()),
        outcome(() => log.prune(0)),
        outcome(() => log.flush()),
      );
      return said;
    });
    expect(answers[1]).toEqual(answers[0]);
  });
});

/** What a call gives, or the code, fields and message of its error. */
function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    expect(error).toBeInstanceOf(StorageError);
    const { code, message, segment, offset, pid } = error as StorageError;
    return { code, message, segment, offset, pid };
  }
}
