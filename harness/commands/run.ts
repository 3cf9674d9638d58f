/** `bench run`: measures what was chosen and writes the result file. */

import os from 'node:os';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { readEnvironment } from '../environment.ts';
import { EXIT } from '../errors.ts';
import { Measured } from '../gate/measured.ts';
import { runTrials } from '../measure.ts';
import { PROFILES } from '../profile.ts';
import { suspectsOf } from '../report/warnings.ts';
import { RESULT_SCHEMA_VERSION, type Result, writeResult } from '../result.ts';
import { readTargets, type Target } from '../targets.ts';
import { chosenPlan, commandAgain, targetsFile } from './plan.ts';

/** Where the latest result of a checkout lies; git ignores the folder. */
export const latestResult = (root: string) => join(root, '.pairbench', 'result.json');

export async function run(context: Context): Promise<number> {
  const result = await measure(context, readTargets(targetsFile(context)));
  context.output.json(context.options.json, result);
  if (result.interrupted) return EXIT.interrupted;
  if ([...result.trials, ...result.memoryTrials].some((row) => row.state !== 'measured'))
    return EXIT.gateFailed;
  return result.trials.length > 0 ? EXIT.good : EXIT.couldNotMeasure;
}

/**
 * Runs the plan; the result is on disk when this returns, also after Ctrl-C.
 * @param targets decide which trials take the samples that a limited P99 needs
 */
export async function measure(
  { root, options, output, signal }: Context,
  targets: readonly Target[],
): Promise<Result> {
  const { plan, unavailable } = await chosenPlan(root, options, targets);
  for (const { suite, engine, reason } of unavailable) {
    output.say(`${output.paint('yellow', 'left out')} ${suite} ${engine}: ${reason}`);
  }
  const environment = readEnvironment(root);
  const startedMs = performance.now();
  const watch = { output, signal };
  const profile = PROFILES[options.profile];
  const core = environment.pinnedToCore;
  const trials = await runTrials(root, plan.trials, profile, core, 'measure', watch);
  // Read now, while the load is that of the timed trials: those that read memory run side by side.
  const loadAfter = os.loadavg()[0] ?? 0;
  const memoryTrials = await runTrials(root, plan.memoryTrials, profile, core, 'memory', watch);
  const trialsPlanned = plan.trials.length + plan.memoryTrials.length;
  const taken = trials.length + memoryTrials.length;
  const interrupted = taken < trialsPlanned;
  const result: Result = {
    schemaVersion: RESULT_SCHEMA_VERSION,
    createdAt: new Date().toISOString(),
    command: commandAgain(
      [...options.operands, '--profile', options.profile, '--seed', String(options.seed)],
      options,
    ),
    profile: options.profile,
    seed: options.seed,
    trialsPlanned,
    cases: plan.cases,
    complete: plan.complete && options.native !== 'off',
    unavailable,
    interrupted,
    environment: { ...environment, loadAfter },
    trials,
    memoryTrials,
  };
  const file = latestResult(root);
  writeResult(file, result);
  for (const line of suspectsOf(result, new Measured(result)))
    output.say(`${output.paint('yellow', 'suspect')} ${line}`);
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  const kept = `${taken} of ${trialsPlanned} trials in ${seconds} s`;
  output.say(interrupted ? `interrupted: ${kept} kept in ${file}` : `measured: ${kept}; result in ${file}`);
  return result;
}
