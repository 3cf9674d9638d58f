/** Appends, one at a time and many at once. */

import type { Operation } from 'pairbench/define';
import { newDirectory } from '../directory.ts';
import type { Log, Storage } from '../engine.ts';
import { type Input, onlyPart, partsOf } from '../work.ts';

/** Events that a session keeps; once in so many appends, the older ones are pruned. */
const KEPT = 8_192;

/**
 * Returns by how much the number differs from the one that is due: 0. The last call of the first rotation, which is never
 * timed, also reads the log back and returns how many events are not what was appended.
 */
export function append(engine: Storage, inputs: readonly Input[]): Operation {
  const events = inputs.map(onlyPart);
  const log = engine.openEventLog(newDirectory('append'));
  let due = 0;
  return (i) => {
    const off = log.append(events[i] as Buffer) - due++;
    if (due === events.length) return off + wrongEvents(log, events);
    if (due % KEPT === 0) log.prune(due - KEPT);
    return off;
  };
}

/** As `append` for a group of events whose promises are all made before one is awaited. */
export function appendTogether(engine: Storage, inputs: readonly Input[]): Operation {
  const groups = inputs.map(partsOf);
  const log = engine.openEventLog(newDirectory('append'));
  let due = 0;
  let calls = 0;
  return async (i) => {
    const group = groups[i] as readonly Buffer[];
    const numbers = await Promise.all(group.map((event) => appendAsync(log, event)));
    const off = numbers.reduce((sum, number) => sum + Math.abs(number - due++), 0);
    if (++calls === groups.length) return off + wrongEvents(log, groups.flat());
    if (due % KEPT === 0) log.prune(due - KEPT);
    return off;
  };
}

function appendAsync(log: Log, event: Buffer): Promise<number> {
  if (log.appendAsync === undefined) throw new Error('this peer has no appendAsync');
  return log.appendAsync(event);
}

/** Events of the log that are not the ones expected in their place, those too few or too many included. */
export function wrongEvents(log: Pick<Log, 'replay'>, expected: readonly Uint8Array[]): number {
  let at = 0;
  let wrong = 0;
  for (const { seq, bytes } of log.replay()) {
    if (seq !== at || !bytes.equals(expected[at] ?? Buffer.from('none'))) wrong++;
    at++;
  }
  return wrong + Math.abs(expected.length - at);
}
