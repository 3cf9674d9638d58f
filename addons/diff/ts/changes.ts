/** From runs to the change objects of `diffLines`. */

import type { CheckedOptions } from './arguments.ts';
import type { Change } from './contract.ts';
import { KIND, type Runs } from './core.ts';

export function changesOf(oldText: string, newText: string, found: Runs, options: CheckedOptions): Change[] {
  const runs = options.oneChangePerToken
    ? tokensApart(oldText, newText, found, options.settings.newlineIsToken)
    : found;
  const changes: Change[] = [];
  let oldAt = 0;
  let newAt = 0;
  for (let at = 0; at < runs.length; at += 4) {
    const kind = runs[at];
    const oldEnd = runs[at + 2] as number;
    const newEnd = runs[at + 3] as number;
    changes.push({
      // In npm's order, which JSON.stringify shows.
      count: runs[at + 1] as number,
      added: kind === KIND.added,
      removed: kind === KIND.removed,
      value: kind === KIND.removed ? oldText.slice(oldAt, oldEnd) : newText.slice(newAt, newEnd),
    });
    oldAt = oldEnd;
    newAt = newEnd;
  }
  return changes;
}

/** The same runs, one for each token. */
export function tokensApart(oldText: string, newText: string, runs: Runs, newlineIsToken: boolean): Runs {
  const apart: number[] = [];
  let oldAt = 0;
  let newAt = 0;
  for (let at = 0; at < runs.length; at += 4) {
    const kind = runs[at] as number;
    for (let left = runs[at + 1] as number; left > 0; left--) {
      if (kind !== KIND.added) oldAt = tokenEnd(oldText, oldAt, newlineIsToken);
      if (kind !== KIND.removed) newAt = tokenEnd(newText, newAt, newlineIsToken);
      apart.push(kind, 1, oldAt, newAt);
    }
  }
  return Uint32Array.from(apart);
}

/** Where the token that starts at `start` ends. */
export function tokenEnd(text: string, start: number, newlineIsToken: boolean): number {
  const feed = text.indexOf('\n', start);
  if (!newlineIsToken) return feed < 0 ? text.length : feed + 1;
  if (feed < 0) return text.length;
  const breakStart = feed > start && text.charCodeAt(feed - 1) === 13 ? feed - 1 : feed;
  return breakStart === start ? feed + 1 : breakStart;
}
