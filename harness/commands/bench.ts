/** Plain `bench`: run, gate and report in one. */

import type { Context } from '../context.ts';
import { EXIT } from '../errors.ts';
import { judge } from '../gate/judge.ts';
import { gateLines } from '../gate/lines.ts';
import { readTargets } from '../targets.ts';
import { exitCodeOf } from './gate.ts';
import { targetsFile } from './plan.ts';
import { writeReport } from './report.ts';
import { measure } from './run.ts';

export async function bench(context: Context): Promise<number> {
  const { root, options, output } = context;
  const targets = readTargets(targetsFile(context));
  const result = await measure(context, targets);
  const judgement = judge(result, targets);
  for (const line of gateLines(judgement, output)) output.say(line);
  output.say(`report: ${writeReport(root, result, judgement, false)}`);
  output.json(options.json, { result, judgement });
  if (result.interrupted) return EXIT.interrupted;
  const nothing = !result.trials.some((row) => row.state === 'measured') && judgement.faults.length === 0;
  return nothing ? EXIT.couldNotMeasure : exitCodeOf(result, judgement);
}
