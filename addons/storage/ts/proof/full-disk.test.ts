/** A real full disk: a tmpfs of 2 MiB, which takes root to mount. */

import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeOf } from '../testing/code-of.ts';
import { engineIds, engineOf } from '../testing/engines.ts';
import { checkpointOf, eventOf } from './contents.ts';

const SEGMENT_BYTES = 64 * 1024;

function mount(dir: string): string | undefined {
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', dir], {
    encoding: 'utf8',
  });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}

const whyNoMount = (() => {
  const dir = mkdtempSync(join(tmpdir(), 'pairbench-full-'));
  const why = mount(dir);
  if (why === undefined) spawnSync('umount', [dir]);
  rmSync(dir, { recursive: true });
  return why;
})();

/** Takes all space that is left but `spare` bytes. */
function fill(file: string, dir: string, spare: number): void {
  const { bavail, bsize } = statfsSync(dir);
  const fd = openSync(file, 'w');
  const bytes = Buffer.alloc(4096, 1);
  for (let left = bavail * bsize - spare; left >= bytes.length; left -= bytes.length) writeSync(fd, bytes);
  closeSync(fd);
}

describe.skipIf(whyNoMount !== undefined)(
  `a full disk${whyNoMount === undefined ? '' : ` (skipped: ${whyNoMount})`}`,
  () => {
    let dir: string;

    beforeEach(() => {
      dir = mkdtempSync(join(tmpdir(), 'pairbench-full-'));
      mount(dir);
    });

    afterEach(async () => {
      // A segment being prepared in the background is let go of within a turn or two.
      for (let left = 50; left > 0 && spawnSync('umount', [dir]).status !== 0; left--) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      rmSync(dir, { recursive: true });
    });

    test.each(engineIds)(
      'I11: %s loses no acknowledged event and goes on when there is space again',
      (id) => {
        const engine = engineOf(id);
        const log = engine.openEventLog(join(dir, 'log'), { segmentBytes: SEGMENT_BYTES });
        const ballast = join(dir, 'ballast');
        fill(ballast, dir, 3 * SEGMENT_BYTES);
        let code = 'no error';
        while (code === 'no error') code = codeOf(() => log.append(eventOf(log.nextSeq)));
        expect(code).toBe('ERR_NO_SPACE');
        const acknowledged = log.nextSeq;
        expect(acknowledged).toBeGreaterThan(50);
        const files = readdirSync(join(dir, 'log')).length;
        for (let again = 0; again < 5; again++) {
          expect(codeOf(() => log.append(Buffer.alloc(30_000)))).toBe('ERR_NO_SPACE');
        }
        // Trying again takes no space.
        expect(readdirSync(join(dir, 'log')).length).toBeLessThanOrEqual(files);
        expect([...log.replay()].map(({ bytes }) => bytes)).toEqual(
          Array.from({ length: acknowledged }, (_, seq) => eventOf(seq)),
        );

        rmSync(ballast);
        expect(log.append(eventOf(acknowledged))).toBe(acknowledged);
        log.close();
        for (const other of engineIds) {
          using reopened = engineOf(other).openEventLog(join(dir, 'log'));
          expect([...reopened.replay()].map(({ bytes }) => bytes)).toEqual(
            Array.from({ length: acknowledged + 1 }, (_, seq) => eventOf(seq)),
          );
        }
      },
    );

    // The TypeScript engine makes segments on this thread, and cannot fail while it waits.
    test.skipIf(!engineIds.includes('native'))(
      'I9: native gives the number of an event that found no space to the next one',
      async () => {
        using log = engineOf('native').openEventLog(join(dir, 'log'), { segmentBytes: SEGMENT_BYTES });
        const ballast = join(dir, 'ballast');
        expect(log.append('first')).toBe(0);
        fill(ballast, dir, SEGMENT_BYTES / 2);
        const refused = log.appendAsync(Buffer.alloc(SEGMENT_BYTES));
        refused.catch(() => {});
        await Promise.resolve();
        // The commit fails on its thread while this one has not heard of it.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
        rmSync(ballast);
        const accepted = log.appendAsync('second');
        expect(log.nextSeq).toBeGreaterThan(1);
        await expect(refused).rejects.toMatchObject({ code: 'ERR_NO_SPACE' });
        expect(await accepted).toBe(1);
        expect([...log.replay()].map(({ seq, bytes }) => [seq, bytes.toString()])).toEqual([
          [0, 'first'],
          [1, 'second'],
        ]);
      },
    );

    test.each(engineIds)('I11: %s keeps the old checkpoint when the new one finds no space', (id) => {
      const engine = engineOf(id);
      const checkpoints = engine.openCheckpoints(join(dir, 'checkpoints'), { segmentBytes: SEGMENT_BYTES });
      let version = 1;
      checkpoints.save('session', checkpointOf('session', version));
      fill(join(dir, 'ballast'), dir, 2 * SEGMENT_BYTES);
      for (;;) {
        // Steps that share nothing, so that space runs out soon.
        const code = codeOf(() => checkpoints.save('session', checkpointOf('session', version + 100)));
        if (code !== 'no error') {
          expect(code).toBe('ERR_NO_SPACE');
          break;
        }
        version += 100;
      }
      expect(checkpoints.load('session')).toEqual(checkpointOf('session', version));
      rmSync(join(dir, 'ballast'));
      checkpoints.save('session', checkpointOf('session', version + 100));
      checkpoints.close();
      for (const other of engineIds) {
        using reopened = engineOf(other).openCheckpoints(join(dir, 'checkpoints'));
        expect(reopened.load('session')).toEqual(checkpointOf('session', version + 100));
      }
    });
  },
);
