/** Why two clocks disagree on a case: one rule a known cause. A rule names what it saw; it proves nothing. Pure. */

import { formatNs } from '../gate/format.ts';
import type { ClockFigure } from './agreement.ts';

export interface Disagreement {
  readonly slowest: ClockFigure;
  readonly fastest: ClockFigure;
  /** Slowest over fastest, less 1. */
  readonly disagreement: number;
  readonly async: boolean;
}

/** A call should last this many clock readings before a clock may read around each. */
const CLOCK_READINGS = 20;
/** tinybench adds about 0.3 us to a call that is awaited, three promises to one: more than a tenth of this. */
const SHORT_ASYNC_NS = 5_000;
/** Difference of the shares of time that garbage collections took. */
const GC_SHARE = 0.03;
/** Rotations below which one slow call weighs. */
const FEW_ROTATIONS = 3;
/** Drift between the halves of a clock's time. */
const MAX_DRIFT = 0.05;

type Rule = (disagreement: Disagreement) => string | undefined;

const percent = (share: number) => `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;

const clockInTheFigure: Rule = ({ slowest, fastest, async }) => {
  const readings = fastest.meanNs / fastest.clockCostNs;
  if (slowest.clock !== 'tinybench' || async || readings >= CLOCK_READINGS) return;
  return `tinybench reads the clock around each call, and a call is ${readings.toPrecision(2)} readings long (${formatNs(fastest.clockCostNs)} each)`;
};

const shorterThanAReading: Rule = ({ fastest }) =>
  fastest.meanNs < fastest.clockCostNs
    ? 'a call is shorter than a clock reading: how the loop around it was compiled is in the figure'
    : undefined;

const promises: Rule = ({ fastest, async }) =>
  async && fastest.meanNs < SHORT_ASYNC_NS
    ? 'each clock waits for a promise in its own way, a few tenths of a microsecond'
    : undefined;

const collections: Rule = ({ slowest, fastest }) =>
  slowest.gcShare - fastest.gcShare > GC_SHARE
    ? `garbage collections fall differently: ${percent(slowest.gcShare)} of the time under ${slowest.clock}, ${percent(fastest.gcShare)} under ${fastest.clock}`
    : undefined;

const fewRotations: Rule = ({ slowest, fastest }) => {
  const fewest = slowest.rotations < fastest.rotations ? slowest : fastest;
  if (fewest.rotations >= FEW_ROTATIONS) return;
  const many = fewest.rotations === 1 ? 'one rotation' : `${fewest.rotations} rotations`;
  return `only ${many} of the inputs under ${fewest.clock}: one slow call weighs`;
};

const warmingUp: Rule = ({ slowest, fastest }) => {
  const drifting = [slowest, fastest].find(({ drift = 1 }) => Math.abs(drift - 1) > MAX_DRIFT);
  if (drifting?.drift === undefined) return;
  const how = drifting.drift < 1 ? 'faster' : 'slower';
  return `still warming up: the second half under ${drifting.clock} was ${percent(Math.abs(drifting.drift - 1))} ${how}`;
};

const roundsDiffer: Rule = ({ slowest, fastest, disagreement }) => {
  const spreadOf = ({ roundsNs }: ClockFigure) => Math.max(...roundsNs) / Math.min(...roundsNs) - 1;
  const wider = spreadOf(slowest) > spreadOf(fastest) ? slowest : fastest;
  if (spreadOf(wider) < disagreement) return;
  return `the rounds of ${wider.clock} differ among themselves by ${percent(spreadOf(wider))}`;
};

const disturbed: Rule = ({ slowest, fastest }) => {
  const found = [slowest, fastest].find(({ disturbances }) => disturbances.length > 0);
  if (found === undefined) return;
  const many = `${found.disturbances.length} of ${found.roundsNs.length} rounds`;
  return `the machine was not quiet, ${many} of ${found.clock}: ${found.disturbances[0]}`;
};

const RULES: readonly Rule[] = [
  clockInTheFigure,
  shorterThanAReading,
  promises,
  collections,
  fewRotations,
  warmingUp,
  roundsDiffer,
  disturbed,
];

/** Every reason that applies, the ones that lie in the clocks first; `unknown` where none does. */
export function reasonsFor(disagreement: Disagreement): string[] {
  const reasons = RULES.flatMap((rule) => rule(disagreement) ?? []);
  return reasons.length === 0 ? ['unknown'] : reasons;
}
