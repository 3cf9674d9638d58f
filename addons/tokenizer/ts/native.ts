import { LoaderError, loadBinding } from '@pairbench/loader';
import {
  checkAsyncOptions,
  checkEncoding,
  checkIds,
  checkLimit,
  checkText,
  checkTexts,
  decodedTooLarge,
  invalidToken,
  jsonText,
} from './arguments.ts';
import type * as generated from './binding.d.ts';
import { type AsyncOptions, type Encoding, type TokenizerEngine, TokenizerError } from './contract.ts';

/** The generated types, so that a changed Rust signature fails the type check here. */
type Binding = typeof generated;

/** The binding takes the encoding as a number. */
const O200K_BASE = 0;
const CL100K_BASE = 1;

let loaded: Binding | undefined;

/**
 * Loads the binding at the first call; a `BindingMissingError` explains why there is none.
 * @internal the binding's own types are not published
 */
export function loadNative(): Binding {
  loaded ??= loadBinding<Binding>({
    id: 'tokenizer',
    packageName: '@pairbench/tokenizer',
    from: import.meta.url,
  }).binding;
  return loaded;
}

function numberOf(encoding: unknown): number {
  return checkEncoding(encoding) === 'cl100k_base' ? CL100K_BASE : O200K_BASE;
}

export function countTokens(text: string, encoding?: Encoding): number {
  checkText(text);
  const number = numberOf(encoding);
  try {
    return (loaded ?? loadNative()).countTokens(text, number);
  } catch (error) {
    throw asTokenizerError(error);
  }
}

export function countTokensBatch(texts: readonly string[], encoding?: Encoding): Uint32Array {
  checkTexts(texts);
  const number = numberOf(encoding);
  try {
    return (loaded ?? loadNative()).countTokensBatch(texts, number);
  } catch (error) {
    throw asTokenizerError(error);
  }
}

/** On a thread of Node's pool. The signal is heard here, not in the binding, which would replace its `onabort`. */
export async function countTokensAsync(text: string, options?: AsyncOptions): Promise<number> {
  checkText(text);
  const { encoding, signal } = checkAsyncOptions(options);
  const count = startCount(text, numberOf(encoding));
  if (signal === undefined) return count;
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([count, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function startCount(text: string, encoding: number): Promise<number> {
  try {
    return await (loaded ?? loadNative()).countTokensAsync(text, encoding);
  } catch (error) {
    throw asTokenizerError(error);
  }
}

export function encode(text: string, encoding?: Encoding): Uint32Array {
  checkText(text);
  const number = numberOf(encoding);
  try {
    return (loaded ?? loadNative()).encode(text, number);
  } catch (error) {
    throw asTokenizerError(error);
  }
}

export function decode(ids: Uint32Array | readonly number[], encoding?: Encoding): string {
  const known = checkEncoding(encoding);
  const checked = checkIds(ids, known);
  try {
    return (loaded ?? loadNative()).decode(checked, numberOf(known));
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ERR_TEXT_TOO_LARGE') throw decodedTooLarge(error);
    const invalid = code === 'ERR_INVALID_TOKEN' ? invalidToken(checked, known) : undefined;
    throw invalid ?? asTokenizerError(error);
  }
}

export function isWithinTokenLimit(text: string, limit: number, encoding?: Encoding): number | false {
  checkText(text);
  const most = checkLimit(limit);
  const number = numberOf(encoding);
  try {
    const count = (loaded ?? loadNative()).countUpTo(text, most, number);
    return count < 0 ? false : count;
  } catch (error) {
    throw asTokenizerError(error);
  }
}

export function estimateJsonTokens(value: unknown, encoding?: Encoding): number {
  const known = checkEncoding(encoding);
  const text = jsonText(value);
  return text === undefined ? 0 : countTokens(text, known);
}

/**
 * What the binding's own allocator has counted: bytes held now, the most held since the start or the last
 * `resetNativePeak`, allocations and their bytes since the start. For measurements, not for programs: the names may
 * change with any version, and a reading makes a few allocations of its own.
 * @throws BindingMissingError when there is no binding
 */
export function nativeMemory(): {
  liveBytes: number;
  peakBytes: number;
  allocations: number;
  allocatedBytes: number;
} {
  const { liveBytes, peakBytes, allocations, allocatedBytes } = (loaded ?? loadNative()).bindingInfo();
  return { liveBytes, peakBytes, allocations, allocatedBytes };
}

/** Lets `peakBytes` start anew at what is held now. For measurements. */
export function resetNativePeak(): void {
  (loaded ?? loadNative()).resetPeak();
}

/** A panic, or what the checks before the call did not foresee; a missing binding explains itself. */
function asTokenizerError(error: unknown): Error {
  if (error instanceof LoaderError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new TokenizerError('ERR_INTERNAL', message, { cause: error });
}

/** The native engine, behind the same checks as the TypeScript one. */
export const nativeEngine = {
  countTokens,
  countTokensBatch,
  countTokensAsync,
  encode,
  decode,
  isWithinTokenLimit,
  estimateJsonTokens,
} satisfies TokenizerEngine;
