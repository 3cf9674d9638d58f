/** One trial, inside its own process: load, check the answers, warm up, sample, check again. */

import { PerformanceObserver } from 'node:perf_hooks';
import type { Case, Operation, SelfTimed } from '../define.ts';
import { measureClockCostNs } from '../environment.ts';
import { HarnessError, messageOf } from '../errors.ts';
import { loadInputs } from '../fixtures.ts';
import { encodeHistogram } from '../histogram.ts';
import { findCase, loadSuite } from '../house.ts';
import type { Measurement } from '../result.ts';
import { AnswerDigest, isScalar, sameAnswer } from './answer.ts';
import { describeDifference } from './difference.ts';
import { peakRssBytes } from './memory.ts';
import type { TrialReport, TrialSpec } from './protocol.ts';
import { takeSamples } from './sample.ts';

type Report = Omit<TrialReport, 'addons'>;

interface Prepared {
  readonly entry: Case<unknown, unknown>;
  readonly inputs: readonly unknown[];
  readonly operation: Operation;
  readonly expected: readonly unknown[];
  readonly selfElapsedNs?: () => number;
  readonly loadNs: number;
}

/** Counts answers and remembers the first wrong one. */
class AnswerCheck {
  checked = 0;
  wrong = 0;
  firstWrong: string | undefined;
  readonly #prepared: Prepared;

  constructor(prepared: Prepared) {
    this.#prepared = prepared;
  }

  see(i: number, answer: unknown): void {
    this.checked++;
    if (sameAnswer(answer, this.#prepared.expected[i])) return;
    this.wrong++;
    this.firstWrong ??= `input ${i}: ${describeDifference(answer, this.#prepared.expected[i])}`;
  }

  /** Every input once; the digest of all answers. */
  async all(): Promise<string> {
    const digest = new AnswerDigest();
    for (let i = 0; i < this.#prepared.inputs.length; i++) {
      const given = this.#prepared.operation(i);
      if (given instanceof Promise && this.#prepared.entry.async !== true) {
        throw new HarnessError('ERR_SUITE', 'the operation returns a promise, but the case is not `async`');
      }
      const answer = await given;
      this.see(i, answer);
      digest.add(answer);
    }
    return digest.finish();
  }
}

export async function runTrial(spec: TrialSpec): Promise<Report> {
  const prepared = await prepare(spec);
  const check = new AnswerCheck(prepared);
  const cold = prepared.entry.cold === true && spec.mode === 'measure';
  let digest = cold ? '' : await check.all();
  let measurement: Measurement | undefined;
  if (check.wrong === 0 && spec.mode === 'measure') {
    measurement = await measure(spec, prepared, check);
    // Scalars were compared at every sampled call; anything larger is compared once more now.
    if (cold || !prepared.expected.every(isScalar)) digest = await check.all();
  }
  const answers = { checked: check.checked, wrong: check.wrong, digest };
  if (check.wrong > 0) {
    return { state: 'wrong-answer', answers, error: check.firstWrong ?? 'a wrong answer' };
  }
  if (measurement === undefined) return { state: 'verified', answers };
  return { state: 'measured', answers, measurement };
}

async function prepare(spec: TrialSpec): Promise<Prepared> {
  const { case: entry, load } = findCase(await loadSuite(spec.suiteFile), spec.case, spec.engine);
  const inputs = await loadInputs(spec.root, entry);
  const startMs = performance.now();
  const engine = await load();
  const loadNs = Math.round((performance.now() - startMs) * 1e6);
  const expected = await entry.answer(inputs);
  if (expected.length !== inputs.length) {
    throw new HarnessError(
      'ERR_SUITE',
      `case ${entry.id}: ${inputs.length} inputs but ${expected.length} answers`,
    );
  }
  const operation = await entry.prepare(engine, inputs);
  const timed = engine as Partial<SelfTimed> | null;
  const selfTimed = typeof timed?.lastElapsedNs === 'function';
  return {
    entry,
    inputs,
    operation,
    expected,
    loadNs,
    ...(selfTimed ? { selfElapsedNs: () => (timed as SelfTimed).lastElapsedNs() } : {}),
  };
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

  const pauses: { startMs: number; durationMs: number }[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      pauses.push({ startMs: startTime, durationMs: duration });
  });
  await new Promise((resolve) => setImmediate(resolve));
  observer.observe({ entryTypes: ['gc'] });
  const switches = () => process.resourceUsage().involuntaryContextSwitches;
  const before = switches();
  // Read at the last sample: sorting the samples afterwards takes memory and collections of its own.
  const end = { ms: 0, peakRssBytes: 0, switches: 0 };
  const samples = await takeSamples({
    operation,
    inputCount: inputs.length,
    batch,
    async: entry.async === true,
    sampleMs: cold ? 0 : spec.sampleMs,
    minSamples: cold ? inputs.length : spec.minSamples,
    maxSampleMs: spec.maxSampleMs,
    onAnswer: eachCall ? (i, answer) => check.see(i, answer) : () => {},
    onEnd: () => {
      end.ms = performance.now();
      end.peakRssBytes = peakRssBytes();
      end.switches = switches() - before;
    },
    ...(selfElapsedNs === undefined ? {} : { selfElapsedNs }),
  });
  // Entries arrive with the event loop, after the samples.
  await new Promise((resolve) => setTimeout(resolve, 5));
  observer.disconnect();
  const during = pauses.filter(({ startMs }) => startMs <= end.ms);

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
    ...(samples.slowestInput === undefined ? {} : { slowestInput: samples.slowestInput }),
    warmupCalls,
    gc: {
      count: during.length,
      pauseNs: Math.round(during.reduce((sum, { durationMs }) => sum + durationMs, 0) * 1e6),
    },
    peakRssBytes: end.peakRssBytes,
    involuntaryContextSwitches: end.switches,
    loadNs: prepared.loadNs,
    clockCostNs,
  };
}

async function warmUp(operation: Operation, inputCount: number, warmupMs: number): Promise<number> {
  const endMs = performance.now() + warmupMs;
  let calls = 0;
  while (performance.now() < endMs) {
    const answer = operation(calls++ % inputCount);
    if (answer instanceof Promise) await answer;
  }
  return calls;
}

/** A thrown error as a report: the row stays in the result, it does not vanish. */
export function failedReport(error: unknown): Report {
  return { state: 'failed', error: messageOf(error) };
}
