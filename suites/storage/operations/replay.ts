/** A log of many events: opened, and read back into JavaScript. */

import type { Operation } from 'pairbench/define';
import { newDirectory } from '../directory.ts';
import type { Log, Storage } from '../engine.ts';
import { type Input, onlyInput, partsOf } from '../work.ts';
import { wrongEvents } from './append.ts';

const BATCH = 1_000;

/** A log that holds the events, closed. */
export function writtenLog(engine: Storage, events: readonly Buffer[]): string {
  const directory = newDirectory('log');
  // How it was written leaves no trace in its bytes; one flush at the end is quicker than a hundred.
  const log = engine.openEventLog(directory, { durability: 'buffered' });
  for (let at = 0; at < events.length; at += BATCH) appendBatch(log, events.slice(at, at + BATCH));
  log.close();
  return directory;
}

function appendBatch(log: Log, events: readonly Buffer[]): void {
  if (log.appendBatch === undefined) throw new Error('this peer has no appendBatch');
  log.appendBatch(events);
}

/** Touches each event's bytes; the order counts. */
const mix = (sum: number, bytes: Uint8Array) => (Math.imul(sum, 31) + bytes.length + (bytes[0] ?? 0)) | 0;

export const mixOfAll = (inputs: readonly Input[]): number[] =>
  inputs.map((input) => partsOf(input).reduce(mix, 0));

/** All events handed over as Buffers. The first call, which is never timed, compares every byte. */
export function replay(engine: Storage, inputs: readonly Input[]): Operation {
  const events = partsOf(onlyInput(inputs));
  const log = engine.openEventLog(writtenLog(engine, events));
  let checked = false;
  return () => {
    let sum = 0;
    for (const { bytes } of log.replay()) sum = mix(sum, bytes);
    if (checked) return sum;
    checked = true;
    const wrong = wrongEvents(log, events);
    return wrong === 0 ? sum : `${wrong} wrong events`;
  };
}

interface ParsedEvent {
  readonly index: number;
  readonly type: string;
}

const mixParsed = (sum: number, { index, type }: ParsedEvent) =>
  (Math.imul(sum, 31) + index + type.length) | 0;

export const mixOfParsed = (inputs: readonly Input[]): number[] =>
  inputs.map((input) => {
    // Many events are the same buffer.
    const parsed = new Map<Buffer, ParsedEvent>();
    return partsOf(input).reduce((sum, event) => {
      let value = parsed.get(event);
      if (value === undefined) {
        value = JSON.parse(event.toString()) as ParsedEvent;
        parsed.set(event, value);
      }
      return mixParsed(sum, value);
    }, 0);
  });

/** The same, each event parsed. */
export function replayParsed(engine: Storage, inputs: readonly Input[]): Operation {
  const log = engine.openEventLog(writtenLog(engine, partsOf(onlyInput(inputs))));
  return () => {
    let sum = 0;
    for (const { bytes } of log.replay()) sum = mixParsed(sum, JSON.parse(bytes.toString()) as ParsedEvent);
    return sum;
  };
}

/** Lets go of the log and opens it again; the last one stays open, so that a memory trial sees what it holds. */
export function open(engine: Storage, inputs: readonly Input[]): Operation {
  const directory = writtenLog(engine, partsOf(onlyInput(inputs)));
  let log: Log | undefined;
  return () => {
    log?.close();
    log = engine.openEventLog(directory);
    return log.nextSeq;
  };
}
