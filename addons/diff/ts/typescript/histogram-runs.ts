/** The histogram algorithm's hunks as runs. */

import { KIND, type Runs, type Settings } from '../core.ts';
import { histogram, indentLevel } from './histogram.ts';
import { type Cut, intern, startOf } from './lines.ts';
import { RunList } from './runs.ts';

export function histogramRuns(oldSide: Cut, newSide: Cut, settings: Settings): Runs {
  const { old, new: fresh, count } = intern(oldSide, newSide, 0, settings);
  const oldTokens = old.subarray(0, oldSide.count);
  const newTokens = fresh.subarray(0, newSide.count);
  const hunks = histogram(
    oldTokens,
    newTokens,
    count,
    indentOf(oldSide, oldTokens, newSide, newTokens, count),
  );
  const runs = new RunList(oldSide, newSide);
  for (let at = 0; at < hunks.length; at += 4) {
    runs.add(KIND.common, (hunks[at] as number) - runs.oldAt);
    runs.add(KIND.removed, (hunks[at + 1] as number) - runs.oldAt);
    runs.add(KIND.added, (hunks[at + 3] as number) - runs.newAt);
  }
  runs.add(KIND.common, oldSide.count - runs.oldAt);
  return runs.finish();
}

/** By token, from the first line in which it stands; the old text's come first. */
function indentOf(
  oldSide: Cut,
  oldTokens: Int32Array,
  newSide: Cut,
  newTokens: Int32Array,
  count: number,
): (token: number) => number {
  const firstLine = new Int32Array(count);
  for (let line = newTokens.length - 1; line >= 0; line--) firstLine[newTokens[line] as number] = ~line;
  for (let line = oldTokens.length - 1; line >= 0; line--) firstLine[oldTokens[line] as number] = line;
  return (token) => {
    const line = firstLine[token] as number;
    const side = line < 0 ? newSide : oldSide;
    const at = line < 0 ? ~line : line;
    return indentLevel(side.text, startOf(side, at), side.ends[at] as number);
  };
}
