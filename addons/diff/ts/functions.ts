/** The functions that users call, on any core. */

import * as npm from 'diff';
import { type CheckedOptions, checkOptions, checkText } from './arguments.ts';
import { changesOf, tokensApart } from './changes.ts';
import { type Change, type DiffEngine, DiffError, type StructuredPatch } from './contract.ts';
import type { Core, Runs } from './core.ts';
import { hunkObjects, hunkText } from './hunks.ts';
import { applyPatch, applyPatches, formatPatch, parsePatch, reversePatch } from './patches.ts';

/** One comparison: how its runs or its hunks' text become what the caller wants. */
interface Job<T> {
  readonly options: CheckedOptions;
  readonly oldText: string;
  readonly newText: string;
  fromRuns?(runs: Runs): T;
  fromHunks?(hunks: string): T;
  /** The same call of npm `diff`, for the options that are its alone. */
  npms(callback?: (result: T | undefined) => void): T | undefined;
}

export function functionsOn(core: Core): DiffEngine {
  function now<T>(job: Job<T>): T | undefined {
    const { options, oldText, newText } = job;
    if (options.isNpms) return job.npms();
    if (job.fromHunks !== undefined) {
      // Texts that are equal need no crossing.
      const hunks =
        oldText === newText ? '' : core.hunks(oldText, newText, options.settings, options.context);
      return hunks === undefined ? undefined : job.fromHunks(hunks);
    }
    const runs = core.runs(oldText, newText, options.settings);
    return runs === undefined ? undefined : job.fromRuns?.(runs);
  }

  async function later<T>(job: Job<T>): Promise<T | undefined> {
    const { options, oldText, newText } = job;
    options.signal?.throwIfAborted();
    if (options.isNpms) return await new Promise((resolve) => job.npms(resolve));
    if (job.fromHunks !== undefined) {
      const hunks = await core.hunksAsync(
        oldText,
        newText,
        options.settings,
        options.context,
        options.signal,
      );
      return hunks === undefined ? undefined : job.fromHunks(hunks);
    }
    const runs = await core.runsAsync(oldText, newText, options.settings, options.signal);
    return runs === undefined ? undefined : job.fromRuns?.(runs);
  }

  /** As npm `diff` does: with a callback the answer goes there, and later. */
  function run<T>(job: Job<T>): T | undefined {
    const { callback } = job.options;
    if (callback === undefined) return now(job);
    const give = callback as (result: T | undefined) => void;
    later(job).then(
      (result) => setTimeout(() => give(result), 0),
      (error: unknown) => {
        // A callback of npm's has no way to be told an error. A search that took too much is one that was given up.
        if (!(error instanceof DiffError && error.code === 'ERR_MEMORY_LIMIT'))
          process.emitWarning(error as Error);
        setTimeout(() => give(undefined), 0);
      },
    );
    return undefined;
  }

  type Loose = (...args: never[]) => unknown;
  const both = <T>(jobOf: (...args: never[]) => Job<T>): [Loose, Loose] => [
    (...args) => run(jobOf(...args)),
    async (...args) => await later(jobOf(...args)),
  ];

  const [diffLines, diffLinesAsync] = both(linesJob);
  const [structuredPatch, structuredPatchAsync] = both(structuredJob);
  const [createTwoFilesPatch, createTwoFilesPatchAsync] = both(patchJob);
  const [createPatch, createPatchAsync] = both(
    (
      name: string,
      oldStr: string,
      newStr: string,
      oldHeader?: string,
      newHeader?: string,
      options?: unknown,
    ) => patchJob(name, name, oldStr, newStr, oldHeader, newHeader, options),
  );
  return {
    // The overloads are npm's; what is behind them is one function.
    ...({
      diffLines,
      diffLinesAsync,
      structuredPatch,
      structuredPatchAsync,
      createTwoFilesPatch,
      createTwoFilesPatchAsync,
      createPatch,
      createPatchAsync,
    } as unknown as Omit<DiffEngine, keyof typeof patchFunctions>),
    ...patchFunctions,
  };
}

const patchFunctions = { applyPatch, applyPatches, formatPatch, parsePatch, reversePatch };

function textsOf(
  oldStr: unknown,
  newStr: unknown,
  options: CheckedOptions,
): { oldText: string; newText: string } {
  checkText('oldStr', oldStr);
  checkText('newStr', newStr);
  if (!options.stripTrailingCr || options.isNpms) return { oldText: oldStr, newText: newStr };
  return { oldText: oldStr.replaceAll('\r\n', '\n'), newText: newStr.replaceAll('\r\n', '\n') };
}

/** npm's own options, for npm's own search. */
function npmsOptions(options: unknown, callback: unknown): never {
  return { ...(options as object), callback } as never;
}

function linesJob(oldStr: string, newStr: string, given?: unknown): Job<Change[]> {
  const options = checkOptions(given, false);
  const texts = textsOf(oldStr, newStr, options);
  return {
    options,
    ...texts,
    fromRuns: (runs) => changesOf(texts.oldText, texts.newText, runs, options),
    npms: (callback) => npm.diffLines(oldStr, newStr, npmsOptions(given, callback)),
  };
}

type TwoFiles = [
  oldName: string,
  newName: string,
  oldStr: string,
  newStr: string,
  oldHeader?: string,
  newHeader?: string,
];

function structuredJob(
  ...[oldName, newName, oldStr, newStr, oldHeader, newHeader, given]: [...TwoFiles, unknown?]
): Job<StructuredPatch> {
  const options = checkOptions(given, true);
  const { oldText, newText } = textsOf(oldStr, newStr, options);
  return {
    options,
    oldText,
    newText,
    fromRuns: (found) => {
      const runs = options.oneChangePerToken ? tokensApart(oldText, newText, found, false) : found;
      return {
        oldFileName: oldName,
        newFileName: newName,
        oldHeader,
        newHeader,
        hunks: hunkObjects(oldText, newText, runs, options.context),
      };
    },
    npms: (callback) =>
      npm.structuredPatch(
        oldName,
        newName,
        oldStr,
        newStr,
        oldHeader,
        newHeader,
        npmsOptions(given, callback),
      ),
  };
}

function patchJob(
  ...[oldName, newName, oldStr, newStr, oldHeader, newHeader, given]: [...TwoFiles, unknown?]
): Job<string> {
  const options = checkOptions(given, true);
  const { oldText, newText } = textsOf(oldStr, newStr, options);
  const fromHunks = (hunks: string) => {
    const patch = { oldFileName: oldName, newFileName: newName, oldHeader, newHeader, hunks: [] };
    const headers = formatPatch(patch as StructuredPatch, options.headerOptions);
    // Of no headers at all npm `diff` makes an empty line, unless hunks follow.
    return headers === '\n' && hunks !== '' ? hunks : headers + hunks;
  };
  return {
    options,
    oldText,
    newText,
    ...(options.oneChangePerToken
      ? {
          fromRuns: (runs) =>
            fromHunks(
              hunkText(oldText, newText, tokensApart(oldText, newText, runs, false), options.context),
            ),
        }
      : { fromHunks }),
    npms: (callback) =>
      npm.createTwoFilesPatch(
        oldName,
        newName,
        oldStr,
        newStr,
        oldHeader,
        newHeader,
        npmsOptions(given, callback),
      ),
  };
}
