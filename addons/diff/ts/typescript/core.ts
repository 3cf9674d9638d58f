/** The TypeScript core: typed arrays, no object a step. */

import { setImmediate } from 'node:timers/promises';
import type { Core, Runs, Settings } from '../core.ts';
import { hunkText } from '../hunks.ts';
import { histogramRuns } from './histogram-runs.ts';
import { cut, intern } from './lines.ts';
import { commonLines, NEAR_EDITS, searchNear } from './near.ts';
import { runsOf } from './runs.ts';
import { Search } from './search.ts';
import { Trace } from './trace.ts';

/** How long the asynchronous form keeps the event loop. */
const SLICE_MS = 8;

/** The search, which rests whenever `sliceMs` have passed. */
function* find(
  oldText: string,
  newText: string,
  settings: Settings,
  sliceMs: number,
): Generator<void, Runs | undefined> {
  const oldSide = cut(oldText, settings.newlineIsToken);
  const newSide = cut(newText, settings.newlineIsToken);
  if (settings.algorithm === 'histogram') return histogramRuns(oldSide, newSide, settings);
  const giveUpMs = Date.now() + settings.timeout;
  // Tokens that are equal when their text is can be compared as they are.
  const isPlain = !settings.ignoreWhitespace && !settings.ignoreNewlineAtEof;
  const prefix = isPlain ? commonLines(oldSide, newSide, 0, 0) : 0;
  if (isPlain) {
    const common = (oldAt: number, newAt: number) => commonLines(oldSide, newSide, oldAt, newAt);
    if (prefix === oldSide.count && prefix === newSide.count) {
      return runsOf(oldSide, newSide, prefix, new Uint8Array(0), common);
    }
    if (!(Date.now() <= giveUpMs)) return undefined;
    const most = Math.min(settings.maxEditLength, NEAR_EDITS);
    const trace = new Trace(settings.maxMemoryBytes, 8 * NEAR_EDITS);
    const edits = most >= 1 ? searchNear(oldSide, newSide, prefix, Math.floor(most), trace) : undefined;
    if (edits !== undefined) return runsOf(oldSide, newSide, prefix, edits, common);
    if (!(settings.maxEditLength > NEAR_EDITS)) return undefined;
    yield;
  }
  const search = new Search(
    intern(oldSide, newSide, prefix, settings),
    settings.maxEditLength,
    settings.maxMemoryBytes,
  );
  for (;;) {
    const restMs = Date.now() + sliceMs;
    if (search.advance(() => !(Date.now() <= giveUpMs) || Date.now() > restMs)) break;
    if (!(Date.now() <= giveUpMs)) return undefined;
    yield;
  }
  const edits = search.edits();
  if (edits === undefined) return undefined;
  return runsOf(oldSide, newSide, prefix, edits, (oldAt, newAt) =>
    search.common(oldAt - prefix, newAt - prefix),
  );
}

function runs(oldText: string, newText: string, settings: Settings): Runs | undefined {
  const search = find(oldText, newText, settings, Number.POSITIVE_INFINITY);
  for (;;) {
    const { done, value } = search.next();
    if (done) return value;
  }
}

async function runsAsync(
  oldText: string,
  newText: string,
  settings: Settings,
  signal?: AbortSignal,
): Promise<Runs | undefined> {
  const search = find(oldText, newText, settings, SLICE_MS);
  for (;;) {
    // Before the first slice too: the caller goes on first.
    await setImmediate();
    signal?.throwIfAborted();
    const { done, value } = search.next();
    if (done) return value;
  }
}

export const typescriptCore: Core = {
  runs,
  runsAsync,
  hunks(oldText, newText, settings, context) {
    const found = runs(oldText, newText, settings);
    return found === undefined ? undefined : hunkText(oldText, newText, found, context);
  },
  async hunksAsync(oldText, newText, settings, context, signal) {
    const found = await runsAsync(oldText, newText, settings, signal);
    return found === undefined ? undefined : hunkText(oldText, newText, found, context);
  },
};
