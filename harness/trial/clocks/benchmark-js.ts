/**
 * benchmark.js 2.1.4. Its function is a whole rotation of the inputs, since it chooses how often to call it.
 *
 * It writes its loop as source text. A function given with `setup` or `teardown` is decompiled into that text and loses
 * its closure; one given alone is called through the benchmark (`m#.fn()`), closure and all. So no set-up here.
 */

import Benchmark from 'benchmark';
import { HarnessError, messageOf } from '../../errors.ts';
import { median } from '../../stats/order.ts';
import type { Clocked, ClockPlan } from './clock.ts';

/** A rotation longer than this share of the time is sampled as often as there is room, not the usual five times. */
const USUAL_SAMPLES = 5;

/** @throws HarnessError `ERR_SAMPLE` when the operation throws or benchmark.js gives no figure */
export async function benchmarkJs(plan: ClockPlan): Promise<Clocked> {
  const failure: { error?: unknown } = {};
  const bench = new Benchmark({
    defer: plan.async,
    maxTime: plan.measureMs / 1000,
    minSamples: Math.min(USUAL_SAMPLES, plan.rotations),
    fn: plan.async ? deferredRotation(plan, failure) : rotation(plan),
  });
  await new Promise<void>((resolve) => {
    bench.on('complete', () => resolve());
    bench.run({ async: false });
  });
  const error = failure.error ?? bench.error;
  if (error !== undefined) throw new HarnessError('ERR_SAMPLE', messageOf(error), { cause: error });
  const { mean, sample } = bench.stats;
  if (!(mean > 0)) throw new HarnessError('ERR_SAMPLE', 'benchmark.js gave no figure');
  // `mean` is that of the samples, each of which is a mean over `count` rotations, in seconds.
  const half = Math.floor(sample.length / 2);
  const drift = half === 0 ? undefined : median(sample.slice(-half)) / median(sample.slice(0, half));
  return {
    meanNs: (mean * 1e9) / plan.inputCount,
    rotations: sample.length * bench.count,
    ...(drift === undefined ? {} : { drift }),
  };
}

function rotation({ operation, inputCount, take }: ClockPlan) {
  return () => {
    for (let i = 0; i < inputCount; i++) take(i, operation(i));
  };
}

/** It knows no rejected promise: the error is kept and the benchmark ended. */
function deferredRotation({ operation, inputCount, take }: ClockPlan, failure: { error?: unknown }) {
  return async (deferred: Benchmark.Deferred) => {
    try {
      for (let i = 0; i < inputCount; i++) take(i, await operation(i));
    } catch (error) {
      failure.error = error;
      deferred.benchmark.abort();
    }
    deferred.resolve();
  };
}
