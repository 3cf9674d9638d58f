/** Plain `bench`: run, gate and report in one. */

import type { Context } from '../context.ts';
import { readEnvironment } from '../environment.ts';
import { EXIT } from '../errors.ts';
import { withBaseline } from '../gate/against-baseline.ts';
import { judge } from '../gate/judge.ts';
import { gateLines } from '../gate/lines.ts';
import { readTargets } from '../targets.ts';
import { chosenBaseline, exitCodeOf } from './gate.ts';
import { targetsFile } from './plan.ts';
import { writeReport } from './report.ts';
import { measure } from './run.ts';

export async function bench(context: Context): Promise<number> {
  const { root, options, output } = context;
  const targets = readTargets(targetsFile(context));
  // Read before minutes of measuring, not after.
  const baseline =
    options.baseline === undefined ? undefined : chosenBaseline(context, readEnvironment(root));
  const result = await measure(context, targets);
  const judgement = withBaseline(judge(result, targets), result, baseline);
  for (const line of gateLines(judgement, output)) output.say(line);
  output.say(`report: ${writeReport(root, result, judgement, false)}`);
  output.json(options.json, { result, judgement });
  if (result.interrupted) return EXIT.interrupted;
  const nothing = !result.trials.some((row) => row.state === 'measured') && judgement.faults.length === 0;
  return nothing ? EXIT.couldNotMeasure : exitCodeOf(result, judgement);
}
