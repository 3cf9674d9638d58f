import {
  type AsyncOptions,
  DEFAULT_ENCODING,
  ENCODINGS,
  type Encoding,
  MAX_TEXT_LENGTH,
  TokenizerError,
} from './contract.ts';
import { isTokenId } from './vocabulary.ts';

/**
 * The argument checks of both engines, so that code, message and fields are equal. On good input each costs a few
 * comparisons a call (`checkTexts`: a text); what a message needs is only computed when it is thrown.
 */

/** More tokens than any accepted text has (3 bytes a unit at most); stands for Infinity where an int is wanted. */
export const UNLIMITED = 2 ** 30;

export function checkText(text: unknown): asserts text is string {
  if (typeof text !== 'string') throw wrongType('text', 'a string', text);
  if (text.length > MAX_TEXT_LENGTH) throw tooLarge('text', text.length);
}

/** The encoding to use. */
export function checkEncoding(encoding: unknown): Encoding {
  if (encoding === undefined || encoding === 'o200k_base') return DEFAULT_ENCODING;
  if (encoding === 'cl100k_base') return encoding;
  throw new TokenizerError(
    'ERR_UNKNOWN_ENCODING',
    `encoding must be one of ${ENCODINGS.join(', ')}, got ${describe(encoding)}`,
  );
}

/** Holes and non-strings are refused by index. */
export function checkTexts(texts: unknown): asserts texts is readonly string[] {
  if (!Array.isArray(texts)) throw wrongType('texts', 'an array of strings', texts);
  for (let index = 0; index < texts.length; index += 1) {
    const text: unknown = texts[index];
    if (typeof text !== 'string') throw wrongType(`texts[${index}]`, 'a string', text);
    if (text.length > MAX_TEXT_LENGTH) throw tooLarge(`texts[${index}]`, text.length);
  }
}

export interface CheckedAsyncOptions {
  encoding: Encoding;
  signal: AbortSignal | undefined;
}

/** Checks the options and throws the reason of a signal that has fired already. */
export function checkAsyncOptions(options: unknown): CheckedAsyncOptions {
  if (options === undefined) return { encoding: DEFAULT_ENCODING, signal: undefined };
  if (typeof options !== 'object' || options === null) throw wrongType('options', 'an object', options);
  const { encoding, signal } = options as AsyncOptions;
  const checked = checkEncoding(encoding);
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw wrongType('options.signal', 'an AbortSignal', signal);
  }
  signal?.throwIfAborted();
  return { encoding: checked, signal };
}

/** The limit as an integer that no count reaches when it is Infinity. */
export function checkLimit(limit: unknown): number {
  if (typeof limit === 'number' && limit >= 0 && (Number.isInteger(limit) || limit === Infinity)) {
    return Math.min(limit, UNLIMITED);
  }
  throw wrongType('limit', 'an integer >= 0 or Infinity', limit);
}

/**
 * The ids as a `Uint32Array` over memory that no other thread changes: shared and resizable buffers are copied, an
 * array is checked and copied. Whether each id is a token is not looked at here: an engine that meets one that is
 * none calls `invalidToken`.
 */
export function checkIds(ids: unknown, encoding: Encoding): Uint32Array {
  if (ids instanceof Uint32Array) {
    const buffer = ids.buffer;
    if (buffer instanceof SharedArrayBuffer) return ids.slice();
    if (buffer.detached) throw new TokenizerError('ERR_DETACHED_BUFFER', 'the buffer of ids is detached');
    return buffer.resizable ? copyOfResizable(ids) : ids;
  }
  if (!Array.isArray(ids)) throw wrongType('ids', 'a Uint32Array or an array of numbers', ids);
  const copy = new Uint32Array(ids.length);
  for (let index = 0; index < ids.length; index += 1) {
    const id: unknown = ids[index];
    if (typeof id !== 'number') throw wrongType(`ids[${index}]`, 'a number', id);
    if (id >>> 0 !== id) throw invalidId(id, index, encoding);
    copy[index] = id;
  }
  return copy;
}

function copyOfResizable(ids: Uint32Array): Uint32Array {
  try {
    return ids.slice();
  } catch (cause) {
    throw new TokenizerError('ERR_DETACHED_BUFFER', 'the buffer of ids was shrunk below its view', { cause });
  }
}

/** The error for the first id that is no token; `undefined` when all are. */
export function invalidToken(ids: Uint32Array, encoding: Encoding): TokenizerError | undefined {
  const index = ids.findIndex((id) => !isTokenId(id, encoding));
  return index < 0 ? undefined : invalidId(ids[index] as number, index, encoding);
}

function invalidId(id: number, index: number, encoding: Encoding): TokenizerError {
  return new TokenizerError('ERR_INVALID_TOKEN', `ids[${index}] is ${id}, which is no token of ${encoding}`);
}

/** The decoded text, which may be longer than a text may be. */
export function decodedTooLarge(cause?: unknown): TokenizerError {
  const message = `the text of ids is longer than ${MAX_TEXT_LENGTH} UTF-16 code units`;
  return new TokenizerError('ERR_TEXT_TOO_LARGE', message, cause === undefined ? undefined : { cause });
}

/** What `JSON.stringify` gives, `undefined` where it gives nothing. */
export function jsonText(value: unknown): string | undefined {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    if (cause instanceof RangeError && cause.message === 'Invalid string length') {
      throw new TokenizerError(
        'ERR_TEXT_TOO_LARGE',
        'the JSON text of value is longer than a string can be',
        {
          cause,
        },
      );
    }
    const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : describe(cause);
    throw new TokenizerError('ERR_NOT_SERIALIZABLE', `value cannot be written as JSON: ${why}`, { cause });
  }
  if (text !== undefined && text.length > MAX_TEXT_LENGTH)
    throw tooLarge('the JSON text of value', text.length);
  return text;
}

function wrongType(name: string, expected: string, got: unknown): TokenizerError {
  return new TokenizerError('ERR_INVALID_ARG_TYPE', `${name} must be ${expected}, got ${describe(got)}`);
}

function tooLarge(name: string, length: number): TokenizerError {
  return new TokenizerError(
    'ERR_TEXT_TOO_LARGE',
    `${name} has ${length} UTF-16 code units, more than the ${MAX_TEXT_LENGTH} accepted`,
  );
}

/** A value in a few words; never calls into it. */
function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (value === null || value === undefined || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
