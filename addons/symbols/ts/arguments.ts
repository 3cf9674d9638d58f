/** The argument checks of both engines, so that codes and messages are equal. */

import { resolve } from 'node:path';
import {
  DEFAULT_LIMIT,
  type Extractor,
  MAX_LIMIT,
  MAX_NAME_LENGTH,
  MAX_QUERY_LETTERS,
  MAX_SOURCE_LENGTH,
  SYMBOL_KINDS,
  SymbolsError,
} from './contract.ts';
import { isCombiningMark, isWhiteSpace } from './typescript/letters.ts';

/** Options of one call, unchecked. */
type Given = Readonly<Record<string, unknown>>;

export interface CheckedOpenOptions {
  /** Absolute: the process may change its directory before it saves. */
  readonly path: string | undefined;
  /** Longest endings first. */
  readonly extractors: readonly (readonly [ending: string, extractor: Extractor])[];
}

export interface CheckedQueryOptions {
  readonly limit: number;
  /** Bit k is kind k, 1 to 27. */
  readonly kinds: number;
}

const KIND_NUMBERS: ReadonlyMap<unknown, number> = new Map(
  SYMBOL_KINDS.map((kind, index) => [kind, index + 1]),
);

const ALL_KINDS = SYMBOL_KINDS.reduce((bits, _, index) => bits | (2 << index), 0);

/** A kind's number, 1 to 27. */
export function kindNumber(kind: unknown): number | undefined {
  return KIND_NUMBERS.get(kind);
}

export function checkOpenOptions(options: unknown): CheckedOpenOptions {
  const { path, extractors } = optionsObject(options);
  return {
    path: path === undefined ? undefined : checkFile('options.path', path),
    extractors: checkExtractors(extractors),
  };
}

function checkExtractors(extractors: unknown): CheckedOpenOptions['extractors'] {
  if (extractors === undefined) return [];
  if (typeof extractors !== 'object' || extractors === null) {
    throw wrongType('options.extractors', 'an object of functions', extractors);
  }
  const entries = Object.entries(extractors);
  for (const [ending, extractor] of entries) {
    if (!ending.startsWith('.') || ending.length === 1) {
      throw wrongType('a key of options.extractors', 'an ending such as ".py"', ending);
    }
    if (typeof extractor !== 'function') {
      throw wrongType(`options.extractors[${JSON.stringify(ending)}]`, 'a function', extractor);
    }
  }
  return entries.sort(([one], [other]) => other.length - one.length) as [string, Extractor][];
}

/** Where an index file is, or is to be. */
export function checkFile(name: string, path: unknown): string {
  if (typeof path !== 'string' || path === '') throw wrongType(name, 'a path', path);
  return resolve(path);
}

/** The path of a source, as the index keeps it. */
export function checkPath(name: string, path: unknown): string {
  const text = checkText(name, path);
  if (text === '') throw outOfRange(`${name} must not be empty`);
  return text;
}

/** Well formed: what is no Unicode cannot be saved, and becomes U+FFFD here, for both engines alike. */
export function checkText(name: string, text: unknown): string {
  if (typeof text !== 'string') throw wrongType(name, 'a string', text);
  if (text.length > MAX_NAME_LENGTH) throw tooLong(name, text.length, MAX_NAME_LENGTH);
  return text.toWellFormed();
}

export function checkSource(source: string): string {
  if (source.length > MAX_SOURCE_LENGTH) throw tooLong('content', source.length, MAX_SOURCE_LENGTH);
  return source.toWellFormed();
}

export function checkStamp(options: unknown): string | undefined {
  const { stamp } = optionsObject(options);
  return stamp === undefined ? undefined : checkText('options.stamp', stamp);
}

export function checkQuery(text: unknown): string {
  if (typeof text !== 'string') throw wrongType('text', 'a string', text);
  if (text.length > MAX_QUERY_LETTERS && hasTooManyLetters(text)) {
    throw new SymbolsError('ERR_TOO_LARGE', `text has more than ${MAX_QUERY_LETTERS} letters to compare`);
  }
  return text.toWellFormed();
}

function hasTooManyLetters(text: string): boolean {
  let letters = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text.codePointAt(at) as number;
    if (letter > 0xffff) at++;
    if (isWhiteSpace(letter) || isCombiningMark(letter)) continue;
    letters++;
    if (letters > MAX_QUERY_LETTERS) return true;
  }
  return false;
}

export function checkQueryOptions(options: unknown): CheckedQueryOptions {
  const { limit, kinds } = optionsObject(options);
  return { limit: checkLimit(limit), kinds: checkKinds(kinds) };
}

function checkLimit(limit: unknown): number {
  if (limit === undefined) return DEFAULT_LIMIT;
  if (typeof limit !== 'number') throw wrongType('options.limit', 'a number', limit);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw outOfRange(`options.limit must be an integer from 1 to ${MAX_LIMIT}, got ${limit}`);
}

/** An empty list asks for nothing, and gets it. */
function checkKinds(kinds: unknown): number {
  if (kinds === undefined) return ALL_KINDS;
  if (!Array.isArray(kinds)) throw wrongType('options.kinds', 'an array', kinds);
  let bits = 0;
  for (const [index, kind] of kinds.entries()) bits |= 1 << checkKind(`options.kinds[${index}]`, kind);
  return bits;
}

export function checkKind(name: string, kind: unknown): number {
  const number = kindNumber(kind);
  if (number !== undefined) return number;
  if (typeof kind !== 'string') throw wrongType(name, 'a kind of symbol', kind);
  throw outOfRange(`${name} must be one of SYMBOL_KINDS, got ${describe(kind)}`);
}

/** Options that may be left out. */
function optionsObject(options: unknown): Given {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null) throw wrongType('options', 'an object', options);
  return options as Given;
}

export function wrongType(name: string, wanted: string, got: unknown): SymbolsError {
  return new SymbolsError('ERR_INVALID_ARG_TYPE', `${name} must be ${wanted}, got ${describe(got)}`);
}

export function outOfRange(message: string): SymbolsError {
  return new SymbolsError('ERR_OUT_OF_RANGE', message);
}

export function tooLong(name: string, length: number, most: number): SymbolsError {
  return new SymbolsError('ERR_TOO_LARGE', `${name} has ${length} UTF-16 code units, more than ${most}`);
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'undefined') {
    return String(value);
  }
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Promise) return 'a promise';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
