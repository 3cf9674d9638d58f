import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventLog } from './contract.ts';
import { engineIds, enginePairs, openEventLogOf } from './testing/engines.ts';
import { temporaryPath } from './testing/temporary-dir.ts';

function textsOf(log: EventLog, from?: number): string[] {
  return [...log.replay(from)].map(({ bytes }) => bytes.toString());
}

describe.each(engineIds)('%s', (engine) => {
  const open = openEventLogOf[engine];

  it('numbers events from 0 and gives them back', async () => {
    const dir = temporaryPath();
    const log = open(dir);
    expect([log.firstSeq, log.nextSeq, log.flushedSeq]).toEqual([0, 0, 0]);
    expect(log.recovery).toEqual({ cutBytes: 0, cutSegment: 0, cutOffset: 0, wasClosed: true });
    expect(log.append('a')).toBe(0);
    expect(log.appendBatch(['b', Buffer.from([0, 255]), ''])).toBe(1);
    expect(log.appendBatch([])).toBe(4);
    expect(await log.appendAsync('ö')).toBe(4);
    expect(log.append('a\ud800b')).toBe(5);
    expect([log.nextSeq, log.flushedSeq]).toEqual([6, 6]);
    expect([...log.replay()].map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(textsOf(log, 4)).toEqual(['ö', 'a\ufffdb']);
    expect([...log.replay(2)][0]).toEqual({ seq: 2, bytes: Buffer.from([0, 255]) });
    expect([...log.replay(6)]).toEqual([]);
    log.close();
    log.close();
    expect(() => log.append('x')).toThrow(expect.objectContaining({ code: 'ERR_CLOSED' }));
  });

  it('I3: keeps the order of calls when appends of both kinds meet', async () => {
    const log = open(temporaryPath());
    const answers = [log.appendAsync('0'), log.appendAsync('1')];
    expect(log.append('2')).toBe(2);
    answers.push(log.appendAsync('3'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(log.appendBatch(['4', '5'])).toBe(4);
    answers.push(log.appendAsync('6'));
    expect(await Promise.all(answers)).toEqual([0, 1, 3, 6]);
    expect(textsOf(log)).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    log.close();
  });

  it('I19: goes by numbers, whatever the clock and the times of the files say', () => {
    const dir = temporaryPath();
    const texts = Array.from({ length: 40 }, (_, i) => `${i} `.repeat(200));
    let log = open(dir, { segmentBytes: 4096 });
    for (const text of texts.slice(0, 30)) log.append(text);
    log.close();
    const segments = readdirSync(dir).filter((name) => name.endsWith('.seg'));
    expect(segments.length).toBeGreaterThan(3);
    // The newest segment is the oldest by its times, and two are of the same moment.
    segments.toSorted().forEach((name, i) => {
      const seconds = 2_000_000_000 - Math.floor(i / 2) * 86_400;
      utimesSync(join(dir, name), seconds, seconds);
    });
    utimesSync(join(dir, 'WRITER'), 0, 0);
    log = open(dir, { segmentBytes: 4096 });
    expect(log.nextSeq).toBe(30);
    for (const text of texts.slice(30)) log.append(text);
    expect(textsOf(log)).toEqual(texts);
    expect(textsOf(log, 33)).toEqual(texts.slice(33));
    log.close();
  });

  it('commits what is pending when it closes, and answers', async () => {
    const dir = temporaryPath();
    const log = open(dir);
    const answers = Array.from({ length: 10 }, (_, index) => log.appendAsync(`${index}`));
    log.close();
    expect(await Promise.all(answers)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const again = open(dir);
    expect(again.nextSeq).toBe(10);
    again.close();
  });

  it('copies what appendAsync is given before it returns', async () => {
    const log = open(temporaryPath());
    const bytes = Buffer.from('before');
    const answer = log.appendAsync(bytes);
    bytes.write('behind');
    await answer;
    expect(textsOf(log)).toEqual(['before']);
    log.close();
  });

  it('gives chunks whose ranges are the events', () => {
    const log = open(temporaryPath(), { durability: 'buffered' });
    const events = Array.from({ length: 500 }, (_, index) => Buffer.alloc((index * 37) % 9000, `${index};`));
    log.appendBatch(events.slice(0, 250));
    for (const event of events.slice(250)) log.append(event);
    const seen: Buffer[] = [];
    for (const { firstSeq, count, buffer, ranges } of log.replayChunks(3)) {
      expect(firstSeq).toBe(seen.length + 3);
      expect(ranges.length).toBe(count * 2);
      for (let index = 0; index < count; index += 1) {
        const start = ranges[index * 2] as number;
        seen.push(buffer.subarray(start, start + (ranges[index * 2 + 1] as number)));
      }
    }
    expect(Buffer.concat(seen).equals(Buffer.concat(events.slice(3)))).toBe(true);
    expect(seen.length).toBe(497);
    log.close();
  });

  it('replays up to what was there when it was called', () => {
    const log = open(temporaryPath());
    log.append('a');
    const replay = log.replay();
    log.append('b');
    expect([...replay].length).toBe(1);
    log.close();
  });

  it('I13: prunes whole segments, never the last, and refuses what is gone', () => {
    const dir = temporaryPath();
    const log = open(dir, { segmentBytes: 4096 });
    for (let seq = 0; seq < 10; seq += 1) log.append(Buffer.alloc(1500));
    expect(log.prune(0)).toBe(0);
    expect(log.prune(5)).toBe(4);
    expect(log.firstSeq).toBe(4);
    expect(() => log.replay(3)).toThrow(expect.objectContaining({ code: 'ERR_PRUNED' }));
    expect([...log.replay()].map(({ seq }) => seq)).toEqual([4, 5, 6, 7, 8, 9]);
    expect(log.prune(Number.MAX_SAFE_INTEGER)).toBe(8);
    expect(log.append('on')).toBe(10);
    log.close();
    const again = open(dir);
    expect([again.firstSeq, again.nextSeq]).toEqual([8, 11]);
    again.close();
  });

  it('takes an event larger than a segment, and none larger than maxBytes', () => {
    const dir = temporaryPath();
    const log = open(dir, { segmentBytes: 4096, maxBytes: 20_000 });
    log.append(Buffer.alloc(20_000, 7));
    const tooLarge = expect.objectContaining({ code: 'ERR_TOO_LARGE' });
    expect(() => log.append(Buffer.alloc(20_001))).toThrow(tooLarge);
    expect(() => log.append('ö'.repeat(10_001))).toThrow(tooLarge);
    expect(() => log.appendBatch([Buffer.alloc(12_000), Buffer.alloc(12_000)])).toThrow(tooLarge);
    expect(log.append('ö'.repeat(10_000))).toBe(1);
    log.close();
    const again = open(dir);
    expect([...again.replay()].map(({ bytes }) => bytes.length)).toEqual([20_000, 20_000]);
    again.close();
  });

  it('buffered: flushes on request and when it closes', () => {
    const log = open(temporaryPath(), { durability: 'buffered' });
    log.append('a');
    expect([log.nextSeq, log.flushedSeq]).toEqual([1, 0]);
    log.flush();
    expect(log.flushedSeq).toBe(1);
    log.close();
  });

  it('a reader changes nothing, takes no lock and follows the writer', () => {
    const dir = temporaryPath();
    expect(() => open(dir, { readOnly: true })).toThrow(expect.objectContaining({ code: 'ERR_NOT_FOUND' }));
    const log = open(dir, { segmentBytes: 4096 });
    log.append('a');
    const reader = open(dir, { readOnly: true });
    expect(textsOf(reader)).toEqual(['a']);
    for (let seq = 1; seq < 10; seq += 1) log.append(Buffer.alloc(1500));
    expect([...reader.replay()].length).toBe(10);
    const readOnly = expect.objectContaining({ code: 'ERR_READ_ONLY' });
    expect(() => reader.append('x')).toThrow(readOnly);
    expect(() => reader.prune(1)).toThrow(readOnly);
    reader.close();
    log.close();
  });

  it('I14: a second writer is refused with the process that has the lock', () => {
    const dir = temporaryPath();
    const log = open(dir);
    expect(() => open(dir)).toThrow(expect.objectContaining({ code: 'ERR_LOCKED', pid: process.pid }));
    log.close();
    open(dir).close();
  });

  it('I20: files are 0600, directories 0700, and no link is followed', () => {
    const dir = temporaryPath();
    const log = open(dir);
    log.append('a');
    expect(lstatSync(dir).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(dir))
      expect([name, statSync(join(dir, name)).mode & 0o777]).toEqual([name, 0o600]);
    log.close();
    for (const name of ['0000000000000000.seg', 'WRITER', 'LOCK']) {
      const linked = temporaryPath();
      mkdirSync(linked);
      symlinkSync(join(dir, name), join(linked, name));
      expect(() => open(linked), name).toThrow(expect.objectContaining({ code: 'ERR_IO' }));
    }
  });

  it('I8: cuts a torn tail, says so, and goes on with the same number', () => {
    const dir = temporaryPath();
    const log = open(dir, { segmentBytes: 4096 });
    log.append('whole');
    log.close();
    const path = join(dir, '0000000000000000.seg');
    const file = readFileSync(path);
    // Frame of `whole` up to 64 + 56, the close up to 160.
    file.write('torn', 200);
    writeFileSync(path, file);
    const again = open(dir);
    expect(again.recovery).toMatchObject({ cutBytes: 44, cutSegment: 0, cutOffset: 160 });
    expect(again.append('next')).toBe(1);
    again.close();
  });

  it('a model: whatever is called in whatever order, the log holds what was appended', () => {
    const command = fc.oneof(
      fc.record({ do: fc.constant('append' as const), event: fc.uint8Array({ maxLength: 3000 }) }),
      fc.record({
        do: fc.constant('batch' as const),
        events: fc.array(fc.uint8Array({ maxLength: 900 }), { maxLength: 5 }),
      }),
      fc.record({ do: fc.constant('text' as const), event: fc.string({ unit: 'binary' }) }),
      fc.record({ do: fc.constant('prune' as const), before: fc.nat(60) }),
      fc.record({ do: fc.constant('replay' as const), from: fc.nat(60) }),
      fc.record({ do: fc.constant('reopen' as const) }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
        const dir = temporaryPath();
        const options = { segmentBytes: 4096, durability: 'buffered' } as const;
        let log = open(dir, options);
        const model: Buffer[] = [];
        for (const step of commands) {
          if (step.do === 'append' || step.do === 'text') {
            expect(log.append(step.event)).toBe(model.length);
            model.push(Buffer.from(step.event as string));
          } else if (step.do === 'batch') {
            expect(log.appendBatch(step.events)).toBe(model.length);
            model.push(...step.events.map((event) => Buffer.from(event)));
          } else if (step.do === 'prune') {
            expect(log.prune(step.before)).toBeLessThanOrEqual(Math.max(step.before, log.firstSeq));
          } else if (step.do === 'replay') {
            const from = Math.max(step.from, log.firstSeq);
            const seen = [...log.replay(from)];
            expect(
              Buffer.concat(seen.map(({ bytes }) => bytes)).equals(Buffer.concat(model.slice(from))),
            ).toBe(true);
            expect(seen.map(({ seq }) => seq)).toEqual(model.map((_, seq) => seq).slice(from));
          } else {
            log.close();
            log = open(dir, options);
          }
          expect(log.nextSeq).toBe(model.length);
        }
        log.close();
      }),
      { numRuns: 60 },
    );
  });
});

it.each(enginePairs)('I14 I18: %s in this thread keeps %s in a worker out', async (holder, other) => {
  const dir = temporaryPath();
  const log = openEventLogOf[holder](dir);
  log.append('held');
  const source = `
    import { parentPort } from 'node:worker_threads';
    const { openEventLogOf } = await import(${JSON.stringify(new URL('./testing/engines.ts', import.meta.url).href)});
    try { openEventLogOf[${JSON.stringify(other)}](${JSON.stringify(dir)}); parentPort.postMessage('opened'); }
    catch (error) { parentPort.postMessage(error.code); }`;
  for (let round = 0; round < 3; round += 1) {
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
    const answer = await new Promise((resolve, reject) => {
      worker.on('message', resolve);
      worker.on('error', reject);
    });
    expect(answer).toBe('ERR_LOCKED');
    await worker.terminate();
  }
  // The refusals did not drop the lock.
  expect(() => openEventLogOf[other](dir)).toThrow(expect.objectContaining({ code: 'ERR_LOCKED' }));
  expect(log.append('still')).toBe(1);
  log.close();
});
