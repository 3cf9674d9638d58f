/** What a reader must know before believing a figure. */

import { formatNs } from '../gate/format.ts';
import type { Judgement } from '../gate/judge.ts';
import type { Measured } from '../gate/measured.ts';
import type { Result } from '../result.ts';
import { median } from '../stats/order.ts';

/** A sample should last this many clock readings. */
const CLOCK_READINGS = 20;
/** A sample should last this many empty ones. */
const EMPTY_SAMPLES = 3;
/** Median drift inside trials above which the warm-up was too short. */
const MAX_DRIFT = 0.05;

export function warningsOf(result: Result, judgement: Judgement, measured: Measured): string[] {
  const warnings = judgement.faults.map((fault) => `Fault: ${fault}`);
  for (const { suite, engine, reason } of result.unavailable)
    warnings.push(`${suite} ${engine} was left out: ${reason}`);
  for (const entry of result.cases) {
    for (const engine of [...entry.engines, ...entry.peers.map((peer) => peer.id)]) {
      const trials = measured.of(entry.id, engine);
      if (trials.length === 0) continue;
      const drift = median(trials.flatMap(({ measurement }) => measurement.drift ?? [])) - 1;
      const [first] = trials;
      if (Math.abs(drift) > MAX_DRIFT && first?.measurement.cold === false) {
        const percent = `${drift > 0 ? '+' : ''}${Math.round(drift * 100)} %`;
        warnings.push(
          `${entry.id} ${engine}: the second half of the samples differs by ${percent} from the first; the warm-up was short`,
        );
      }
      const rising = trials.filter(({ measurement }) => measurement.warmUp === 'slowing-down').length;
      const falling = trials.filter(({ measurement }) => measurement.warmUp === 'speeding-up').length;
      if (2 * Math.max(rising, falling) > trials.length) {
        const how = falling > rising ? 'was still getting faster' : 'got slower and slower';
        warnings.push(
          `${entry.id} ${engine}: it ${how} in ${Math.max(rising, falling)} of ${trials.length} trials`,
        );
      }
      const sampleNs = median(trials.map(({ p50Ns, measurement }) => p50Ns * measurement.batch));
      const clockNs = median(trials.map(({ measurement }) => measurement.clockCostNs));
      if (first?.measurement.selfTimed === false && sampleNs < CLOCK_READINGS * clockNs) {
        warnings.push(
          `${entry.id} ${engine}: a sample of ${formatNs(sampleNs)} is under ${CLOCK_READINGS} clock readings (${formatNs(clockNs)} each)`,
        );
      }
    }
  }
  warnings.push(...suspectsOf(result, measured));
  const disturbed = result.trials.filter((row) => row.disturbed !== undefined);
  if (disturbed.length > 0) {
    warnings.push(
      `${disturbed.length} of ${result.trials.length} trials stayed disturbed after they were repeated; the first: ${disturbed[0]?.disturbed?.[0]}.`,
    );
  }
  if (result.environment.dirty === true) warnings.push('The revision had uncommitted changes.');
  if (result.environment.loadBefore > 0.5) {
    warnings.push(
      `The machine was not idle before the run (load ${result.environment.loadBefore.toFixed(2)}).`,
    );
  }
  return warnings;
}

/** Cases whose samples cannot be told from calls that do nothing, one line each. */
export function suspectsOf(result: Result, measured: Measured): string[] {
  const suspects: string[] = [];
  for (const entry of result.cases) {
    for (const engine of [...entry.engines, ...entry.peers.map((peer) => peer.id)]) {
      const trials = measured.of(entry.id, engine);
      const sampleNs = median(trials.map(({ p50Ns, measurement }) => p50Ns * measurement.batch));
      const emptyNs = median(trials.flatMap(({ measurement }) => measurement.emptyNs ?? []));
      // Neither is a number where there is none to compare: then nothing is said.
      if (sampleNs < EMPTY_SAMPLES * emptyNs) {
        suspects.push(
          `${entry.id} ${engine}: a sample of ${formatNs(sampleNs)} is under ${EMPTY_SAMPLES} empty ones (${formatNs(emptyNs)} each); nothing was measured: is the work optimised away?`,
        );
      }
    }
  }
  return suspects;
}
