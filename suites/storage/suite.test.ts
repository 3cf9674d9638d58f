/** The inputs are what they say, and an engine that answers wrongly is found out. */

import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadSet } from '@pairbench/fixtures';
import type { LogEvent } from '@pairbench/storage/contract';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { makeSequence, sequenceOf, stamp, strangers } from './checkpoints.ts';
import { diskDirectory, newDirectory } from './directory.ts';
import type { Storage } from './engine.ts';
import { append, appendTogether } from './operations/append.ts';
import { save } from './operations/checkpoint.ts';
import { mixOfAll, replay } from './operations/replay.ts';
import { crcsOfWindows, spool } from './operations/spool.ts';
import { groupsOfEvents, loadEvents, manyEvents, onlyPart, partsOf, toolOutput, type Work } from './work.ts';

const events = loadEvents();

describe('a growing session', () => {
  const sequence = makeSequence(events, { bytes: 200_000, steps: 16 });
  const bodies = sequence.map(onlyPart);
  const messagesOf = (body: Buffer) => JSON.parse(body.toString()).messages as { n: string }[];

  test('begins at the size that is asked for and grows by a turn a step', () => {
    expect(Math.abs((bodies[0]?.length ?? 0) / 200_000 - 1)).toBeLessThan(0.02);
    const counts = bodies.map((body) => messagesOf(body).length);
    expect(counts.slice(1).map((count, i) => count - (counts[i] as number))).toEqual(Array(15).fill(3));
  });

  test('keeps its messages, but for one in eight steps that compacts one', () => {
    const changed = bodies.slice(1).map((body, i) => {
      const before = messagesOf(bodies[i] as Buffer);
      return messagesOf(body)
        .slice(0, before.length)
        .filter((message, k) => JSON.stringify(message) !== JSON.stringify(before[k])).length;
    });
    expect(changed.filter((count) => count === 1)).toHaveLength(2);
    expect(changed.filter((count) => count === 0)).toHaveLength(13);
  });

  test('is another at each rotation, and JSON still', () => {
    const last = sequence.at(-1) as Work;
    const before = Buffer.from(onlyPart(last));
    stamp(last, 7);
    const numbers = messagesOf(onlyPart(last)).map(({ n }) => n);
    expect(numbers.filter((n) => n === '00000007').length).toBeGreaterThanOrEqual(45);
    expect(onlyPart(last).length).toBe(before.length);
    expect(onlyPart(last).equals(before)).toBe(false);
  });

  test('strangers share no message, and a rotation changes every stretch of 8 KB', () => {
    const fresh = strangers(2_000_000, 3)(events).map((input) => input as Work);
    const texts = fresh.flatMap((work) =>
      messagesOf(onlyPart(work)).map((message) => JSON.stringify(message)),
    );
    expect(texts.length).toBeGreaterThan(6_000);
    expect(new Set(texts).size).toBe(texts.length);
    for (const { stamps, parts } of fresh) {
      const ends = [...stamps.slice(1), (parts[0] as Buffer).length];
      expect(Math.max(...ends.map((end, k) => end - (stamps[k] as number)))).toBeLessThan(8_192 - 8);
    }
  });
});

test('tool output comes in pieces of a pipe and is as long as it says', () => {
  const pieces = partsOf(toolOutput(524_288)(loadSet('mixed-10k'))[0]);
  expect(pieces.reduce((sum, piece) => sum + piece.length, 0)).toBe(524_288);
  expect(Math.max(...pieces.map((piece) => piece.length))).toBe(65_536);
  expect(new Set(pieces.map((piece) => piece.length)).size).toBeGreaterThan(3);
});

/** An engine in memory, and what it can do wrong. */
type Fault = 'none' | 'loses an event' | 'changes a byte' | 'repeats a number' | 'one event too many';

function faulty(fault: Fault): Storage {
  const spoil = (bytes: Uint8Array): Buffer => {
    const copy = Buffer.from(bytes);
    if (fault === 'changes a byte') copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
    return copy;
  };
  return {
    openEventLog(): ReturnType<Storage['openEventLog']> {
      return kept;
    },
    openCheckpoints() {
      let last: Buffer = Buffer.alloc(0);
      return {
        save(_, bytes) {
          last = spoil(bytes);
          return { bytes: bytes.length };
        },
        load: () => last,
        close() {},
      };
    },
    openSpool() {
      let whole: Buffer = Buffer.alloc(0);
      return {
        create: () => {
          const pieces: Buffer[] = [];
          return {
            write: (piece) => void pieces.push(Buffer.from(piece as Uint8Array)),
            finish() {
              whole = spoil(Buffer.concat(pieces));
              return { bytes: whole.length };
            },
          };
        },
        read: (_, start, end) => whole.subarray(start, end),
        remove: () => true,
      };
    },
  };
}

/** The log of the last engine made: closing and opening it again must find the same events. */
let kept: ReturnType<Storage['openEventLog']>;

function engineWith(fault: Fault): Storage {
  const stored: Buffer[] = [];
  let next = 0;
  const add = (event: Uint8Array | string) => {
    const bytes = Buffer.from(event as Uint8Array);
    if (fault === 'changes a byte' && next === 5) bytes[0] = 0;
    if (fault !== 'loses an event' || next !== 5) stored.push(bytes);
    if (fault === 'one event too many' && next === 5) stored.push(bytes);
    return fault === 'repeats a number' && next === 5 ? next++ - 1 : next++;
  };
  kept = {
    append: add,
    appendAsync: async (event) => add(event),
    appendBatch: (batch) => batch.map(add)[0] ?? next,
    replay: () => stored.map((bytes, seq): LogEvent => ({ seq, bytes })).values(),
    prune: (before) => before,
    close() {},
  };
  return faulty(fault);
}

const FAULTS = ['loses an event', 'changes a byte', 'one event too many'] as const;

describe('an engine that answers wrongly is found out in the first rotation', () => {
  const single = groupsOfEvents(12, 1)(events);
  const groups = groupsOfEvents(3, 4)(events);
  const answers = async (operation: (i: number) => unknown, count: number) => {
    const given: unknown[] = [];
    for (let i = 0; i < count; i++) given.push(await operation(i));
    return given;
  };

  test('a good one is not', async () => {
    expect(await answers(append(engineWith('none'), single), 12)).toEqual(Array(12).fill(0));
    expect(await answers(appendTogether(engineWith('none'), groups), 3)).toEqual([0, 0, 0]);
    const many = manyEvents(3_000)(events);
    expect(await answers(replay(engineWith('none'), many), 1)).toEqual(mixOfAll(many));
    const sequence = sequenceOf({ bytes: 50_000, steps: 3 })(events);
    const sizes = sequence.map((input) => onlyPart(input).length);
    expect(await answers(save(engineWith('none'), sequence), 3)).toEqual(sizes);
    const output = toolOutput(300_000)(loadSet('mixed-10k'));
    expect(await answers(spool(engineWith('none'), output), 1)).toEqual(crcsOfWindows(output));
  });

  test.each([...FAULTS, 'repeats a number'] as const)('append: %s', async (fault) => {
    expect(await answers(append(engineWith(fault), single), 12)).not.toEqual(Array(12).fill(0));
    expect(await answers(appendTogether(engineWith(fault), groups), 3)).not.toEqual([0, 0, 0]);
  });

  test.each(FAULTS)('replay: %s', async (fault) => {
    const many = manyEvents(3_000)(events);
    expect(await answers(replay(engineWith(fault), many), 1)).not.toEqual(mixOfAll(many));
  });

  test('save and spool: changes a byte', async () => {
    const sequence = sequenceOf({ bytes: 50_000, steps: 2 })(events);
    expect((await answers(save(engineWith('changes a byte'), sequence), 1))[0]).toBe(
      'other bytes were loaded',
    );
    const output = toolOutput(300_000)(loadSet('mixed-10k'));
    expect((await answers(spool(engineWith('changes a byte'), output), 1))[0]).toBe('other bytes were read');
  });
});

describe('directories', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('are new, empty and of this process', () => {
    const [one, two] = [newDirectory('a'), newDirectory('a')];
    expect(one).not.toBe(two);
    expect(one).toContain(`pairbench-storage-${process.pid}-`);
    expect(readdirSync(two)).toEqual([]);
  });

  test('lie where the environment says', () => {
    const wanted = join(newDirectory('parent'), 'inside');
    vi.stubEnv('PAIRBENCH_STORAGE_DIR', wanted);
    expect(diskDirectory()).toBe(wanted);
    expect(existsSync(wanted)).toBe(true);
  });

  test.skipIf(process.platform !== 'linux' || !existsSync('/dev/shm'))('are refused in memory', () => {
    const wanted = `/dev/shm/pairbench-storage-test-${process.pid}`;
    vi.stubEnv('PAIRBENCH_STORAGE_DIR', wanted);
    expect(() => diskDirectory()).toThrow(/lies in memory, where a flush costs nothing/);
  });

  test('of a process that is gone are removed', async () => {
    const parent = newDirectory('parent');
    // No process has a number beyond the largest that Linux gives.
    mkdirSync(join(parent, 'pairbench-storage-99999999-abc'));
    mkdirSync(join(parent, `pairbench-storage-${process.pid}-abc`));
    vi.stubEnv('PAIRBENCH_STORAGE_DIR', parent);
    vi.resetModules();
    const fresh = (await import(`./directory.ts?${parent}`)) as typeof import('./directory.ts');
    fresh.newDirectory('x');
    const names = readdirSync(parent).map((name) => name.replace(/-[^-]*$/, ''));
    expect(new Set(names)).toEqual(new Set([`pairbench-storage-${process.pid}`]));
  });
});
