import { type LazyBinding, LoaderError, lazyBinding } from '@pairbench/loader';
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

const binding = lazyBinding<Binding>({
  id: 'tokenizer',
  packageName: '@pairbench/tokenizer',
  from: import.meta.url,
});

/** @internal the binding's own types are not published */
export const loadNative: LazyBinding<Binding>['load'] = binding.load;

/** For measurements: see `LazyBinding` in @pairbench/loader. */
export const { nativeMemory, resetNativePeak } = binding;

function numberOf(encoding: unknown): number {
  return checkEncoding(encoding) === 'cl100k_base' ? CL100K_BASE : O200K_BASE;
}

export function countTokens(text: string, encoding?: Encoding): number {
  checkText(text);
  const number = numberOf(encoding);
  try {
    return loadNative().countTokens(text, number);
  } catch (error) {
    throw asTokenizerError(error);
  }
}

export function countTokensBatch(texts: readonly string[], encoding?: Encoding): Uint32Array {
  checkTexts(texts);
  const number = numberOf(encoding);
  try {
    return loadNative().countTokensBatch(texts, number);
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
    return await loadNative().countTokensAsync(text, encoding);
  } catch (error) {
    throw asTokenizerError(error);
  }
}

export function encode(text: string, encoding?: Encoding): Uint32Array {
  checkText(text);
  const number = numberOf(encoding);
  try {
    return loadNative().encode(text, number);
  } catch (error) {
    throw asTokenizerError(error);
  }
}

export function decode(ids: Uint32Array | readonly number[], encoding?: Encoding): string {
  const known = checkEncoding(encoding);
  const checked = checkIds(ids, known);
  try {
    return loadNative().decode(checked, numberOf(known));
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
    const count = loadNative().countUpTo(text, most, number);
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
