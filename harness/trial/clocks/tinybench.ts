/** tinybench as its users run it: it times each call by itself and gives the mean. Our recorder has no part in it. */

import { Bench } from 'tinybench';
import { HarnessError, messageOf } from '../../errors.ts';
import type { Clocked, ClockPlan } from './clock.ts';

/** tinybench keeps and sorts every sample: beyond this many the sorting takes longer than the measuring. */
const MOST_CALLS = 2_000_000;

/** @throws HarnessError `ERR_SAMPLE` when the operation throws or tinybench gives no figure */
export async function tinybenchClock(plan: ClockPlan): Promise<Clocked> {
  const { operation, inputCount, take } = plan;
  const rotations = Math.max(1, Math.min(plan.rotations, Math.floor(MOST_CALLS / inputCount)));
  // No time of its own and no warm-up: exactly these calls, so that every input weighs alike.
  const bench = new Bench({ time: 0, iterations: rotations * inputCount, warmup: false, throws: true });
  let next = 0;
  const turn = () => {
    const i = next++;
    if (next === inputCount) next = 0;
    return i;
  };
  const sync = () => {
    const i = turn();
    take(i, operation(i));
  };
  const async = async () => {
    const i = turn();
    take(i, await operation(i));
  };
  bench.add('case', plan.async ? async : sync, { async: plan.async });
  try {
    if (plan.async) await bench.run();
    else bench.runSync();
  } catch (error) {
    throw new HarnessError('ERR_SAMPLE', messageOf(error), { cause: error });
  }
  const result = bench.tasks[0]?.result;
  if (result?.state !== 'completed')
    throw new HarnessError('ERR_SAMPLE', `tinybench ended as ${result?.state}`);
  return { meanNs: result.latency.mean * 1e6, rotations };
}
