import { expect, it } from 'vitest';
import { StorageError } from '../contract.ts';
import { CrashChecker, LOG_DIR, OPTIONS } from '../testing/crash-checker.ts';
import { checkRandomRuns, exhaustWorkload } from '../testing/crash-suites.ts';
import { EventRun } from '../testing/event-run.ts';
import { checkFaults, checkRecoveryFaults } from '../testing/faults.ts';
import { WORKLOADS } from '../testing/workloads.ts';
import { openEventLogOn } from './log.ts';

/** The invariants are named in the title of what proves them; a failure prints seed and operations. */

it.each(Object.keys(WORKLOADS))(
  'I1 I2 I3 I4 I5 I8 I9 I15: every crash state of the workload "%s"',
  async (name) => {
    expect(await exhaustWorkload(name)).toBeGreaterThan(1000);
  },
);

it('I1 I2 I3 I4 I5 I8 I9 I15: 20,000 random crash states, recoveries crashed twice', async () => {
  expect(await checkRandomRuns(20_000, 1)).toBeGreaterThanOrEqual(20_000);
});

it('I10 I11: EIO, ENOSPC, EINTR and short transfers at every operation', async () => {
  expect(await checkFaults()).toBeGreaterThan(1000);
});

it('I4 I8: EIO at every operation of the recovery of a torn log', () => {
  expect(checkRecoveryFaults()).toBeGreaterThan(100);
});

it('I11: a rotation without space changes nothing, and goes on when there is space', () => {
  const run = new EventRun(1);
  run.open();
  run.append(3000);
  run.disk.fault = { at: run.disk.operations, code: 'ENOSPC' };
  expect(() => run.append(3000)).toThrow(expect.objectContaining({ code: 'ERR_NO_SPACE' }));
  expect(run.disk.list(LOG_DIR).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect([...run.log.replay()].length).toBe(1);
  run.append(3000);
  run.close();
  expect([...openEventLogOn(run.disk, LOG_DIR, OPTIONS).replay()].map(({ seq }) => seq)).toEqual([0, 1]);
});

it('I11: retries without space leave no file behind', () => {
  const run = new EventRun(1);
  run.open();
  run.append(3000);
  const before = run.disk.list(LOG_DIR);
  for (let retry = 0; retry < 20; retry += 1) {
    // The second operation of a rotation here: the spare is there, its zeros do not fit.
    run.disk.fault = { at: run.disk.operations + 1, code: 'ENOSPC' };
    expect(() => run.append(3000)).toThrow(StorageError);
  }
  run.disk.fault = undefined;
  expect(run.disk.list(LOG_DIR)).toEqual(before);
});

it('I10: after a failed flush every call but close throws ERR_POISONED with the cause', async () => {
  const run = new EventRun(1);
  run.open();
  run.append(10);
  run.disk.fault = { at: run.disk.operations + 1, code: 'EIO' };
  expect(() => run.append(10)).toThrow(expect.objectContaining({ code: 'ERR_IO' }));
  run.disk.fault = undefined;
  const poisoned = expect.objectContaining({
    code: 'ERR_POISONED',
    cause: expect.objectContaining({ code: 'ERR_IO' }),
  });
  expect(() => run.log.append('x')).toThrow(poisoned);
  expect(() => run.log.appendBatch(['x'])).toThrow(poisoned);
  expect(() => run.log.flush()).toThrow(poisoned);
  expect(() => run.log.prune(1)).toThrow(poisoned);
  expect(() => run.log.replay()).toThrow(poisoned);
  await expect(run.log.appendAsync('x')).rejects.toThrow(poisoned);
  run.log.close();
  new CrashChecker(1).check(run.disk, run.ledger, false, 0);
});

it('I4: a tail whose cut could not be flushed is cut again', () => {
  const run = new EventRun(1);
  run.open();
  run.append(10);
  const image = run.disk.afterProcessCrash();
  const path = `${LOG_DIR}/0000000000000000.seg`;
  const content = image.contentOf(path);
  content.write('torn', 2000);
  image.put(path, content);
  const opens = image.afterProcessCrash();
  openEventLogOn(opens, LOG_DIR, OPTIONS).close();
  const flushes = opens.log.flatMap((line, index) => (line.startsWith('syncData') ? [index] : []));
  // The first is that of Recovery 3, the second that of the cut.
  image.fault = { at: flushes[1] as number, code: 'EIO' };
  expect(() => openEventLogOn(image, LOG_DIR, OPTIONS)).toThrow(StorageError);
  image.fault = undefined;
  const log = openEventLogOn(image, LOG_DIR, OPTIONS);
  expect(log.recovery).toMatchObject({ cutSegment: 0, cutOffset: 120 });
  expect(log.recovery.cutBytes).toBeGreaterThan(1800);
  expect(
    image
      .afterPowerCut(() => 'lose')
      .contentOf(path)
      .includes('torn'),
  ).toBe(false);
});
