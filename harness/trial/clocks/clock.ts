/** What a clock of the crosscheck is given and what it gives back. */

import type { Operation } from '../../define.ts';

export const CLOCK_NAMES = ['bare loop', 'tinybench', 'benchmark.js'] as const;
export type ClockName = (typeof CLOCK_NAMES)[number];

export interface ClockPlan {
  readonly operation: Operation;
  readonly inputCount: number;
  readonly async: boolean;
  /** Whole rotations of the inputs that fill `measureMs`, by the last one of the warm-up; at least one. */
  readonly rotations: number;
  readonly measureMs: number;
  /** The sink: every clock hands every answer to it, inside its timed span, so that none can be optimised away. */
  readonly take: (i: number, answer: unknown) => void;
}

export interface Clocked {
  /** Mean time of a call over whole rotations of the inputs. */
  readonly meanNs: number;
  readonly rotations: number;
  /** Mean of the second half over that of the first; left out where the clock does not show it. */
  readonly drift?: number;
}

export type Clock = (plan: ClockPlan) => Promise<Clocked>;
