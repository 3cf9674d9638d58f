/** Is it the expected answer? Compared by value and digested, never inside a timed span. */

import { createHash, type Hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

/** By value; typed arrays element by element, NaN equal to NaN. */
export function sameAnswer(actual: unknown, expected: unknown): boolean {
  return Object.is(actual, expected) || (typeof actual === 'object' && isDeepStrictEqual(actual, expected));
}

/** True for answers so cheap to compare that every sampled call is checked. */
export function isScalar(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function');
}

/** Digest over a list of answers; engines whose answers are equal by value have equal digests. */
export class AnswerDigest {
  readonly #hash: Hash = createHash('sha256');

  add(answer: unknown): void {
    digestInto(this.#hash, answer, []);
  }

  finish(): string {
    return this.#hash.digest('hex').slice(0, 16);
  }
}

/** Every value is written with its kind and length, so that no two different answers write the same bytes. */
function digestInto(hash: Hash, value: unknown, above: readonly object[]): void {
  if (typeof value === 'string') {
    hash.update(`string:${JSON.stringify(value)};`);
  } else if (typeof value !== 'object' || value === null) {
    hash.update(`${typeof value}:${Object.is(value, -0) ? '-0' : String(value)};`);
  } else if (above.includes(value)) {
    hash.update(`cycle:${above.indexOf(value)};`);
  } else if (ArrayBuffer.isView(value)) {
    hash.update(`${value.constructor.name}:${value.byteLength}:`);
    hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  } else if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    hash.update(`${value.constructor.name}:${value.byteLength}:`);
    hash.update(new Uint8Array(value));
  } else {
    const parts = partsOf(value);
    hash.update(`${value.constructor?.name ?? 'null'}:${parts.length}:`);
    for (const part of parts) digestInto(hash, part, [...above, value]);
  }
}

/** What a container holds; keys of an object in sorted order, since their order makes no difference to equality. */
function partsOf(value: object): unknown[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value].flat(1);
  if (value instanceof Set) return [...value];
  if (value instanceof Date) return [value.getTime()];
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  if (value instanceof Error) entries.push(['name', value.name], ['message', value.message]);
  return entries.flat(1);
}
