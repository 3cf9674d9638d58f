/** The argument checks of both engines, so that codes and messages are equal. */

import {
  type Algorithm,
  DEFAULT_MAX_MEMORY_BYTES,
  DiffError,
  type HeaderOptions,
  MAX_TEXT_LENGTH,
} from './contract.ts';
import type { Settings } from './core.ts';

/** All options of all functions that compare, unchecked. */
type Given = Readonly<Record<string, unknown>>;

export interface CheckedOptions {
  readonly settings: Settings;
  readonly context: number;
  readonly stripTrailingCr: boolean;
  readonly oneChangePerToken: boolean;
  readonly headerOptions: HeaderOptions | undefined;
  readonly signal: AbortSignal | undefined;
  readonly callback: ((result: never) => void) | undefined;
  /** Options that make equality a matter of npm `diff` alone: a function of the caller, or a case rule. */
  readonly isNpms: boolean;
}

/** Read once and in this order, so that a getter of the caller's sees the same in both engines. */
export function checkOptions(options: unknown, isPatch: boolean): CheckedOptions {
  const given = optionsObject(options);
  const { callback, context, headerOptions, signal, comparator, ignoreCase } = given;
  if (isPatch && given.newlineIsToken) {
    throw new DiffError(
      'ERR_OUT_OF_RANGE',
      'newlineIsToken may not be used with patch-generation functions, only with diffing functions',
    );
  }
  if (callback !== undefined && callback !== null && typeof callback !== 'function') {
    throw wrongType('options.callback', 'a function', callback);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw wrongType('options.signal', 'an AbortSignal', signal);
  }
  return {
    settings: {
      algorithm: checkAlgorithm(given.algorithm),
      ignoreWhitespace: Boolean(given.ignoreWhitespace),
      newlineIsToken: Boolean(given.newlineIsToken),
      ignoreNewlineAtEof: Boolean(given.ignoreNewlineAtEof),
      maxEditLength: checkNumber('options.maxEditLength', given.maxEditLength, Number.POSITIVE_INFINITY),
      timeout: checkNumber('options.timeout', given.timeout, Number.POSITIVE_INFINITY),
      maxMemoryBytes: checkMemory(given.maxMemoryBytes),
    },
    context: checkContext(context),
    stripTrailingCr: Boolean(given.stripTrailingCr),
    oneChangePerToken: Boolean(given.oneChangePerToken),
    headerOptions: (headerOptions ?? undefined) as HeaderOptions | undefined,
    signal,
    callback: (callback ?? undefined) as CheckedOptions['callback'],
    isNpms: Boolean(comparator) || Boolean(ignoreCase),
  };
}

export function checkText(name: string, text: unknown): asserts text is string {
  if (typeof text !== 'string') throw wrongType(name, 'a string', text);
  if (text.length > MAX_TEXT_LENGTH) {
    throw new DiffError(
      'ERR_TEXT_TOO_LARGE',
      `${name} has ${text.length} UTF-16 code units, more than ${MAX_TEXT_LENGTH}`,
    );
  }
}

/** A function in the place of the options is a callback, as in npm `diff`. */
function optionsObject(options: unknown): Given {
  if (options === undefined || options === null) return {};
  if (typeof options === 'function') return { callback: options };
  if (typeof options !== 'object') throw wrongType('options', 'an object or a function', options);
  return options as Given;
}

function checkAlgorithm(algorithm: unknown): Algorithm {
  if (algorithm === undefined || algorithm === 'myers') return 'myers';
  if (algorithm === 'histogram') return algorithm;
  throw new DiffError(
    'ERR_OUT_OF_RANGE',
    `options.algorithm must be myers or histogram, got ${describe(algorithm)}`,
  );
}

function checkContext(context: unknown): number {
  if (context === undefined) return 4;
  if (typeof context !== 'number') throw wrongType('options.context', 'a number', context);
  if (context >= 0 && (Number.isInteger(context) || context === Number.POSITIVE_INFINITY)) return context;
  throw new DiffError(
    'ERR_OUT_OF_RANGE',
    `options.context must be a non-negative integer or Infinity, got ${context}`,
  );
}

/** NaN is no limit that an edit length is below, in npm `diff` as here. */
function checkNumber(name: string, value: unknown, otherwise: number): number {
  if (value === undefined || value === null) return otherwise;
  if (typeof value !== 'number') throw wrongType(name, 'a number', value);
  return value;
}

function checkMemory(value: unknown): number {
  const bytes = checkNumber('options.maxMemoryBytes', value, DEFAULT_MAX_MEMORY_BYTES);
  if (bytes >= 0) return bytes;
  throw new DiffError('ERR_OUT_OF_RANGE', `options.maxMemoryBytes must not be negative, got ${bytes}`);
}

export function wrongType(name: string, wanted: string, got: unknown): DiffError {
  return new DiffError('ERR_INVALID_ARG_TYPE', `${name} must be ${wanted}, got ${describe(got)}`);
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'undefined')
    return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** As `limit` in src/trace.rs says it. */
export function memoryLimit(maxMemoryBytes: number): DiffError {
  return new DiffError(
    'ERR_MEMORY_LIMIT',
    `the search for a shortest edit script needs more than ${maxMemoryBytes} bytes: raise maxMemoryBytes, give up early ` +
      'with maxEditLength, or use the algorithm histogram',
  );
}
