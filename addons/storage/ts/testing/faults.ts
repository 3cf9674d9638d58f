import { CrashChecker, Violation } from './crash-checker.ts';
import { EventRun } from './event-run.ts';
import type { FaultCode } from './simulated/disk.ts';
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
