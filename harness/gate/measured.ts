/** Reads metrics off the trials of a result: pure functions from rows to estimates. */

import { HarnessError } from '../errors.ts';
import { decodeHistogram, type Histogram, mergeHistograms } from '../histogram.ts';
import { SAMPLES_TO_GATE_P99, SAMPLES_TO_SHOW_P99 } from '../profile.ts';
import type { Measurement, Result } from '../result.ts';
import { type Estimate, estimateMedian, quantileRanks } from '../stats/order.ts';

export interface MeasuredTrial {
  readonly trial: number;
  readonly measurement: Measurement;
  /** Nanoseconds of whole samples: divide by `measurement.batch` for a call. */
  readonly histogram: Histogram;
  readonly p50Ns: number;
  readonly p99Ns: number;
}

/**
 * Good trials by case and engine, decoded once.
 * @throws HarnessError `ERR_RESULT` when a histogram is damaged or does not hold the samples its row tells of
 */
export class Measured {
  readonly #trials = new Map<string, MeasuredTrial[]>();

  constructor(result: Result) {
    for (const row of result.trials) {
      if (row.state !== 'measured' || row.measurement === undefined) continue;
      const { samples, batch } = row.measurement;
      const histogram = decodeHistogram(row.measurement.histogram);
      if (histogram.totalCount !== samples) {
        throw new HarnessError(
          'ERR_RESULT',
          `${row.case} ${row.engine}, trial ${row.trial}: ${samples} samples, but ${histogram.totalCount} in the histogram`,
        );
      }
      const key = `${row.case} ${row.engine}`;
      const list = this.#trials.get(key) ?? [];
      list.push({
        trial: row.trial,
        measurement: row.measurement,
        histogram,
        p50Ns: histogram.getValueAtPercentile(50) / batch,
        p99Ns: histogram.getValueAtPercentile(99) / batch,
      });
      this.#trials.set(key, list);
    }
  }

  of(caseId: string, engine: string): readonly MeasuredTrial[] {
    return this.#trials.get(`${caseId} ${engine}`) ?? [];
  }

  p50(caseId: string, engine: string): Estimate {
    return estimateMedian(this.of(caseId, engine).map((trial) => trial.p50Ns));
  }

  /**
   * `gated`: every trial has the samples a gate needs, the value is the median of per-trial P99s.
   * `shown`: only all trials together have enough, the value is the P99 of the merged samples.
   * Null: too few samples even to show.
   */
  p99(caseId: string, engine: string): { kind: 'gated' | 'shown'; estimate: Estimate } | null {
    const trials = this.of(caseId, engine);
    if (trials.length === 0) return null;
    if (trials.every((trial) => trial.measurement.samples >= SAMPLES_TO_GATE_P99)) {
      return { kind: 'gated', estimate: estimateMedian(trials.map((trial) => trial.p99Ns)) };
    }
    const merged = mergeHistograms(trials.map((trial) => trial.histogram));
    const n = merged.totalCount;
    if (n < SAMPLES_TO_SHOW_P99) return null;
    const ranks = quantileRanks(n, 0.99);
    const batch = trials[0]?.measurement.batch ?? 1;
    const at = (percentile: number) => merged.getValueAtPercentile(percentile) / batch;
    return {
      kind: 'shown',
      estimate: {
        value: at(99),
        interval: ranks === null ? null : { low: at(ranks.lowPercentile), high: at(ranks.highPercentile) },
        lowerBound: null,
        upperBound: null,
        n,
      },
    };
  }

  /**
   * The P99 where trials have too few samples to gate it by its value: the median of per-trial P99s, with bounds from the
   * ranks between which each trial's own P99 lies with 95 %. They are wider than those of `p99`, never narrower. Null
   * where a trial has so few samples (below 368) that its largest does not bound the P99.
   */
  p99ByRanks(caseId: string, engine: string): Estimate | null {
    const low: number[] = [];
    const high: number[] = [];
    const trials = this.of(caseId, engine);
    for (const { histogram, measurement } of trials) {
      const ranks = quantileRanks(histogram.totalCount, 0.99);
      if (ranks === null) return null;
      low.push(histogram.getValueAtPercentile(ranks.lowPercentile) / measurement.batch);
      high.push(histogram.getValueAtPercentile(ranks.highPercentile) / measurement.batch);
    }
    const { value, n } = estimateMedian(trials.map((trial) => trial.p99Ns));
    const [below, above] = [estimateMedian(low), estimateMedian(high)];
    return {
      value,
      interval:
        below.interval === null || above.interval === null
          ? null
          : { low: below.interval.low, high: above.interval.high },
      lowerBound: below.lowerBound,
      upperBound: above.upperBound,
      n,
    };
  }

  unitsPerSec(caseId: string, engine: string): Estimate {
    return estimateMedian(this.of(caseId, engine).map(unitsPerSec));
  }

  /** Units a second of `caseId` over those of `otherCase`, trial by trial, on one engine. */
  rateGain(caseId: string, otherCase: string, engine: string): Estimate {
    return ratioByTrial(this.of(caseId, engine), this.of(otherCase, engine), unitsPerSec);
  }

  /** P50 of `against` over P50 of `engine`, trial by trial: both stood in the same block. */
  speedup(caseId: string, engine: string, against: string): Estimate {
    return ratioByTrial(this.of(caseId, against), this.of(caseId, engine), (trial) => trial.p50Ns);
  }

  /** P99 of `against` over P99 of `engine`, trial by trial. */
  p99Speedup(caseId: string, engine: string, against: string): Estimate {
    return ratioByTrial(this.of(caseId, against), this.of(caseId, engine), (trial) => trial.p99Ns);
  }

  /** P50 of `engine` less the P50 of `against`, trial by trial, nanoseconds. */
  p50ExcessNs(caseId: string, engine: string, against: string): Estimate {
    const [sides, others] = [this.of(caseId, engine), this.of(caseId, against)];
    return estimateByTrial(
      sides,
      others,
      (trial) => trial.p50Ns,
      (ours, theirs) => ours - theirs,
    );
  }

  /** The slowest input of `caseId` over the slowest of `smallerCase`, by their P50s, on one engine. */
  growth(caseId: string, smallerCase: string, engine: string): Estimate {
    return ratioByTrial(this.of(caseId, engine), this.of(smallerCase, engine), slowestInputP50Ns);
  }

  /** The highest P50 any one input has. */
  slowestInputP50Ns(caseId: string, engine: string): Estimate {
    return estimateMedian(this.of(caseId, engine).map(slowestInputP50Ns).filter(Number.isFinite));
  }

  peakRssBytes(caseId: string, engine: string): Estimate {
    return estimateMedian(this.of(caseId, engine).map(({ measurement }) => measurement.peakRssBytes));
  }
}

const unitsPerSec = ({ measurement }: MeasuredTrial) => (measurement.units / measurement.elapsedNs) * 1e9;

const slowestInputP50Ns = (trial: MeasuredTrial) => trial.measurement.slowestInput?.p50Ns ?? Number.NaN;

function ratioByTrial(
  above: readonly MeasuredTrial[],
  below: readonly MeasuredTrial[],
  figure: (trial: MeasuredTrial) => number,
): Estimate {
  return estimateByTrial(above, below, figure, (one, other) => one / other);
}

/** The median over pairs of trials that stood in the same block. */
function estimateByTrial(
  some: readonly MeasuredTrial[],
  others: readonly MeasuredTrial[],
  figure: (trial: MeasuredTrial) => number,
  compare: (one: number, other: number) => number,
): Estimate {
  const byTrial = new Map(others.map((trial) => [trial.trial, figure(trial)]));
  return estimateMedian(
    some.flatMap((trial) => {
      const compared = compare(figure(trial), byTrial.get(trial.trial) ?? Number.NaN);
      return Number.isFinite(compared) ? [compared] : [];
    }),
  );
}
