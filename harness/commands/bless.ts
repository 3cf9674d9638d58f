/** `bench bless [RESULT]`: keeps a result as the baseline of its machine class. */

import type { Baseline } from '../baseline.ts';
import { baselineFile, readBaseline, writeBaseline } from '../baseline.ts';
import type { Context } from '../context.ts';
import { revisionOf } from '../environment.ts';
import { EXIT, HarnessError, messageOf } from '../errors.ts';
import {
  type BaselineChanges,
  baselineOf,
  changesSince,
  shortRevision,
  whyNotBlessed,
} from '../gate/blessing.ts';
import { describeClass } from '../machine-class.ts';
import { readResult } from '../result.ts';
import { change } from '../stats/compare.ts';
import { resultFile } from './gate.ts';

/** @throws HarnessError `ERR_BASELINE` or `ERR_NOT_MEASURED` with the reason why this result is no baseline */
export async function bless(context: Context): Promise<number> {
  const { root, options, output } = context;
  const result = readResult(resultFile(context));
  const refusal = whyNotBlessed(result, revisionOf(root).revision);
  if (refusal !== null) throw new HarnessError(refusal.code, `not blessed: ${refusal.why}`);
  const baseline = baselineOf(result);
  const file = baselineFile(root, baseline.machineClass);
  const old = readOld(file);
  writeBaseline(file, baseline);
  const changes = changesSince(old.baseline, baseline);
  output.say(
    `blessed: ${baseline.entries.length} cases and engines of revision ${shortRevision(baseline.revision)} for ${describeClass(baseline.machineClass)}`,
  );
  for (const line of old.baseline === null ? [old.why] : changeLines(changes, old.baseline)) output.say(line);
  output.say(`baseline: ${file}; commit it to hold later results against it`);
  const { machineClass, revision, entries } = baseline;
  output.json(options.json, { file, machineClass, revision, entries: entries.length, ...changes });
  return EXIT.good;
}

/** A baseline that cannot be read is no reason to keep it, but to say so. */
function readOld(file: string): { baseline: Baseline | null; why: string } {
  try {
    return { baseline: readBaseline(file), why: '' };
  } catch (error) {
    const why = messageOf(error);
    const isFirst = why.startsWith('there is no baseline');
    return { baseline: null, why: isFirst ? 'the first of this class' : `replaced what was there: ${why}` };
  }
}

function changeLines({ added, gone, moved }: BaselineChanges, old: Baseline): string[] {
  const lines = [
    ...added.map((what) => `  added    ${what}`),
    ...gone.map((what) => `  gone     ${what}`),
    ...moved.map(({ what, ratio }) => `  P50 ${change(ratio)}  ${what}`),
  ];
  const since = `since revision ${shortRevision(old.revision)}`;
  return lines.length === 0 ? [`nothing moved by more than 5 % ${since}`] : [`${since}:`, ...lines];
}
