/** The value a target of times and rates limits, or why there is none. Pure. */

import { SAMPLES_TO_GATE_P99 } from '../profile.ts';
import type { Estimate } from '../stats/order.ts';
import type { Target } from '../targets.ts';
import type { Measured, MeasuredTrial } from './measured.ts';

/** `refused` keeps a value from deciding anything; too few samples leave it alone. */
export type Reading = { estimate: Estimate; refused?: string } | { estimate?: undefined; refused: string };

/** The value the target limits, or why there is none. */
export function readMetric(measured: Measured, target: Target): Reading | string {
  const { case: id, engine } = target;
  switch (target.metric) {
    case 'p50Ns':
    case 'p50NsOfBatch': {
      const batched = measured.of(id, engine).some(({ measurement }) => measurement.batch > 1);
      const name = batched ? 'p50NsOfBatch' : 'p50Ns';
      if (name !== target.metric && measured.of(id, engine).length > 0)
        return `the case measures ${name}, not ${target.metric}`;
      return { estimate: measured.p50(id, engine) };
    }
    case 'p99Ns': {
      const trials = measured.of(id, engine);
      if (trials.some(({ measurement }) => measurement.batch > 1))
        return 'a P99 of batch means is no P99 of calls';
      const p99 = measured.p99(id, engine);
      if (p99?.kind === 'gated') return { estimate: p99.estimate };
      if (trials.length === 0) return { estimate: measured.p50(id, engine) };
      const byRanks = measured.p99ByRanks(id, engine);
      if (byRanks !== null) return { estimate: byRanks };
      const refused = tooFewForP99(trials);
      return p99 === null ? { refused } : { estimate: p99.estimate, refused };
    }
    case 'p99Speedup': {
      const trials = [...measured.of(id, engine), ...measured.of(id, target.against as string)];
      if (trials.some(({ measurement }) => measurement.batch > 1))
        return 'a P99 of batch means is no P99 of calls';
      const estimate = measured.p99Speedup(id, engine, target.against as string);
      // Without a value there is nothing to refuse: a trial is missing.
      if (!Number.isFinite(estimate.value) || trials.every(isP99Gated)) return { estimate };
      return { estimate, refused: tooFewForP99(trials) };
    }
    case 'slowestInputP50Ns':
      return { estimate: measured.slowestInputP50Ns(id, engine) };
    case 'unitsPerSec':
      return { estimate: measured.unitsPerSec(id, engine) };
    case 'peakRssBytes':
      return { estimate: measured.peakRssBytes(id, engine) };
    case 'speedup':
      return { estimate: measured.speedup(id, engine, target.against as string) };
    case 'p50ExcessNs':
      return { estimate: measured.p50ExcessNs(id, engine, target.against as string) };
    case 'growth':
      return { estimate: measured.growth(id, target.againstCase as string, engine) };
    case 'rateGain':
      return { estimate: measured.rateGain(id, target.againstCase as string, engine) };
    default:
      return target.reason ?? `metric ${target.metric} is not measured`;
  }
}

const isP99Gated = ({ measurement }: MeasuredTrial) => measurement.samples >= SAMPLES_TO_GATE_P99;

function tooFewForP99(trials: readonly MeasuredTrial[]): string {
  const fewest = Math.min(...trials.map(({ measurement }) => measurement.samples));
  return `${fewest} samples a trial; a P99 is gated from ${SAMPLES_TO_GATE_P99}`;
}
