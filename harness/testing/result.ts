/** Small results with real encoded histograms, for tests of what reads them. */

import { emptyHistogram, encodeHistogram, recordNs } from '../histogram.ts';
import type { CaseInfo, Measurement, MemoryReading, Noise, Result, TrialRow } from '../result.ts';
import type { Target } from '../targets.ts';

/** A second of sampling with nothing else on the machine. */
export const QUIET: Noise = {
  spanNs: 1_000_000_000,
  mainThreadNs: 990_000_000,
  processNs: 1_000_000_000,
  waitedNs: 5_000_000,
  stolenNs: 0,
  voluntarySwitches: 3,
  involuntarySwitches: 1,
  frequencyMhz: { before: 2500, after: 2500 },
  throttles: 0,
  load: 0.3,
};

/** A measurement of `samples` samples, all of `ns` nanoseconds save the slowest two percent, which are of `tailNs`. */
export function measurementOf(
  ns: number,
  samples = 20,
  tailNs = ns,
  change: Partial<Measurement> = {},
): Measurement {
  const batch = change.batch ?? 1;
  const histogram = emptyHistogram();
  for (let i = 0; i < samples; i++) recordNs(histogram, (i < samples * 0.98 ? ns : tailNs) * batch);
  return {
    batch,
    cold: false,
    selfTimed: false,
    samples,
    elapsedNs: ns * batch * samples,
    minNs: ns,
    maxNs: tailNs,
    histogram: encodeHistogram(histogram),
    units: samples * batch,
    drift: 1,
    ...(batch === 1 ? { slowestInput: { input: 0, p50Ns: ns } } : {}),
    warmupCalls: 100,
    gc: { count: 0, pauseNs: 0 },
    peakRssBytes: 50_000_000,
    noise: QUIET,
    loadNs: 1_000_000,
    clockCostNs: 30,
    ...change,
  };
}

/** A trial that went well; what it read is to be added. */
const goodRow = (id: string, engine: string, trial: number): TrialRow => ({
  case: id,
  engine,
  role: engine === 'native' || engine === 'typescript' ? 'engine' : 'peer',
  trial,
  position: trial,
  state: 'measured',
  answers: { checked: 10, wrong: 0, digest: '0123456789abcdef' },
  addons: [],
});

/** One row a measurement, trials 0, 1, 2 … */
export function rowsOf(id: string, engine: string, measurements: readonly Measurement[]): TrialRow[] {
  return measurements.map((measurement, trial) => ({
    ...goodRow(id, engine, trial),
    measurement,
  }));
}

/** One row a figure: trials whose samples all take that long. */
export const timesOf = (id: string, engine: string, p50sNs: readonly number[], samples = 20) =>
  rowsOf(
    id,
    engine,
    p50sNs.map((ns) => measurementOf(ns, samples)),
  );

export function caseOf(id: string, peers: CaseInfo['peers'] = []): CaseInfo {
  return {
    id,
    title: `Does ${id}`,
    unit: 'item',
    inputs: 'made by the suite',
    engines: ['native', 'typescript'],
    peers,
  };
}

/** What an engine holds (200 KB of heap and array buffers where not said) and allocates: three times an operation. */
export function memoryOf(
  retained: Partial<MemoryReading['retained']> = {},
  native: MemoryReading['native'] = {
    operations: 100,
    allocations: 300,
    allocatedBytes: 1_000,
    peakBytes: 100,
  },
): MemoryReading {
  return {
    retained: { heapBytes: 100_000, externalBytes: 100_000, nativeBytes: 6_000_000, ...retained },
    peakRssBytes: 70_000_000,
    native,
  };
}

/** One row a reading, memory trials 0, 1, 2 … */
export function memoryRowsOf(id: string, engine: string, readings: readonly MemoryReading[]): TrialRow[] {
  return readings.map((memory, trial) => ({
    ...goodRow(id, engine, trial),
    memory,
  }));
}

/** A complete result of the cases its rows name, on a quiet machine. */
export function resultOf(trials: readonly TrialRow[], change: Partial<Result> = {}): Result {
  const ids = [...new Set(trials.map((row) => row.case))];
  return {
    schemaVersion: 2,
    createdAt: '2026-11-22T12:00:00.000Z',
    command: 'npx -y pnpm@12 bench --profile quick --seed 1',
    profile: 'quick',
    seed: 1,
    trialsPlanned: trials.length,
    cases: ids.map((id) => {
      const peers = trials.filter((row) => row.case === id && row.role === 'peer');
      return caseOf(
        id,
        [...new Set(peers.map((row) => row.engine))].map((peer) => ({ id: peer })),
      );
    }),
    complete: true,
    unavailable: [],
    interrupted: false,
    environment: {
      cpuModel: 'Example CPU (R) 9000 | 2.5 GHz',
      cores: 2,
      pinnedToCore: 1,
      cpuGovernor: 'performance',
      memoryBytes: 8_000_000_000,
      os: 'Linux 6.12',
      arch: 'x64',
      libc: 'glibc 2.41',
      node: '26.10.0',
      v8: '14.6',
      revision: '0123456789abcdef0123456789abcdef01234567',
      dirty: false,
      loadBefore: 0.1,
      loadAfter: 1.2,
      clockCostNs: 30,
      clockStepNs: 40,
    },
    trials: [...trials],
    memoryTrials: [],
    ...change,
  };
}

/** A held target on `sums/add` native; `change` names the rest. */
export function targetOf(change: Partial<Target>): Target {
  return {
    case: 'sums/add',
    engine: 'native',
    metric: 'p50Ns',
    source: 'goal',
    status: 'held',
    ...change,
  };
}
