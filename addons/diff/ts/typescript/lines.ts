/** Texts cut into tokens, and tokens made numbers. */

import { tokenEnd } from '../changes.ts';
import type { Settings } from '../core.ts';

/** One text: token `i` is `text.slice(ends[i - 1] ?? 0, ends[i])`. */
export interface Cut {
  readonly text: string;
  /** `count` ends, and room behind them. */
  readonly ends: Int32Array;
  readonly count: number;
}

export function cut(text: string, newlineIsToken: boolean): Cut {
  let ends = new Int32Array(Math.max(16, text.length >> 5));
  let count = 0;
  for (let at = 0; at < text.length; ) {
    if (newlineIsToken) at = tokenEnd(text, at, true);
    else {
      const feed = text.indexOf('\n', at);
      at = feed < 0 ? text.length : feed + 1;
    }
    if (count === ends.length) {
      const longer = new Int32Array(2 * count);
      longer.set(ends);
      ends = longer;
    }
    ends[count++] = at;
  }
  return { text, ends, count };
}

export const startOf = (side: Cut, token: number): number =>
  token === 0 ? 0 : (side.ends[token - 1] as number);

/** What is compared of the token from `start` to `end`: two are equal when these are. */
export function keyOf(text: string, start: number, end: number, settings: Settings): string {
  const token = text.slice(start, end);
  const isBreak = text.charCodeAt(end - 1) === 10;
  if (settings.ignoreWhitespace) return settings.newlineIsToken && isBreak ? token : token.trim();
  return settings.ignoreNewlineAtEof && !settings.newlineIsToken && isBreak ? token.slice(0, -1) : token;
}

export interface Interned {
  /** A number for each token, equal for equal tokens; behind the last stands one that no other text has. */
  readonly old: Int32Array;
  readonly new: Int32Array;
  /** Numbers given, from 0. */
  readonly count: number;
}

/** Time: one hash and one look-up a token; tokens before `from` are left out (both texts share them). */
export function intern(oldSide: Cut, newSide: Cut, from: number, settings: Settings): Interned {
  const numbers = new Map<string, number>();
  const numbered = (side: Cut, last: number) => {
    const tokens = new Int32Array(side.count - from + 1);
    for (let token = from; token < side.count; token++) {
      const key = keyOf(side.text, startOf(side, token), side.ends[token] as number, settings);
      let number = numbers.get(key);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(key, number);
      }
      tokens[token - from] = number;
    }
    tokens[side.count - from] = last;
    return tokens;
  };
  const old = numbered(oldSide, -1);
  return { old, new: numbered(newSide, -2), count: numbers.size };
}
