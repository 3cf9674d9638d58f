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

/** Digest over a list of answers; equal digests mean equal answers, whatever engine gave them. */
export class AnswerDigest {
  readonly #hash: Hash = createHash('sha256');

  add(answer: unknown): void {
    if (ArrayBuffer.isView(answer)) {
      this.#hash.update(`${answer.constructor.name}:${answer.byteLength}:`);
      this.#hash.update(new Uint8Array(answer.buffer, answer.byteOffset, answer.byteLength));
    } else {
      this.#hash.update(`${typeof answer}:${JSON.stringify(answer)};`);
    }
  }

  finish(): string {
    return this.#hash.digest('hex').slice(0, 16);
  }
}

/** One line that shows where two answers part, short enough for a table. */
export function describeDifference(actual: unknown, expected: unknown): string {
  const show = (value: unknown) => {
    const text = ArrayBuffer.isView(value) ? `[${value}]` : (JSON.stringify(value) ?? String(value));
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
  };
  return `expected ${show(expected)}, got ${show(actual)}`;
}
