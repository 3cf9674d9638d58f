/** Equality with npm `diff`, and the smallest case where there is none. */

import { isDeepStrictEqual } from 'node:util';
import * as npm from 'diff';
import type { DiffEngine } from '../contract.ts';
import type { Call } from './pairs.ts';

type Functions = Pick<DiffEngine, Call['name']>;
type Loose = (...args: unknown[]) => unknown;

export const npmEngine = npm as unknown as DiffEngine;

/** What the call gives or, in an object of its own, the message of what it throws. */
export function outcome(engine: Functions, call: Call): unknown {
  const { name, oldText, newText, names, headers } = call;
  // npm writes its default into the options it is given.
  const options = call.options === undefined ? undefined : { ...call.options };
  const run = engine[name] as unknown as Loose;
  try {
    if (name === 'diffLines') return run(oldText, newText, options);
    if (name === 'createPatch') return run(names[0], oldText, newText, ...headers, options);
    return run(...names, oldText, newText, ...headers, options);
  } catch (error) {
    return { thrown: (error as Error).message };
  }
}

export function differs(
  engine: Functions,
  call: Call,
  expected: unknown = outcome(npmEngine, call),
): boolean {
  const got = outcome(engine, call);
  if (typeof got === 'string' || typeof expected === 'string') return got !== expected;
  // The one sees the order of properties, the other those that are undefined.
  return JSON.stringify(got) !== JSON.stringify(expected) || !isDeepStrictEqual(got, expected);
}

/** Lines and options are dropped for as long as the call still fails. */
export function shrink(call: Call, fails: (smaller: Call) => boolean): Call {
  let smallest = call;
  for (let found = true; found; ) {
    const next = smaller(smallest).find(fails);
    found = next !== undefined;
    smallest = next ?? smallest;
  }
  return smallest;
}

function smaller(call: Call): Call[] {
  const calls: Call[] = [];
  for (const key of ['oldText', 'newText'] as const) {
    for (const text of shorter(call[key])) calls.push({ ...call, [key]: text });
  }
  for (const name of Object.keys(call.options ?? {})) {
    calls.push({ ...call, options: { ...call.options, [name]: undefined } });
  }
  return calls.filter((one) => JSON.stringify(one) !== JSON.stringify(call));
}

function shorter(text: string): string[] {
  const parts = text.split(/(?<=\n)/);
  const half = parts.length >> 1;
  const texts = half > 1 ? [parts.slice(half).join(''), parts.slice(0, half).join('')] : [];
  for (let at = 0; at < parts.length; at++) texts.push(parts.toSpliced(at, 1).join(''));
  if (text.length < 20)
    for (let at = 0; at < text.length; at++) texts.push(text.slice(0, at) + text.slice(at + 1));
  return texts.filter((one) => one !== text);
}

/** The first engine that does not give what npm `diff` gives, with the smallest call that shows it. */
export function findMismatch(call: Call, engines: Readonly<Record<string, Functions>>): object | undefined {
  const expected = outcome(npmEngine, call);
  for (const [name, engine] of Object.entries(engines)) {
    if (!differs(engine, call, expected)) continue;
    const smallest = shrink(call, (one) => differs(engine, one));
    return {
      engine: name,
      call: smallest,
      expected: outcome(npmEngine, smallest),
      got: outcome(engine, smallest),
    };
  }
  return undefined;
}
