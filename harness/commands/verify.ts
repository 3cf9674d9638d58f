/** `bench verify`: fixtures as recorded, every answer once on every engine and peer. Nothing is timed. */

import type { Context } from '../context.ts';
import { pinCore } from '../environment.ts';
import { EXIT } from '../errors.ts';
import { fixtureProblems } from '../fixtures.ts';
import { runTrials } from '../measure.ts';
import { PROFILES } from '../profile.ts';
import { chosenPlan } from './plan.ts';

export async function verify({ root, options, output, signal }: Context): Promise<number> {
  const problems = await fixtureProblems(root);
  for (const problem of problems) output.say(`${output.paint('red', 'fixture')} ${problem}`);
  const { plan, unavailable } = await chosenPlan(root, options, []);
  for (const { suite, engine, reason } of unavailable) {
    output.say(`${output.paint('yellow', 'left out')} ${suite} ${engine}: ${reason}`);
  }
  const once = plan.trials.filter((trial) => trial.trial === 0);
  const rows = await runTrials(root, once, PROFILES.smoke, pinCore(), 'verify', { output, signal });
  const wrong = rows.filter((row) => row.state !== 'verified');
  const checked = rows.reduce((sum, row) => sum + (row.answers?.checked ?? 0), 0);
  output.json(options.json, { fixtures: problems, trials: rows });
  output.say(
    `${checked} answers checked in ${rows.length} of ${once.length} trials, ${wrong.length} with a fault`,
  );
  if (signal.aborted) return EXIT.interrupted;
  if (problems.length > 0) return EXIT.usage;
  return wrong.length === 0 ? EXIT.good : EXIT.gateFailed;
}
