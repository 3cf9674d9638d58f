import {
  checkAsyncOptions,
  checkEncoding,
  checkIds,
  checkLimit,
  checkText,
  checkTexts,
  jsonText,
  UNLIMITED,
} from './arguments.ts';
import type { AsyncOptions, Encoding, TokenizerEngine } from './contract.ts';
import { countSteps, countText, countUpTo, encodeText } from './counting.ts';
import { decodeIds } from './decoding.ts';
import { PieceCounter } from './piece-counter.ts';
import { Vocabulary } from './vocabulary.ts';

/** How long an asynchronous count keeps the main thread before others have their turn. */
const SLICE_MS = 5;
/** Units between two looks at the clock: well under a millisecond of ordinary text. */
const ASYNC_STEP_UNITS = 2 ** 13;

let o200k: PieceCounter | undefined;
let cl100k: PieceCounter | undefined;

/** The first call of an encoding reads its vocabulary: tens of milliseconds. */
function counterOf(encoding: Encoding): PieceCounter {
  if (encoding === 'o200k_base') {
    o200k ??= new PieceCounter(new Vocabulary(encoding), encoding);
    return o200k;
  }
  cl100k ??= new PieceCounter(new Vocabulary(encoding), encoding);
  return cl100k;
}

export function countTokens(text: string, encoding?: Encoding): number {
  checkText(text);
  return countText(counterOf(checkEncoding(encoding)), text);
}

export function countTokensBatch(texts: readonly string[], encoding?: Encoding): Uint32Array {
  checkTexts(texts);
  const counter = counterOf(checkEncoding(encoding));
  const counts = new Uint32Array(texts.length);
  for (let index = 0; index < counts.length; index += 1) {
    counts[index] = countText(counter, texts[index] as string);
  }
  return counts;
}

/** Slices of about 5 ms on the main thread, with a turn of the event loop between them. */
export async function countTokensAsync(text: string, options?: AsyncOptions): Promise<number> {
  checkText(text);
  const { encoding, signal } = checkAsyncOptions(options);
  const steps = countSteps(counterOf(encoding), text, UNLIMITED, ASYNC_STEP_UNITS);
  let sliceEnd = performance.now() + SLICE_MS;
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() < sliceEnd) continue;
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    sliceEnd = performance.now() + SLICE_MS;
  }
}

export function encode(text: string, encoding?: Encoding): Uint32Array {
  checkText(text);
  return encodeText(counterOf(checkEncoding(encoding)), text);
}

export function decode(ids: Uint32Array | readonly number[], encoding?: Encoding): string {
  const known = checkEncoding(encoding);
  return decodeIds(counterOf(known).vocabulary, checkIds(ids, known));
}

export function isWithinTokenLimit(text: string, limit: number, encoding?: Encoding): number | false {
  checkText(text);
  const most = checkLimit(limit);
  const count = countUpTo(counterOf(checkEncoding(encoding)), text, most);
  return count < 0 ? false : count;
}

export function estimateJsonTokens(value: unknown, encoding?: Encoding): number {
  const counter = counterOf(checkEncoding(encoding));
  const text = jsonText(value);
  return text === undefined ? 0 : countText(counter, text);
}

/** The TypeScript engine: no native code, the same answers. */
export const typescriptEngine = {
  countTokens,
  countTokensBatch,
  countTokensAsync,
  encode,
  decode,
  isWithinTokenLimit,
  estimateJsonTokens,
} satisfies TokenizerEngine;
