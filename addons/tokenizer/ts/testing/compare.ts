import type { Encoding, TokenizerEngine } from '../contract.ts';
import type { Oracle } from './oracle.ts';

export interface Mismatch {
  text: string;
  encoding: Encoding;
  /** Which answer differs, `native.encode` for one. */
  what: string;
}

/** Everything an engine says about `text`, against the oracle's ids; `undefined` when all is equal. */
export function findMismatch(
  text: string,
  encoding: Encoding,
  engines: Readonly<Record<string, TokenizerEngine>>,
  oracle: Pick<Oracle, 'encode'>,
): Mismatch | undefined {
  const expected = oracle.encode(text);
  const count = expected.length;
  for (const [name, engine] of Object.entries(engines)) {
    const ids = engine.encode(text, encoding);
    const differs = (what: string): Mismatch => ({ text, encoding, what: `${name}.${what}` });
    if (!areEqual(ids, expected)) return differs('encode');
    if (engine.countTokens(text, encoding) !== count) return differs('countTokens');
    // Again, from the memo this time.
    if (engine.countTokens(text, encoding) !== count) return differs('countTokens, second call');
    if (engine.decode(ids, encoding) !== text.toWellFormed()) return differs('decode');
    if (engine.isWithinTokenLimit(text, count, encoding) !== count) return differs('isWithinTokenLimit');
    if (count > 0 && engine.isWithinTokenLimit(text, count - 1, encoding) !== false) {
      return differs('isWithinTokenLimit, one less');
    }
  }
  return undefined;
}

export function areEqual(left: Uint32Array, right: Uint32Array): boolean {
  return left.length === right.length && left.every((value, index) => value === right[index]);
}

/** The shortest text found by leaving parts out for which `fails` stays true. */
export function shrink(text: string, fails: (text: string) => boolean): string {
  let shortest = text;
  for (let part = Math.ceil(text.length / 2); part >= 1; part = Math.floor(part / 2)) {
    for (let at = 0; at + part <= shortest.length; ) {
      const shorter = shortest.slice(0, at) + shortest.slice(at + part);
      if (fails(shorter)) shortest = shorter;
      else at += part;
    }
  }
  return shortest;
}
