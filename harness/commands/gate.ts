/** `bench gate [RESULT]`: a result file against the targets, and a baseline where one is named; the exit code is the verdict. */

import { resolve } from 'node:path';
import { type Baseline, baselineFile, readBaseline } from '../baseline.ts';
import type { Context } from '../context.ts';
import type { Environment } from '../environment.ts';
import { EXIT, HarnessError } from '../errors.ts';
import { requireSameClass, withBaseline } from '../gate/against-baseline.ts';
import { type Judgement, judge } from '../gate/judge.ts';
import { gateLines } from '../gate/lines.ts';
import { machineClassOf } from '../machine-class.ts';
import { type Result, readResult } from '../result.ts';
import { readTargets } from '../targets.ts';
import { targetsFile } from './plan.ts';
import { latestResult } from './run.ts';

export async function gate(context: Context): Promise<number> {
  const { options, output } = context;
  const result = readResult(resultFile(context));
  const baseline = chosenBaseline(context, result.environment);
  const judgement = withBaseline(judge(result, readTargets(targetsFile(context))), result, baseline);
  for (const line of gateLines(judgement, output)) output.say(line);
  output.json(options.json, judgement);
  return exitCodeOf(result, judgement);
}

/** The file named, or the latest. @throws HarnessError `ERR_USAGE` for more than one */
export function resultFile({ root, cwd, options }: Context): string {
  const [file, another] = options.operands;
  if (another !== undefined) throw new HarnessError('ERR_USAGE', 'one result file at a time');
  // `gate --json result.json` was meant to read that file, and would write over it.
  if (typeof options.json === 'string' && isResult(resolve(cwd, options.json))) {
    throw new HarnessError(
      'ERR_USAGE',
      `--json would write over the result ${options.json}; to read it, name it before --json`,
    );
  }
  return file === undefined ? latestResult(root) : resolve(cwd, file);
}

/**
 * The baseline that `--baseline` names; undefined where it was not given.
 * @throws HarnessError `ERR_BASELINE` for one that is missing, cannot be read, or is of another machine class
 */
export function chosenBaseline(
  { root, cwd, options }: Context,
  environment: Environment,
): Baseline | undefined {
  if (options.baseline === undefined) return undefined;
  const machine = machineClassOf(environment);
  const file = options.baseline === 'auto' ? baselineFile(root, machine) : resolve(cwd, options.baseline);
  const baseline = readBaseline(file);
  requireSameClass(machine, baseline);
  return baseline;
}

function isResult(file: string): boolean {
  try {
    readResult(file);
    return true;
  } catch {
    return false;
  }
}

export function exitCodeOf(result: Result, judgement: Judgement): number {
  if (judgement.passed) return result.interrupted ? EXIT.interrupted : EXIT.good;
  return judgement.couldNotMeasure ? EXIT.couldNotMeasure : EXIT.gateFailed;
}
