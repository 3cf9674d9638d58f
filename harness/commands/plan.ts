/** What every measuring command does first: load the suites, find the engines, make the plan. */

import { join, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { HarnessError, messageOf } from '../errors.ts';
import { type LoadedSuite, loadSuites } from '../house.ts';
import type { Options } from '../options.ts';
import { type Filter, isChosen, isWanted, makePlan, type Plan } from '../plan.ts';
import { PROFILES } from '../profile.ts';
import type { Result } from '../result.ts';
import type { Target } from '../targets.ts';

export interface ChosenPlan {
  readonly plan: Plan;
  readonly unavailable: Result['unavailable'];
}

export const targetsFile = ({ root, cwd, options }: Pick<Context, 'root' | 'cwd' | 'options'>) =>
  options.targets === undefined ? join(root, 'baselines', 'phase6.toml') : resolve(cwd, options.targets);

/** @throws HarnessError `ERR_USAGE` when the choice names nothing, `ERR_NOT_MEASURED` when native is required and missing */
export async function chosenPlan(
  root: string,
  options: Options,
  targets: readonly Target[],
): Promise<ChosenPlan> {
  const suites = await loadSuites(root);
  refuseUnknownNames(suites, options);
  const filter = filterOf(options);
  const unavailable = await findUnavailable(suites, filter, options);
  const natives = unavailable.filter((entry) => entry.engine === 'native');
  if (options.native === 'require' && natives.length > 0) {
    const lines = natives.map((entry) => `${entry.suite}: ${entry.reason}`);
    throw new HarnessError('ERR_NOT_MEASURED', `native engines are required, but ${lines.join('; ')}`);
  }
  const plan = makePlan(
    suites,
    { ...filter, unavailable: new Set(unavailable.map((entry) => `${entry.suite} ${entry.engine}`)) },
    PROFILES[options.profile],
    targets,
    options.seed,
  );
  refuseEmpty(plan);
  return { plan, unavailable };
}

/** The chosen cases without a look at which engines load here. */
export async function chosenCases(root: string, options: Options): Promise<Plan['cases']> {
  const suites = await loadSuites(root);
  refuseUnknownNames(suites, options);
  const choice = { ...filterOf(options), unavailable: new Set<string>() };
  const plan = makePlan(suites, choice, PROFILES.smoke, [], 0);
  refuseEmpty(plan);
  return plan.cases;
}

function filterOf({ operands, engines, filter }: Options): Filter {
  return { cases: operands, engines, ...(filter === undefined ? {} : { filter }) };
}

/** The command line that does such a thing again: these words, and the choice of the options. */
export function commandAgain(
  words: readonly string[],
  { filter, engines, native }: Pick<Options, 'filter' | 'engines' | 'native'>,
): string {
  const choice = [
    ...(filter === undefined ? [] : ['--filter', `'${filter.source}'`]),
    ...engines.flatMap((engine) => ['--engine', engine]),
    ...(native === 'auto' ? [] : ['--native', native]),
  ];
  return `npx -y pnpm@12 bench ${[...words, ...choice].join(' ')}`;
}

function refuseEmpty(plan: Plan): void {
  if (plan.cases.length === 0)
    throw new HarnessError('ERR_USAGE', 'no case matches the choice; `pnpm bench list` shows all');
}

/**
 * Chosen native engines and peers that do not load here, and why. Each is loaded once, in this process, which times
 * nothing.
 */
async function findUnavailable(
  suites: readonly LoadedSuite[],
  filter: Filter,
  options: Options,
): Promise<Result['unavailable']> {
  const missing: Result['unavailable'] = [];
  const tryLoading = async (suite: string, engine: string, load: () => Promise<unknown>) => {
    try {
      await load();
    } catch (error) {
      missing.push({ suite, engine, reason: messageOf(error) });
    }
  };
  for (const { suite, peers } of suites) {
    const cases = suite.cases.filter((entry) => isChosen(`${suite.id}/${entry.id}`, suite.id, filter));
    if (cases.length === 0) continue;
    if (isWanted('native', filter)) {
      if (options.native === 'off')
        missing.push({ suite: suite.id, engine: 'native', reason: 'switched off' });
      else await tryLoading(suite.id, 'native', suite.engines.native);
    }
    const rivals = peers.filter(
      (peer) => isWanted(peer.id, filter) && cases.some((entry) => peer.cases.includes(entry.id)),
    );
    for (const peer of rivals) await tryLoading(suite.id, peer.id, peer.load);
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
    const what =
      options.command === 'bench'
        ? 'no command, suite or case'
        : `\`${options.command}\` knows no suite or case`;
    throw new HarnessError('ERR_USAGE', `${what} "${unknownCase}"; \`pnpm bench list\` shows all`);
  }
  const unknownEngine = options.engines.find((engine) => !names.includes(engine));
  if (unknownEngine !== undefined) {
    throw new HarnessError(
      'ERR_USAGE',
      `no engine or peer "${unknownEngine}"; there are ${[...new Set(names)].join(', ')}`,
    );
  }
}
