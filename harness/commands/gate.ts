/** `bench gate [RESULT]`: a result file against the targets; the exit code is the verdict. */

import type { Context } from '../context.ts';
import { EXIT, HarnessError } from '../errors.ts';
import { type Judgement, judge } from '../gate/judge.ts';
import { gateLines } from '../gate/lines.ts';
import { type Result, readResult } from '../result.ts';
import { readTargets } from '../targets.ts';
import { targetsFile } from './plan.ts';
import { latestResult } from './run.ts';

export async function gate({ root, options, output }: Context): Promise<number> {
  const result = readResult(resultFile(root, options.operands));
  const judgement = judge(result, readTargets(targetsFile(root, options)));
  for (const line of gateLines(judgement, output)) output.say(line);
  output.json(options.json, judgement);
  return exitCodeOf(result, judgement);
}

/** The file named, or the latest. @throws HarnessError `ERR_USAGE` for more than one */
export function resultFile(root: string, operands: readonly string[]): string {
  if (operands.length > 1) throw new HarnessError('ERR_USAGE', 'one result file at a time');
  return operands[0] ?? latestResult(root);
}

export function exitCodeOf(result: Result, judgement: Judgement): number {
  if (judgement.passed) return result.interrupted ? EXIT.interrupted : EXIT.good;
  return judgement.couldNotMeasure ? EXIT.couldNotMeasure : EXIT.gateFailed;
}
