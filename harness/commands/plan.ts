/** What every measuring command does first: load the suites and targets, find the engines, make the plan. */

import { join } from 'node:path';
import { HarnessError, messageOf } from '../errors.ts';
import { type LoadedSuite, loadSuites } from '../house.ts';
import type { Options } from '../options.ts';
import { makePlan, type Plan } from '../plan.ts';
import { PROFILES } from '../profile.ts';
import type { Result } from '../result.ts';
import { readTargets, type Target } from '../targets.ts';

export interface ChosenPlan {
  readonly plan: Plan;
  readonly targets: readonly Target[];
  readonly unavailable: Result['unavailable'];
}

export const targetsFile = (root: string, options: Options) =>
  options.targets ?? join(root, 'baselines', 'phase6.toml');

/** @throws HarnessError `ERR_USAGE` when the choice names nothing, `ERR_NOT_MEASURED` when native is required and missing */
export async function chosenPlan(root: string, options: Options): Promise<ChosenPlan> {
  const suites = await loadSuites(root);
  const targets = readTargets(targetsFile(root, options));
  refuseUnknownNames(suites, options);
  const unavailable = await findUnavailable(suites, options);
  if (options.native === 'require' && unavailable.length > 0) {
    const lines = unavailable.map((entry) => `${entry.suite}: ${entry.reason}`);
    throw new HarnessError('ERR_NOT_MEASURED', `native engines are required, but ${lines.join('; ')}`);
  }
  const plan = makePlan(
    suites,
    {
      cases: options.operands,
      engines: options.engines,
      unavailable: new Set(unavailable.map((entry) => `${entry.suite} ${entry.engine}`)),
      ...(options.filter === undefined ? {} : { filter: options.filter }),
    },
    PROFILES[options.profile],
    targets,
    options.seed,
  );
  if (plan.cases.length === 0)
    throw new HarnessError('ERR_USAGE', 'no case matches the choice; `pnpm bench list` shows all');
  return { plan, targets, unavailable };
}

/** Native engines that do not load here, and why. Each is loaded once, in this process, which times nothing. */
async function findUnavailable(
  suites: readonly LoadedSuite[],
  options: Options,
): Promise<Result['unavailable']> {
  const missing: Result['unavailable'] = [];
  for (const { suite } of suites) {
    if (options.native === 'off') {
      missing.push({ suite: suite.id, engine: 'native', reason: 'switched off' });
      continue;
    }
    try {
      await suite.engines.native();
    } catch (error) {
      missing.push({ suite: suite.id, engine: 'native', reason: messageOf(error) });
    }
  }
  return missing;
}

function refuseUnknownNames(suites: readonly LoadedSuite[], options: Options): void {
  const ids = suites.flatMap(({ suite }) => [
    suite.id,
    ...suite.cases.map((entry) => `${suite.id}/${entry.id}`),
  ]);
  const names = ['native', 'typescript', ...suites.flatMap(({ peers }) => peers.map((peer) => peer.id))];
  const unknownCase = options.operands.find((operand) => !ids.includes(operand));
  if (unknownCase !== undefined) {
    throw new HarnessError(
      'ERR_USAGE',
      `no command, suite or case "${unknownCase}"; \`pnpm bench list\` shows all`,
    );
  }
  const unknownEngine = options.engines.find((engine) => !names.includes(engine));
  if (unknownEngine !== undefined) {
    throw new HarnessError(
      'ERR_USAGE',
      `no engine or peer "${unknownEngine}"; there are ${[...new Set(names)].join(', ')}`,
    );
  }
}
