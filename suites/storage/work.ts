/** The inputs of the cases, made of the events and texts of the fixtures. */

import { type Fixture, loadSet } from '@pairbench/fixtures';

/** What one call is given. */
export interface Work {
  readonly kind: 'work';
  readonly id: string;
  readonly class: string;
  readonly sha256: string;
  /** One event, a group of events, the events of a log, the pieces of an output, or one checkpoint. */
  readonly parts: readonly Buffer[];
  /** Places of eight digits in a checkpoint that are written anew at every rotation. */
  readonly stamps: readonly number[];
}

/** Fixtures as they are loaded, and what is made of them. */
export type Input = Fixture | Work;

export function workOf(input: Input | undefined): Work {
  if (input?.kind !== 'work') throw new Error(`fixture ${input?.id} was not made into work`);
  return input;
}

export const partsOf = (input: Input | undefined): readonly Buffer[] => workOf(input).parts;
export const onlyPart = (input: Input | undefined): Buffer => partsOf(input)[0] as Buffer;

export const makeWork = (
  from: Pick<Fixture, 'class' | 'sha256'>,
  id: string,
  parts: readonly Buffer[],
  stamps: readonly number[] = [],
): Work => ({ kind: 'work', id, class: from.class, sha256: from.sha256, parts, stamps });

/** The events of the fixture, and the fixture. */
export function eventsOf(inputs: readonly Input[]): { events: readonly Buffer[]; from: Fixture } {
  const [from] = inputs;
  if (from?.kind !== 'texts') throw new Error(`fixture ${from?.id} has no events`);
  return { events: from.texts.map((text) => Buffer.from(text)), from };
}

/** The first events of the fixture in groups, each one input. */
export const groupsOfEvents =
  (groups: number, size: number) =>
  (inputs: readonly Input[]): Input[] => {
    const { events, from } = eventsOf(inputs);
    return Array.from({ length: groups }, (_, k) =>
      makeWork(from, `${from.id}-${k}`, events.slice(k * size, (k + 1) * size)),
    );
  };

/** One input of that many events: those of the fixture, again and again. */
export const manyEvents =
  (count: number) =>
  (inputs: readonly Input[]): Input[] => {
    const { events, from } = eventsOf(inputs);
    const parts = Array.from({ length: count }, (_, k) => events[k % events.length] as Buffer);
    return [makeWork(from, `${from.id}-${count}`, parts)];
  };

/** Sizes of reads from a pipe of 64 KiB: mostly full, now and then what a program had written so far. */
const PIECES = [65_536, 65_536, 4_096, 65_536, 65_536, 20_480, 65_536, 1_363, 65_536, 65_536, 32_768];

/** One output of `bytes` bytes in pipe-sized pieces: the texts of the fixtures, again and again. */
export const toolOutput =
  (bytes: number) =>
  (inputs: readonly Input[]): Input[] => {
    const [from] = inputs;
    if (from?.kind !== 'text') throw new Error(`fixture ${from?.id} has no text`);
    const text = Buffer.concat(inputs.map((input) => Buffer.from(input.kind === 'text' ? input.text : '')));
    const parts: Buffer[] = [];
    for (let made = 0, at = 0; made < bytes; ) {
      if (at + 65_536 > text.length) at = 0;
      const size = Math.min(PIECES[parts.length % PIECES.length] as number, bytes - made);
      parts.push(text.subarray(at, at + size));
      made += size;
      at += size;
    }
    return [makeWork(from, `tool-output-${bytes}`, parts)];
  };

export function onlyInput(inputs: readonly Input[]): Input {
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) throw new Error(`${inputs.length} inputs, one is expected`);
  return input;
}

/** The set that most cases are made of, for what a case needs beside its inputs. */
export const loadEvents = (): readonly Input[] => loadSet('agent-events');
