import { Random } from '@pairbench/testing';
import { openEventLogOn } from '../events/log.ts';
import { CrashChecker, LOG_DIR, OPTIONS, Violation } from './crash-checker.ts';
import { EventRun } from './event-run.ts';
import { everyPolicy, type Policy, randomPolicy } from './simulated/crash.ts';
import type { SimulatedDisk } from './simulated/disk.ts';
import { WORKLOADS } from './workloads.ts';

/** Every operation of a fixed workload, every fate of what is on its way there, every operation of the recovery. Returns the states. */
export async function exhaustWorkload(name: string): Promise<number> {
  const run = new EventRun(1);
  const checker = new CrashChecker(7);
  const random = new Random(11);
  let failure: unknown;
  run.disk.onOperation = (index) => {
    if (failure !== undefined) return;
    let state = '';
    try {
      for (const { name: fate, policy } of everyPolicy(run.disk.pending)) {
        state = fate;
        checker.check(run.disk.afterPowerCut(policy), run.ledger.copy(), true, index % 4 === 0 ? 1 : 0);
      }
      state = 'process crash';
      checker.check(run.disk.afterProcessCrash(), run.ledger.copy(), false, 2);
      checkReader(run);
      state = 'crash during recovery';
      const policies: Policy[] = [() => 'lose', () => 'keep', randomPolicy(random)];
      checker.checkEveryRecovery(run.disk, run.ledger, policies);
    } catch (error) {
      failure = asViolation(error, `workload ${name}, before operation ${index}, ${state}`, run.disk);
    }
  };
  await (WORKLOADS[name] as (run: EventRun) => Promise<void> | void)(run);
  if (failure !== undefined) throw failure;
  return checker.states;
}

/** A random workload with crash states at random operations, until `states` were seen; all follows from the seed. */
export async function checkRandomRuns(states: number, seed: number): Promise<number> {
  let seen = 0;
  for (let runSeed = seed; seen < states; runSeed += 1) seen += await checkRandomRun(runSeed);
  return seen;
}

export async function checkRandomRun(seed: number): Promise<number> {
  const random = new Random(seed);
  const durability = random.chance(0.25) ? 'buffered' : 'flushed';
  const run = new EventRun(seed, { durability });
  const checker = new CrashChecker(seed);
  run.disk.background = random.chance(0.5) ? 'stepped' : 'at-once';
  let failure: unknown;
  run.disk.onOperation = (index) => {
    if (failure !== undefined || !random.chance(0.15)) return;
    try {
      if (random.chance(0.2)) {
        checker.check(run.disk.afterProcessCrash(), run.ledger.copy(), false, random.below(3));
        checkReader(run);
      }
      checker.check(run.disk.afterPowerCut(randomPolicy(random)), run.ledger.copy(), true, random.below(3));
    } catch (error) {
      failure = asViolation(error, `seed ${seed}, ${durability}, before operation ${index}`, run.disk);
    }
  };
  try {
    await randomWorkload(run, random);
  } catch (error) {
    failure ??= asViolation(error, `seed ${seed}, ${durability}`, run.disk);
  }
  if (failure !== undefined) throw failure;
  return checker.states;
}

async function randomWorkload(run: EventRun, random: Random): Promise<void> {
  const size = () => random.pick([0, 1, 7, 60, 300, 900, 1500, random.below(3000), 6000]);
  run.open();
  for (let step = 0; step < 25; step += 1) {
    const choice = random.below(100);
    if (choice < 40) run.append(size());
    else if (choice < 52) run.appendBatch(Array.from({ length: random.below(5) }, size));
    else if (choice < 72) run.appendAsync(size());
    else if (choice < 84) await run.step();
    else if (choice < 88) run.flush();
    else if (choice < 94) run.prune(random.below(run.ledger.ackedSeq + 2));
    else {
      run.close();
      await run.settle();
      run.open();
    }
  }
  await run.settle();
  if (run.unanswered > 0) throw new Violation('an appendAsync was never answered');
  run.close();
}

/** I15: a reader beside the writer sees all that was acknowledged and, as long as only synchronous calls run, nothing else. */
function checkReader(run: EventRun): void {
  if (!run.isSteady) return;
  const reader = openEventLogOn(run.disk.afterProcessCrash(), LOG_DIR, { ...OPTIONS, readOnly: true });
  const { ackedSeq, events } = run.ledger;
  const most = run.unanswered > 0 ? events.length : ackedSeq;
  if (reader.nextSeq < ackedSeq)
    throw new Violation(`a reader sees ${reader.nextSeq} of ${ackedSeq} acknowledged`);
  if (reader.nextSeq > most)
    throw new Violation(`a reader sees ${reader.nextSeq}, only ${most} were acknowledged`);
  for (const { seq, bytes } of reader.replay()) {
    if (!(events[seq] as Buffer).equals(bytes)) throw new Violation(`a reader sees a wrong event ${seq}`);
  }
}

function asViolation(error: unknown, where: string, disk: SimulatedDisk): Error {
  const message = error instanceof Error ? error.message : String(error);
  const operations = disk.log.map((line, index) => `  ${index} ${line}`).slice(-60);
  return new Violation(`${where}: ${message}\n${operations.join('\n')}`, { cause: error });
}
