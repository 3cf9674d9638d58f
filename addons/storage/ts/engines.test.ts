import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as api from './index.ts';
import { enginePairs, openEventLogOf, whyNoNative } from './testing/engines.ts';
import { temporaryPath } from './testing/temporary-dir.ts';

it('offers the engine that is live, and both', () => {
  expect(['typescript', 'native']).toContain(api.engine.name);
  expect(api.engine.reason).not.toBe('');
  const live = api.engine.name === 'native' ? api.engines.native() : api.engines.typescript();
  expect(live.openEventLog).toBe(api.openEventLog);
  if (whyNoNative !== undefined) expect(() => api.engines.native()).toThrow();
});

it.each(enginePairs)('I7: salvages what %s wrote for %s to read, and says what is lost', (writer, reader) => {
  const dir = temporaryPath();
  const log = openEventLogOf[writer](dir, { segmentBytes: 4096 });
  for (let seq = 0; seq < 12; seq += 1) log.append(`${seq}:`.repeat(300));
  log.close();
  const names = readdirSync(dir).filter((name) => name.endsWith('.seg'));
  const second = join(dir, names.sort()[1] as string);
  const bytes = readFileSync(second);
  // The salt and a body: the frames tell the salt.
  bytes[33] = (bytes[33] as number) ^ 1;
  bytes[64 + 100] = (bytes[64 + 100] as number) ^ 1;
  writeFileSync(second, bytes);
  expect(() => openEventLogOf[reader](dir)).toThrow(
    expect.objectContaining({ code: 'ERR_CORRUPT', segment: 1 }),
  );
  const before = readdirSync(dir).map((name) => readFileSync(join(dir, name)).toString('hex'));

  const into = temporaryPath();
  const report = api.salvageEventLog(dir, into);
  expect(report.events).toBe(11);
  expect(report.lost).toEqual([expect.objectContaining({ fromSeq: 6, toSeq: 7, segment: 1 })]);
  expect(readdirSync(dir).map((name) => readFileSync(join(dir, name)).toString('hex'))).toEqual(before);
  const saved = openEventLogOf[reader](into);
  const expected = [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11];
  expect([...saved.replay()].map(({ bytes: event }) => event.toString())).toEqual(
    expected.map((seq) => `${seq}:`.repeat(300)),
  );
  saved.close();
  expect(() => api.salvageEventLog(dir, into)).toThrow(expect.objectContaining({ code: 'ERR_EXISTS' }));
  const missing = expect.objectContaining({ code: 'ERR_NOT_FOUND' });
  expect(() => api.salvageEventLog(join(dir, 'nothing'), temporaryPath())).toThrow(missing);
});
