/** Saves of one growing session, and loads. */

import type { Operation } from 'pairbench/define';
import { stamp } from '../checkpoints.ts';
import { newDirectory } from '../directory.ts';
import type { Storage } from '../engine.ts';
import { type Input, onlyPart, workOf } from '../work.ts';

const ID = 'session';

/**
 * Each call saves the next checkpoint under the same id and returns how many bytes were taken. In the first rotation, which is
 * never timed, it also loads it and compares.
 */
export function save(engine: Storage, inputs: readonly Input[]): Operation {
  const sequence = inputs.map(workOf);
  const store = engine.openCheckpoints(newDirectory('checkpoints'));
  let calls = 0;
  return (i) => {
    const work = sequence[i] as (typeof sequence)[number];
    const body = onlyPart(work);
    stamp(work, Math.floor(calls / sequence.length));
    const { bytes } = store.save(ID, body);
    if (calls++ < sequence.length && !body.equals(store.load(ID))) return 'other bytes were loaded';
    return bytes;
  };
}

export const sizes = (inputs: readonly Input[]): number[] => inputs.map((input) => onlyPart(input).length);

/** Each input is the last checkpoint of a session of its own; the store holds all of them. */
export const load =
  (sequence: (session: number) => readonly Input[]) =>
  (engine: Storage, inputs: readonly Input[]): Operation => {
    const store = engine.openCheckpoints(newDirectory('checkpoints'));
    inputs.forEach((input, session) => {
      for (const step of sequence(session)) store.save(workOf(input).id, onlyPart(step));
    });
    const ids = inputs.map((input) => workOf(input).id);
    return (i) => store.load(ids[i] as string);
  };
