/** Where two answers part, on one line short enough for a table. */

import { inspect } from 'node:util';
import { isScalar, sameAnswer } from './answer.ts';

const LONGEST = 60;
/** Characters shown before the place where two long strings part. */
const LEAD = 15;

/** `at [3].path: expected "a/b", got "a/c"`. Call it only with answers that differ. */
export function describeDifference(actual: unknown, expected: unknown): string {
  const path: string[] = [];
  let [a, b] = [actual, expected];
  for (let key = firstDifference(a, b); key !== undefined; key = firstDifference(a, b)) {
    path.push(typeof key === 'number' ? `[${key}]` : `.${key}`);
    a = (a as Record<string | number, unknown>)[key];
    b = (b as Record<string | number, unknown>)[key];
  }
  const where = path.length === 0 ? '' : `at ${shorten(path.join(''))}: `;
  if (typeof a === 'string' && typeof b === 'string' && Math.max(a.length, b.length) > LONGEST) {
    let i = 0;
    while (a[i] === b[i]) i++;
    const from = Math.max(0, i - LEAD);
    const show = (text: string) => JSON.stringify(text.slice(from, from + 2 * LEAD));
    return `${where}from character ${i} of ${b.length}: expected ${show(b)}, got ${show(a)}`;
  }
  return `${where}expected ${shorten(oneLine(b))}, got ${shorten(oneLine(a))}`;
}

/** The first element or key in which two containers of the same kind and shape differ. */
function firstDifference(a: unknown, b: unknown): number | string | undefined {
  if (isList(a) && isList(b)) {
    if (a.length !== b.length || a.constructor !== b.constructor) return undefined;
    for (let i = 0; i < a.length; i++) if (!sameAnswer(a[i], b[i])) return i;
    return undefined;
  }
  if (!isRecord(a) || !isRecord(b)) return undefined;
  const keys = Object.keys(b);
  if (keys.length !== Object.keys(a).length) return undefined;
  return keys.find((key) => key in a && !sameAnswer(a[key], b[key]));
}

function isList(value: unknown): value is ArrayLike<unknown> & object {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return !isScalar(value) && Object.getPrototypeOf(value) === Object.prototype;
}

const oneLine = (value: unknown) =>
  inspect(value, {
    depth: 2,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 20,
    maxStringLength: 200,
  })
    // Long lists are set in columns all the same.
    .replace(/\s+/g, ' ');

const shorten = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text);
