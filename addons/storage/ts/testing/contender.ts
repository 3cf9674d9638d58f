/** A process of contention.test.ts: takes the log, appends a little, says what was acknowledged, lets go; again and again. */
import { writeSync } from 'node:fs';
import { StorageError } from '../contract.ts';
import { type EngineId, openEventLogOf } from './engines.ts';

const [engine, dir, name] = process.argv.slice(2) as [EngineId, string, string];
let made = 0;

for (;;) {
  try {
    const log = openEventLogOf[engine](dir, { segmentBytes: 4096, lockWaitMs: 2000 });
    for (let count = 0; count < 5; count += 1) {
      made += 1;
      const text = `${name}:${made}:${'x'.repeat((made * 53) % 400)}`;
      // A line is told only when its number is promised; a pipe takes a line this short as a whole.
      writeSync(1, `${log.append(text)} ${text}\n`);
    }
    log.close();
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== 'ERR_LOCKED') throw error;
  }
}
