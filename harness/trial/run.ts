/** One trial, inside its own process: load, check the answers, warm up, sample, check again. */

import { type Case, ENGINES, type Operation, type SelfTimed } from '../define.ts';
import { HarnessError } from '../errors.ts';
import { loadInputs } from '../fixtures.ts';
import { encodeHistogram } from '../histogram.ts';
import { findCase, loadSuite } from '../house.ts';
import type { Measurement, Noise } from '../result.ts';
import { isScalar } from './answer.ts';
import { AnswerCheck, type Checked, expectedAnswers } from './check.ts';
import { measureClockCostNs } from './clock-cost.ts';
import { watchCollections } from './collections.ts';
import { readClock } from './crosscheck.ts';
import { measureEmptyNs, seeSampled } from './guard.ts';
import { labelOf } from './label.ts';
import { peakRssBytes } from './memory.ts';
import { watchNoise } from './noise.ts';
import { plantInto } from './plant.ts';
import type { TrialReport, TrialSpec } from './protocol.ts';
import { takeSamples } from './sample.ts';

type Report = Omit<TrialReport, 'addons'>;

interface Prepared extends Checked {
  readonly entry: Case<unknown, unknown>;
  readonly selfElapsedNs?: () => number;
  readonly loadNs: number;
}

export async function runTrial(spec: TrialSpec): Promise<Report> {
  const prepared = await prepare(spec);
  const check = new AnswerCheck(prepared);
  const cold = prepared.entry.cold === true && spec.mode === 'measure';
  let digest = cold ? '' : await check.all();
  let measurement: Measurement | undefined;
  if (check.wrong === 0 && spec.mode === 'measure') {
    measurement = await measure(spec, prepared, check);
    // Scalars were compared at every sampled call; of anything larger all are compared once more now.
    if (cold || !prepared.expected.every(isScalar)) digest = await check.all();
  }
  const reading =
    check.wrong === 0 && spec.mode === 'crosscheck' ? await underClock(spec, prepared, check) : undefined;
  const answers = { checked: check.checked, wrong: check.wrong, digest };
  if (check.wrong > 0) {
    return { state: 'wrong-answer', answers, error: check.firstWrong ?? 'a wrong answer' };
  }
  if (reading !== undefined) return { state: 'measured', answers, reading };
  if (measurement === undefined) return { state: 'verified', answers };
  return { state: 'measured', answers, measurement };
}

async function prepare(spec: TrialSpec): Promise<Prepared> {
  const { case: entry, load } = findCase(await loadSuite(spec.suiteFile), spec.case, spec.engine);
  const inputs = await loadInputs(spec.root, entry);
  const startMs = performance.now();
  const engine = await load();
  const loadNs = Math.round((performance.now() - startMs) * 1e6);
  const expected = await expectedAnswers(entry, inputs);
  const operation = await entry.prepare(engine, inputs);
  const timed = [operation, engine as Partial<SelfTimed> | null].find(
    (one) => typeof one?.lastElapsedNs === 'function',
  ) as SelfTimed | undefined;
  return {
    entry,
    inputs,
    operation,
    expected,
    loadNs,
    ...(timed === undefined ? {} : { selfElapsedNs: () => timed.lastElapsedNs() }),
  };
}

function underClock(spec: TrialSpec, prepared: Prepared, check: AnswerCheck) {
  if (spec.clock === undefined) throw new HarnessError('ERR_USAGE', 'a crosscheck without a clock');
  return readClock(spec.clock, {
    operation: prepared.operation,
    expected: prepared.expected,
    async: prepared.entry.async === true,
    warmupMs: spec.warmupMs,
    measureMs: spec.sampleMs,
    see: (i, answer) => check.see(i, answer),
  });
}

async function measure(spec: TrialSpec, prepared: Prepared, check: AnswerCheck): Promise<Measurement> {
  const { entry, inputs, operation, expected, selfElapsedNs } = prepared;
  const cold = entry.cold === true;
  const batch = entry.batch ?? 1;
  const clockCostNs = measureClockCostNs();
  const warmupCalls = cold ? 0 : await warmUp(operation, inputs.length, spec.warmupMs);
  const units = (await entry.units?.(inputs)) ?? inputs.map(() => 1);
  const eachCall = expected.every(isScalar);
  globalThis.gc?.();

  const stopCounting = await watchCollections();
  // Read at the last sample: sorting the samples afterwards takes memory and collections of its own.
  const end = { ms: 0, peakRssBytes: 0 };
  const stopWatching = watchNoise();
  let noise: Noise | undefined;
  const samples = await takeSamples({
    operation: spec.plant === undefined ? operation : plantInto(operation, spec.plant),
    inputCount: inputs.length,
    batch,
    async: entry.async === true,
    sampleMs: cold ? 0 : spec.sampleMs,
    minSamples: cold ? inputs.length : spec.minSamples,
    maxSampleMs: spec.maxSampleMs,
    byInput: entry.slowestInputs === true,
    onAnswer: seeSampled(eachCall, (i, answer) => check.see(i, answer)),
    onEnd: () => {
      end.ms = performance.now();
      noise = stopWatching();
      end.peakRssBytes = peakRssBytes();
    },
    ...(selfElapsedNs === undefined ? {} : { selfElapsedNs }),
  });
  const gc = await stopCounting(end.ms);
  // An engine that times itself leaves no empty call to compare with.
  const emptyNs =
    selfElapsedNs === undefined
      ? await measureEmptyNs(batch, inputs.length, entry.async === true)
      : undefined;

  return {
    batch,
    cold,
    selfTimed: selfElapsedNs !== undefined,
    samples: samples.count,
    elapsedNs: samples.elapsedNs,
    minNs: samples.minNs,
    maxNs: samples.maxNs,
    histogram: encodeHistogram(samples.histogram),
    units: samples.callsByInput.reduce((sum, calls, i) => sum + calls * (units[i] ?? 1), 0),
    ...(samples.drift === undefined ? {} : { drift: samples.drift }),
    ...(samples.warmUp === undefined ? {} : { warmUp: samples.warmUp }),
    ...(samples.slowestInput === undefined ? {} : { slowestInput: samples.slowestInput }),
    ...(samples.byInput === undefined || !isEngine(spec.engine)
      ? {}
      : {
          byInput: { labels: inputs.slice(0, samples.byInput.p50Ns.length).map(labelOf), ...samples.byInput },
        }),
    warmupCalls,
    gc,
    peakRssBytes: end.peakRssBytes,
    noise: noise ?? stopWatching(),
    loadNs: prepared.loadNs,
    clockCostNs,
    ...(emptyNs === undefined ? {} : { emptyNs }),
  };
}

/** Peers have no table of slowest inputs. */
const isEngine = (name: string) => ENGINES.some((engine) => engine === name);

async function warmUp(operation: Operation, inputCount: number, warmupMs: number): Promise<number> {
  const endMs = performance.now() + warmupMs;
  let calls = 0;
  for (let lastMs = 0, nowMs = performance.now(); nowMs < endMs; nowMs = performance.now()) {
    // Such a clock would never come to the end.
    if (nowMs < lastMs) throw new HarnessError('ERR_SAMPLE', 'the clock went backwards');
    lastMs = nowMs;
    const answer = operation(calls++ % inputCount);
    if (answer instanceof Promise) await answer;
  }
  return calls;
}
