/** The cases of the event log, the checkpoints and the spool. Expected answers are what was written. */

import { type Case, defineSuite } from 'pairbench/define';
import { sequenceOf, strangers } from './checkpoints.ts';
import type { Storage } from './engine.ts';
import { append, appendTogether } from './operations/append.ts';
import { load, save, sizes } from './operations/checkpoint.ts';
import { mixOfAll, mixOfParsed, open, replay, replayParsed } from './operations/replay.ts';
import { crcsOfWindows, spool } from './operations/spool.ts';
import { groupsOfEvents, type Input, loadEvents, manyEvents, onlyPart, toolOutput } from './work.ts';

type StorageCase = Case<Storage, Input>;

const zeros = (inputs: readonly Input[]) => inputs.map(() => 0);
const EVENTS = 100_000;
/** Each call takes milliseconds; so many in a trial bound its P99 by their ranks. */
const SAMPLES_OF_MILLISECONDS = 1_000;

const saves = (id: string, title: string, select: NonNullable<StorageCase['select']>): StorageCase => ({
  id,
  title,
  unit: 'byte',
  inputs: 'agent-events',
  samples: SAMPLES_OF_MILLISECONDS,
  select,
  prepare: save,
  answer: sizes,
  units: sizes,
});

/** A session was saved so often before it is loaded: its bytes then lie in several places. */
const SAVES_BEFORE_LOAD = 4;

/** The last checkpoint of each of several sessions. */
const loads = (id: string, title: string, bytes: number, sessions: number): StorageCase => {
  const steps = (session: number) => sequenceOf({ bytes, steps: SAVES_BEFORE_LOAD, session });
  return {
    id,
    title,
    unit: 'byte',
    inputs: 'agent-events',
    samples: SAMPLES_OF_MILLISECONDS,
    select: (events) =>
      Array.from({ length: sessions }, (_, session) => steps(session)(events).at(-1) as Input),
    prepare: load((session) => steps(session)(loadEvents())),
    answer: (inputs) => inputs.map(onlyPart),
    units: sizes,
  };
};

const ofManyEvents = (
  id: string,
  title: string,
  rest: Pick<StorageCase, 'prepare' | 'answer' | 'samples'>,
): StorageCase => ({
  id,
  title,
  unit: 'event',
  inputs: 'agent-events',
  samples: 3,
  varyingAllocations: true,
  select: manyEvents(EVENTS),
  units: () => [EVENTS],
  ...rest,
});

const spools = (id: string, title: string, bytes: number, samples: number): StorageCase => ({
  id,
  title,
  unit: 'byte',
  inputs: 'mixed-10k',
  samples,
  varyingAllocations: true,
  select: toolOutput(bytes),
  prepare: spool,
  answer: crcsOfWindows,
  units: () => [bytes],
});

export default defineSuite<Storage, Input>({
  id: 'storage',
  engines: {
    typescript: () => import('@pairbench/storage/typescript'),
    native: async () => {
      const native = await import('@pairbench/storage/native');
      // Now, not at the first call: without a binding the engine is unavailable, and says why.
      native.loadNative();
      return native;
    },
  },
  peers: () => import('./peers.ts'),
  cases: [
    {
      id: 'append',
      title: 'Appends one event of 300 to 2,000 bytes and returns when it would survive a power cut',
      unit: 'event',
      inputs: 'agent-events',
      select: groupsOfEvents(256, 1),
      prepare: append,
      answer: zeros,
    },
    {
      id: 'append-64',
      title: 'Appends 64 events at once (appendAsync) and waits until all would survive a power cut',
      unit: 'event',
      inputs: 'agent-events',
      async: true,
      // A disk that flushes at once is flushed where the caller waits, a slow one on a thread.
      varyingAllocations: true,
      select: groupsOfEvents(16, 64),
      prepare: appendTogether,
      answer: zeros,
      units: (inputs) => inputs.map(() => 64),
    },
    saves(
      'save-200k',
      'Saves the next checkpoint of a growing session of 200 KB',
      sequenceOf({ bytes: 200_000, steps: 32 }),
    ),
    saves(
      'save-2m',
      'Saves the next checkpoint of a growing session of 2 MB',
      sequenceOf({ bytes: 2_000_000, steps: 16 }),
    ),
    saves(
      'save-10m',
      'Saves the next checkpoint of a growing session of 10 MB',
      sequenceOf({ bytes: 10_000_000, steps: 8 }),
    ),
    {
      ...saves(
        'save-2m-fresh',
        'Saves a checkpoint of 2 MB that shares nothing with the one before',
        strangers(2_000_000, 4),
      ),
      varyingAllocations: true,
    },
    loads('load-2m', 'Loads a checkpoint of 2 MB', 2_000_000, 3),
    ofManyEvents('replay-100k', 'Hands over 100,000 events as Buffers, oldest first', {
      prepare: replay,
      answer: mixOfAll,
    }),
    ofManyEvents('replay-100k-parsed', 'The same with JSON.parse of each event', {
      prepare: replayParsed,
      samples: 1,
      answer: mixOfParsed,
    }),
    ofManyEvents('open-100k', 'Closes and opens a log of 100,000 events', {
      prepare: open,
      answer: () => [EVENTS],
    }),
    spools('spool-512k', 'Streams 512 KB of tool output to disk, reads three windows of it', 524_288, 300),
    spools('spool-64m', 'Streams 64 MB of tool output to disk, reads three windows of it', 67_108_864, 3),
  ],
});
