/** Do the three clocks agree on a case? Pure: from readings to figures and their largest disagreement. */

import { median } from '../stats/order.ts';
import type { ClockName } from '../trial/clocks/clock.ts';
import type { Reading } from '../trial/protocol.ts';
import { reasonsFor } from './reasons.ts';

/** Largest difference between two clocks that is not named. */
export const AGREEING_WITHIN = 0.1;

/** One clock in one round, with what its noise record says of the machine. */
export interface Round {
  readonly reading: Reading;
  readonly disturbances: readonly string[];
}

/** What one clock found over all rounds. */
export interface ClockFigure {
  readonly clock: ClockName;
  /** Median over rounds of the mean time of a call. */
  readonly meanNs: number;
  readonly roundsNs: readonly number[];
  /** Share of the time that garbage collections took; median over rounds. */
  readonly gcShare: number;
  /** Fewest whole rotations of the inputs in a round. */
  readonly rotations: number;
  /** Second half over first; median over rounds, left out where the clock does not show it. */
  readonly drift?: number;
  readonly clockCostNs: number;
  /** One line a disturbed round. */
  readonly disturbances: readonly string[];
}

export interface Agreement {
  readonly case: string;
  readonly engine: string;
  readonly figures: readonly ClockFigure[];
  /** The slowest clock's figure over the fastest's, less 1. */
  readonly disagreement: number;
  readonly slowest: ClockName;
  readonly fastest: ClockName;
  /** Why, where they disagree; `unknown` where no rule knows. Empty where they agree. */
  readonly reasons: readonly string[];
}

/** @param rounds at least one of each clock that is to be compared, in any order */
export function agreementOf(
  subject: { readonly case: string; readonly engine: string },
  clocks: readonly ClockName[],
  rounds: readonly Round[],
): Agreement {
  const figures = clocks.map((clock) =>
    figureOf(
      clock,
      rounds.filter(({ reading }) => reading.clock === clock),
    ),
  );
  const [fastest, ...slower] = [...figures].sort((a, b) => a.meanNs - b.meanNs) as [
    ClockFigure,
    ...ClockFigure[],
  ];
  const slowest = slower.at(-1) ?? fastest;
  const disagreement = slowest.meanNs / fastest.meanNs - 1;
  const isAsync = rounds.some(({ reading }) => reading.async);
  const agrees = disagreement <= AGREEING_WITHIN;
  return {
    case: subject.case,
    engine: subject.engine,
    figures,
    disagreement,
    slowest: slowest.clock,
    fastest: fastest.clock,
    reasons: agrees ? [] : reasonsFor({ slowest, fastest, disagreement, async: isAsync }),
  };
}

function figureOf(clock: ClockName, rounds: readonly Round[]): ClockFigure {
  const readings = rounds.map(({ reading }) => reading);
  const drifts = readings.flatMap(({ drift }) => drift ?? []);
  return {
    clock,
    meanNs: median(readings.map(({ meanNs }) => meanNs)),
    roundsNs: readings.map(({ meanNs }) => meanNs),
    gcShare: median(readings.map(({ gc, noise }) => gc.pauseNs / noise.spanNs)),
    rotations: Math.min(...readings.map(({ rotations }) => rotations)),
    ...(drifts.length === 0 ? {} : { drift: median(drifts) }),
    clockCostNs: median(readings.map(({ clockCostNs }) => clockCostNs)),
    disturbances: rounds.flatMap(({ disturbances }) =>
      disturbances.length === 0 ? [] : disturbances.join(', '),
    ),
  };
}
