/** The live half of `bench power`: identical code and planted slowdowns, measured in blocks that share one base. */

import {
  type ArmReading,
  type Block,
  type Fault,
  METRICS,
  type Metric,
  type Subject,
  type Taken,
  type TakeRound,
} from '../compare/sequence.ts';
import { type Random, shuffled } from '../random.ts';
import type { Plant } from '../trial/protocol.ts';

/** What an arm is against the base: the same code, or the same with a busy loop in it. */
export const ARMS = ['same', 'share', 'tail'] as const;
export type PowerArm = (typeof ARMS)[number];
export type ArmName = 'base' | PowerArm;

/** The sizes that the gate has to find: 5 % on every call, 10 % on the P99. */
export const PLANTED_SHARE = 0.05;
export const PLANTED_TAIL = 0.1;
/** Every hundredth call: just enough to be the P99. */
const TAIL_EVERY = 100;

export const METRIC_OF: Record<PowerArm, Metric> = { same: 'p50Ns', share: 'p50Ns', tail: 'p99Ns' };

/** @param p99Ns of calls without a slowdown, to which the tail's is added */
export function plantOf(arm: ArmName, p99Ns: number): Plant | undefined {
  if (arm === 'share') return { kind: 'share', share: PLANTED_SHARE };
  if (arm === 'tail') return { kind: 'tail', every: TAIL_EVERY, atLeastNs: p99Ns * (1 + PLANTED_TAIL) };
  return undefined;
}

/** All arms that a round takes part in, in the order of measuring; the pool that the resampling draws from. */
export interface PoolBlock {
  /** Which live run, from 0, and which pass of it. */
  readonly run: number;
  /** Arms in their order, forwards and then backwards. */
  readonly order: readonly ArmName[];
  /** Two readings an arm. */
  readonly readings: Readonly<Partial<Record<ArmName, readonly [ArmReading, ArmReading]>>>;
}

/** One trial of an arm, or why it gave no reading. */
export type MeasureArm = (arm: ArmName) => Promise<ArmReading | Fault>;

/**
 * Rounds whose subjects are the arms: one block measures the base once for all of them, in a random order and the same
 * backwards.
 * @param keep is given every block, for the pool
 */
export function sharedRounds(
  measureArm: MeasureArm,
  random: Random,
  run: number,
  keep: (block: PoolBlock) => void,
): TakeRound {
  return async (subjects) => {
    const arms: ArmName[] = ['base', ...subjects.map(({ id }) => id as PowerArm)];
    const order = shuffled(arms, random);
    const readings: Partial<Record<ArmName, [ArmReading, ArmReading]>> = {};
    for (const arm of [...order, ...[...order].reverse()]) {
      const reading = await measureArm(arm);
      if ('fails' in reading) return new Map(subjects.map(({ id }) => [id, reading]));
      // The second reading replaces its place-holder on the way back.
      readings[arm] = [readings[arm]?.[0] ?? reading, reading];
    }
    const block = { run, order, readings };
    keep(block);
    return new Map(subjects.map(({ id }): [string, Taken] => [id, blockOf(block, id as PowerArm) as Block]));
  };
}

/** The pairs of one arm in a block; undefined where it took no part. */
export function blockOf({ readings }: PoolBlock, arm: PowerArm): Block | undefined {
  const { base, [arm]: head } = readings;
  if (base === undefined || head === undefined) return undefined;
  return [
    { base: base[0], head: head[0] },
    { base: base[1], head: head[1] },
  ];
}

/** Identical code is judged by both metrics, a slowdown by the one it was planted for. */
export const subjectOf = (arm: PowerArm): Subject => ({
  id: arm,
  metrics: arm === 'same' ? METRICS : [METRIC_OF[arm]],
});
