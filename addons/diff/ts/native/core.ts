/** The native core: texts cross once, and back comes the hunks' text or a few numbers a run. */

import { LoaderError } from '@pairbench/loader';
import type { Limits } from '../binding.d.ts';
import { DiffError, type DiffErrorCode } from '../contract.ts';
import type { Core, Settings } from '../core.ts';
import { loadNative } from './load.ts';

/** Codes that the binding gives and users see; any other is a fault of ours. */
const CODES: ReadonlySet<unknown> = new Set<DiffErrorCode>(['ERR_MEMORY_LIMIT', 'ERR_TEXT_TOO_LARGE']);

export const nativeCore: Core = {
  runs: (oldText, newText, settings) =>
    translated(() => loadNative().runs(oldText, newText, limitsOf(settings)) ?? undefined),
  hunks: (oldText, newText, settings, context) =>
    translated(() => loadNative().hunks(oldText, newText, context, limitsOf(settings)) ?? undefined),
  runsAsync: (oldText, newText, settings, signal) =>
    awaited(() => loadNative().runsAsync(oldText, newText, limitsOf(settings)), signal),
  hunksAsync: (oldText, newText, settings, context, signal) =>
    awaited(() => loadNative().hunksAsync(oldText, newText, context, limitsOf(settings)), signal),
};

/** As `Limits` in src/binding.rs counts the flags. */
function limitsOf(settings: Settings): Limits {
  const { algorithm, ignoreWhitespace, newlineIsToken, ignoreNewlineAtEof } = settings;
  return {
    flags:
      (algorithm === 'histogram' ? 1 : 0) |
      (ignoreWhitespace ? 2 : 0) |
      (newlineIsToken ? 4 : 0) |
      (ignoreNewlineAtEof ? 8 : 0),
    maxEditLength: settings.maxEditLength,
    timeout: settings.timeout,
    maxMemoryBytes: settings.maxMemoryBytes,
  };
}

function translated<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw asDiffError(error);
  }
}

/** The signal is heard here: what a thread of the pool has begun it ends, and nobody waits for it. */
async function awaited<T>(start: () => Promise<T | null>, signal?: AbortSignal): Promise<T | undefined> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal?.reason);
  try {
    const found = start();
    signal?.addEventListener('abort', abort, { once: true });
    return (await (signal === undefined ? found : Promise.race([found, aborted.promise]))) ?? undefined;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw asDiffError(error);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** A missing binding explains itself. */
function asDiffError(error: unknown): Error {
  if (error instanceof LoaderError) return error;
  const { code } = error as { code?: unknown };
  const message = error instanceof Error ? error.message : String(error);
  return CODES.has(code)
    ? new DiffError(code as DiffErrorCode, message)
    : new DiffError('ERR_INTERNAL', message, { cause: error });
}
