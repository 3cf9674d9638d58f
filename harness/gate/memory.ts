/** Reads the memory trials of a result and judges what targets say of them. Pure. */

import { PROFILES } from '../profile.ts';
import type { MemoryReading, Result } from '../result.ts';
import { type Estimate, median } from '../stats/order.ts';
import type { Target } from '../targets.ts';
import { formatMetric } from './format.ts';

/** Most that the native counts of one case and engine may differ over trials: they are counts, not times. */
const MOST_SPREAD = 0.03;
/** Bytes below which a difference is no spread: a page. */
const LEAST_BYTES = 4_096;

export interface MemoryTrial {
  readonly trial: number;
  readonly memory: MemoryReading;
}

/** Good memory trials by case and engine. */
export class MeasuredMemory {
  readonly #trials = new Map<string, MemoryTrial[]>();

  constructor(result: Pick<Result, 'memoryTrials'>) {
    for (const { case: id, engine, trial, state, memory } of result.memoryTrials) {
      if (state !== 'measured' || memory === undefined) continue;
      const list = this.#trials.get(`${id} ${engine}`) ?? [];
      list.push({ trial, memory });
      this.#trials.set(`${id} ${engine}`, list);
    }
  }

  of(caseId: string, engine: string): readonly MemoryTrial[] {
    return this.#trials.get(`${caseId} ${engine}`) ?? [];
  }

  /** Heap, external and native bytes together. */
  retainedBytes(caseId: string, engine: string): Estimate {
    return estimateExtremes(this.of(caseId, engine).map(({ memory }) => retainedBytesOf(memory)));
  }

  /** What `engine` retains over what `against` does, trial by trial; a side that retains nothing gives no ratio. */
  retainedRatio(caseId: string, engine: string, against: string): Estimate {
    return this.#ratio(caseId, engine, against, retainedBytesOf);
  }

  /** The most that one call of `engine` holds over what one of `against` does, as `retainedRatio`. */
  operationPeakRatio(caseId: string, engine: string, against: string): Estimate {
    return this.#ratio(caseId, engine, against, (memory) => operationPeakOf(memory) ?? 0);
  }

  #ratio(
    caseId: string,
    engine: string,
    against: string,
    bytesOf: (memory: MemoryReading) => number,
  ): Estimate {
    const below = new Map(this.of(caseId, against).map(({ trial, memory }) => [trial, bytesOf(memory)]));
    return estimateExtremes(
      this.of(caseId, engine).flatMap(({ trial, memory }) => {
        const other = below.get(trial) ?? 0;
        return other > 0 ? [bytesOf(memory) / other] : [];
      }),
    );
  }

  /**
   * Most that one call holds above what was held before it: V8's peak and the native one together, as if both fell on
   * the same moment.
   */
  operationPeakBytes(caseId: string, engine: string): Estimate {
    return estimateExtremes(this.of(caseId, engine).flatMap(({ memory }) => operationPeakOf(memory) ?? []));
  }

  /** Of native code, in a warm pass; without a value for an engine that does not count. */
  allocationsPerOperation(caseId: string, engine: string): Estimate {
    return estimateExtremes(
      this.of(caseId, engine).flatMap(({ memory: { native } }) =>
        native === null ? [] : [native.allocations / native.operations],
      ),
    );
  }

  peakRssBytes(caseId: string, engine: string): Estimate {
    return estimateExtremes(this.of(caseId, engine).map(({ memory }) => memory.peakRssBytes));
  }

  /** Which native count differs over trials by more than it may, in one line; undefined where none does. */
  unsteadyCount(caseId: string, engine: string): string | undefined {
    const trials = this.of(caseId, engine).map(({ memory }) => memory);
    const counts: [what: string, values: number[], least: number][] = [
      ['bytes retained', trials.flatMap(({ retained }) => retained.nativeBytes ?? []), LEAST_BYTES],
      ['allocations', trials.flatMap(({ native }) => native?.allocations ?? []), 0],
      ['bytes allocated', trials.flatMap(({ native }) => native?.allocatedBytes ?? []), LEAST_BYTES],
      ['peak bytes', trials.flatMap(({ native }) => native?.peakBytes ?? []), LEAST_BYTES],
    ];
    for (const [what, values, least] of counts) {
      const [low, high] = [Math.min(...values), Math.max(...values)];
      if (high - low <= least || (high - low) / high <= MOST_SPREAD) continue;
      const percent = ((100 * (high - low)) / high).toFixed(1);
      return `${what} of native code on ${engine} differ by ${percent} % over ${values.length} trials; 3 % are allowed`;
    }
    return undefined;
  }
}

const retainedBytesOf = ({ retained }: MemoryReading) =>
  retained.heapBytes + retained.externalBytes + (retained.nativeBytes ?? 0);

const operationPeakOf = ({ operationPeak: peak }: MemoryReading) =>
  peak === undefined ? undefined : peak.jsBytes + (peak.nativeBytes ?? 0);

/** The median with the smallest and the largest value as its bounds: no confidence is claimed for them. */
function estimateExtremes(values: readonly number[]): Estimate {
  const some = values.length > 0;
  return {
    value: median(values),
    interval: null,
    lowerBound: some ? Math.min(...values) : null,
    upperBound: some ? Math.max(...values) : null,
    n: values.length,
  };
}

/** What a memory target says of a result; without an estimate nothing could be read. */
export interface MemoryReadout {
  readonly verdict: 'met' | 'missed' | 'inconclusive' | 'unmeasured';
  readonly estimate?: Estimate;
  readonly why: string;
}

/**
 * Judges by the worst trial: counts of memory hardly differ from trial to trial, so that a bound for their median would
 * take more processes and say no more. Counts that do differ decide nothing.
 * @returns undefined for a target that memory trials have nothing to say about
 */
export function judgeMemory(
  result: Result,
  measured: MeasuredMemory,
  target: Target,
): MemoryReadout | undefined {
  const { case: id, engine, against } = target;
  const estimate = readMemory(measured, target);
  if (estimate === undefined) return undefined;
  if (target.metric === 'peakRssBytes' && estimate.n === 0) return undefined;
  if (PROFILES[result.profile].memoryTrials === 0 && result.memoryTrials.length === 0)
    return { verdict: 'inconclusive', why: `the profile ${result.profile} takes no memory trials` };
  if (estimate.n === 0) {
    const empty = [engine, against ?? engine].find((name) => measured.of(id, name).length === 0);
    const why = empty === undefined ? 'its memory trials give none' : `no good memory trial on ${empty}`;
    return { verdict: 'unmeasured', why };
  }
  if (target.metric !== 'peakRssBytes') {
    const unsteady = [engine, ...(against === undefined ? [] : [against])]
      .map((name) => measured.unsteadyCount(id, name))
      .find((line) => line !== undefined);
    if (unsteady !== undefined) return { verdict: 'inconclusive', estimate, why: unsteady };
  }
  return { ...compareWorst(estimate, target), estimate };
}

function readMemory(measured: MeasuredMemory, target: Target): Estimate | undefined {
  const { case: id, engine, against } = target;
  switch (target.metric) {
    case 'retainedBytes':
      return measured.retainedBytes(id, engine);
    case 'retainedRatio':
      return measured.retainedRatio(id, engine, against as string);
    case 'operationPeakRatio':
      return measured.operationPeakRatio(id, engine, against as string);
    case 'operationPeakBytes':
      return measured.operationPeakBytes(id, engine);
    case 'allocationsPerOperation':
      return measured.allocationsPerOperation(id, engine);
    case 'peakRssBytes':
      return measured.peakRssBytes(id, engine);
    default:
      return undefined;
  }
}

function compareWorst(
  { lowerBound, upperBound, n }: Estimate,
  { max, min, metric }: Target,
): Pick<MemoryReadout, 'verdict' | 'why'> {
  const worst = (max === undefined ? lowerBound : upperBound) as number;
  const isGood = max === undefined ? worst >= (min as number) : worst <= max;
  const [kept, broken] = max === undefined ? ['reaches', 'is short of'] : ['is within', 'is beyond'];
  const limit = formatMetric(metric, (max ?? min) as number);
  return {
    verdict: isGood ? 'met' : 'missed',
    why: `the worst of ${n} memory trials, ${formatMetric(metric, worst)}, ${isGood ? kept : broken} ${limit}`,
  };
}
