import { Random } from '@pairbench/testing';
import { applied, type Contents, contentsOf, perform, type Step, sameContents } from './checkpoint-steps.ts';
import { noise } from './noise.ts';
import { everyPolicy, randomPolicy } from './simulated/crash.ts';
import { type FaultCode, SimulatedDisk } from './simulated/disk.ts';
import { open } from './small-store.ts';

const save = (id: string, seed: number, bytes: number): Step => ({
  op: 'save',
  id,
  bytes: noise(seed, bytes),
});

/** The store before and after the call that was under way. */
interface Promised {
  readonly before: Contents;
  readonly after: Contents;
}

/** Runs `steps`; `atCrash` is called before every operation of the disk, and at the end. */
function run(disk: SimulatedDisk, steps: readonly Step[], atCrash: (promised: Promised) => void): void {
  let before: Contents = new Map();
  let after = before;
  disk.onOperation = () => atCrash({ before, after });
  let store = open(disk);
  for (const step of steps) {
    after = applied(before, step);
    store = perform(store, step, () => open(disk));
    before = after;
  }
  store.close();
  disk.onOperation = undefined;
  atCrash({ before, after });
}

/** It holds what was acknowledged, and all or nothing of what was under way; then it goes on. */
function verify(disk: SimulatedDisk, { before, after }: Promised, where: string): void {
  const fail = (what: string): never => {
    throw new Error(`${where}: ${what}\n${disk.log.slice(-40).join('\n')}`);
  };
  const store = open(disk);
  const found = contentsOf(store);
  if (!sameContents(found, before) && !sameContents(found, after)) fail(`holds ${[...found.keys()]}`);
  let expected = found;
  for (const step of [save('fresh', 901, 9000), save('a', 902, 9000)]) {
    perform(store, step, () => store);
    expected = applied(expected, step);
  }
  store.close();
  const again = open(disk);
  if (!again.recovery.wasClosed) fail('was not closed in order');
  if (!sameContents(contentsOf(again), expected)) fail('holds something else when it is opened again');
  again.close();
}

/** Crashes at every operation: every pending change kept, lost and torn. Returns the states looked at. */
export function exhaustCheckpoints(name: string, steps: readonly Step[]): number {
  let states = 0;
  let at = 0;
  const disk = new SimulatedDisk(1);
  run(disk, steps, (promised) => {
    for (const { name: cut, policy } of everyPolicy(disk.pending)) {
      verify(disk.afterPowerCut(policy), promised, `${name}, operation ${at}, ${cut}`);
      states += 1;
    }
    verify(disk.afterProcessCrash(), promised, `${name}, killed at operation ${at}`);
    states += 1;
    at += 1;
  });
  return states;
}

const edited = noise(1, 40_000);
edited.fill(7, 20_000, 20_100);
// A frame a segment, so that little is enough to fill some.
const busy = [1, 2, 3, 4].map((round) => save('busy', 10 + round, 3500));
export const CHECKPOINT_WORKLOADS: Readonly<Record<string, readonly Step[]>> = {
  save: [save('a', 1, 20_000), save('b', 2, 9000)],
  replace: [save('a', 1, 40_000), { op: 'save', id: 'a', bytes: edited }],
  empty: [save('a', 1, 0), save('b', 2, 1), save('a', 3, 0)],
  big: [save('a', 1, 100_000), save('b', 2, 10)],
  remove: [save('a', 1, 9000), save('b', 2, 9000), { op: 'remove', id: 'a' }, save('a', 3, 10)],
  prune: [save('a', 1, 10), save('b', 2, 10), save('c', 3, 10), { op: 'prune', keep: 1 }],
  reopen: [save('a', 1, 10), { op: 'reopen' }, save('a', 2, 9000), { op: 'reopen' }],
  gc: [save('keeper', 1, 2000), save('nothing', 2, 0), ...busy, { op: 'prune', keep: 2 }],
};
function randomSteps(random: Random): Step[] {
  let current = noise(random.next(), 30_000);
  return Array.from({ length: 3 + random.below(10) }, (): Step => {
    const id = random.pick(['a', 'b', 'c']);
    const kind = random.below(10);
    if (kind === 0) return { op: 'remove', id };
    if (kind === 1) return { op: 'prune', keep: random.below(3) };
    if (kind === 2) return { op: 'reopen' };
    if (kind === 3) return save(id, 0, 0);
    if (kind === 4) return save(id, random.next(), 70_000);
    const at = random.below(current.length + 1);
    current = Buffer.concat([
      current.subarray(0, at),
      noise(random.next(), random.below(9000)),
      current.subarray(at),
    ]);
    return { op: 'save', id, bytes: current };
  });
}

/** Power cuts at random moments of random runs, each with another one during the recovery. */
export function checkRandomCheckpoints(seeds: number): number {
  let states = 0;
  for (let seed = 0; seed < seeds; seed += 1) {
    const random = new Random(seed);
    const disk = new SimulatedDisk(seed);
    let at = 0;
    run(disk, randomSteps(random), (promised) => {
      at += 1;
      if (!random.chance(0.05)) return;
      const where = `seed ${seed}, operation ${at}`;
      const image = disk.afterPowerCut(randomPolicy(random));
      const trial = image.afterProcessCrash();
      const strikeAt = random.below(12);
      let again: SimulatedDisk | undefined;
      trial.onOperation = (index) => {
        if (index === strikeAt) again = trial.afterPowerCut(randomPolicy(random));
      };
      open(trial).close();
      if (again !== undefined) verify(again, promised, `${where}, twice`);
      verify(image, promised, where);
      states += 2;
    });
  }
  return states;
}

/** A failure at every operation of a run. */
export function checkCheckpointFaults(): void {
  const steps = [
    save('a', 1, 20_000),
    save('b', 2, 40_000),
    ...[1, 2, 3].map((round) => save('a', 10 + round, 20_000)),
    { op: 'remove', id: 'b' } as const,
    { op: 'reopen' } as const,
    save('c', 3, 10),
    { op: 'prune', keep: 1 } as const,
  ];
  for (const code of ['EIO', 'ENOSPC', 'EINTR', 'short'] satisfies FaultCode[]) {
    for (let at = 0; ; at += 1) {
      const disk = new SimulatedDisk(1);
      disk.fault = { at, code };
      let promised: Promised = { before: new Map(), after: new Map() };
      try {
        run(disk, steps, (seen) => {
          promised = seen;
        });
      } catch (error) {
        const got = (error as { code?: string }).code;
        if (!['ERR_IO', 'ERR_NO_SPACE', 'ERR_POISONED'].includes(`${got}`)) throw error;
      }
      const { operations } = disk;
      disk.onOperation = undefined;
      disk.fault = undefined;
      const where = `${code} at operation ${at}`;
      verify(
        disk.afterPowerCut(() => 'lose'),
        promised,
        `${where}, then nothing is kept`,
      );
      verify(
        disk.afterPowerCut(() => 'keep'),
        promised,
        `${where}, then everything is kept`,
      );
      verify(disk.afterProcessCrash(), promised, where);
      if (operations <= at) break;
    }
  }
}
