import { openEventLogOn } from '../events/log.ts';
import { frameBytes } from '../journal/frame.ts';
import { SEGMENT_HEADER_BYTES } from '../journal/segment.ts';
import { CrashChecker, LOG_DIR, OPTIONS, Violation } from './crash-checker.ts';
import type { EventLedger } from './event-ledger.ts';
import { EventRun } from './event-run.ts';
import type { FaultCode, SimulatedDisk } from './simulated/disk.ts';
import { WORKLOADS } from './workloads.ts';

const CODES: readonly FaultCode[] = ['EIO', 'ENOSPC', 'EINTR', 'short'];

/** Lets each operation of each workload fail in each way. Returns the number of faults. */
export async function checkFaults(): Promise<number> {
  let faults = 0;
  for (const name of Object.keys(WORKLOADS)) {
    for (const code of CODES) {
      for (let at = 0; ; at += 1) {
        const { operations } = await checkFault(name, code, at);
        faults += 1;
        if (operations <= at) break;
      }
    }
  }
  return faults;
}

/** A workload whose operation `at` fails. What it had promised holds, and after a failure nothing more is promised. */
export async function checkFault(name: string, code: FaultCode, at: number): Promise<{ operations: number }> {
  const run = new EventRun(3);
  run.disk.fault = { at, code };
  const where = `workload ${name}, ${code} at operation ${at}`;
  let failure: unknown;
  try {
    await (WORKLOADS[name] as (run: EventRun) => Promise<void> | void)(run);
  } catch (error) {
    failure = error;
  }
  const { operations } = run.disk;
  run.disk.fault = undefined;
  try {
    if (failure instanceof Violation) throw failure;
    if (failure !== undefined && (code === 'EINTR' || code === 'short')) throw failure;
    if (failure !== undefined) expectCode(failure, code);
    if (failure !== undefined && run.isSteady) afterFailure(run);
    await run.settle();
    const checker = new CrashChecker(at);
    checker.check(run.kill(), run.ledger.copy(), false, 1);
    checker.check(
      run.disk.afterPowerCut(() => 'lose'),
      run.ledger.copy(),
      true,
      1,
    );
    checker.check(
      run.disk.afterPowerCut(() => 'keep'),
      run.ledger.copy(),
      true,
      1,
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const log = run.disk.log.map((line, index) => `  ${index} ${line}`).slice(-40);
    throw new Violation(`${where}: ${message}\n${log.join('\n')}`, { cause: error });
  }
  return { operations };
}

/** A recovery whose operation `at` fails, for a torn log: the next one finds everything as it should be. */
export function checkRecoveryFaults(): number {
  let faults = 0;
  for (let seed = 0; seed < 12; seed += 1) {
    const { disk, ledger } = tornLog(seed);
    const whole = disk.afterProcessCrash();
    const killed: SimulatedDisk[] = [];
    whole.onOperation = () => killed.push(whole.afterProcessCrash());
    openEventLogOn(whole, LOG_DIR, OPTIONS);
    killed.forEach((image, at) => {
      const checker = new CrashChecker(seed + at);
      described(`recovery of ${seed}, killed at operation ${at}`, () => {
        checker.check(image.afterProcessCrash(), ledger.copy(), true, 0);
        // Often: whether a frame comes back hangs on what a later power cut keeps.
        for (let round = 0; round < 20; round += 1) checker.checkBuffered(image, ledger, true);
      });
      faults += 1;
    });
    for (let at = 0; at < whole.operations; at += 1) {
      const image = disk.afterProcessCrash();
      image.fault = { at, code: 'EIO' };
      try {
        openEventLogOn(image, LOG_DIR, OPTIONS);
      } catch (error) {
        expectCode(error, 'EIO');
      }
      image.fault = undefined;
      described(`recovery of ${seed}, EIO at operation ${at}`, () => {
        const checker = new CrashChecker(seed + at);
        for (let round = 0; round < 4; round += 1) {
          checker.check(image.afterProcessCrash(), ledger.copy(), true, 1);
        }
      });
      faults += 1;
    }
  }
  return faults;
}

function described(where: string, call: () => void): void {
  try {
    call();
  } catch (error) {
    throw new Violation(`${where}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

/** Three frames of one length and a longer one, none flushed, of which the power cut lost one. */
function tornLog(seed: number): { disk: SimulatedDisk; ledger: EventLedger } {
  const run = new EventRun(seed, { durability: 'buffered' });
  run.open();
  for (const bytes of [30, 30, 30, 200]) run.append(bytes + seed * 8);
  const lostAt = SEGMENT_HEADER_BYTES + (seed % 3) * frameBytes(4 + 30 + seed * 8);
  const disk = run.disk.afterPowerCut((_index, _count, change) =>
    change !== 'entry' && 'offset' in change && change.offset === lostAt ? 'lose' : 'keep',
  );
  return { disk, ledger: run.ledger };
}

function expectCode(error: unknown, code: FaultCode): void {
  const got = (error as { code?: string }).code;
  const expected = code === 'ENOSPC' ? 'ERR_NO_SPACE' : 'ERR_IO';
  // The next call of the workload may be the one that learns of an asynchronous failure.
  if (got !== expected && got !== 'ERR_POISONED')
    throw new Violation(`${got} was thrown, not ${expected}`, { cause: error });
}

/** I10 and I11: the handle either goes on as if nothing had been asked of it, or refuses everything but `close`. */
function afterFailure(run: EventRun): void {
  let isPoisoned = false;
  try {
    run.append(20);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== 'ERR_POISONED' && code !== 'ERR_CLOSED') throw error;
    isPoisoned = true;
  }
  if (!isPoisoned) return;
  try {
    run.append(20);
  } catch {
    run.log.close();
    return;
  }
  throw new Violation('a poisoned log took an event');
}
