/** `bench crosscheck`: the same cases under benchmark.js, tinybench and a bare loop. A report, not a gate. */

import os from 'node:os';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { type Agreement, agreementOf, type Round } from '../crosscheck/agreement.ts';
import { agreementRows, type Crosscheck, crosscheckPage, summaryLine } from '../crosscheck/page.ts';
import { readEnvironment } from '../environment.ts';
import { EXIT } from '../errors.ts';
import { alignColumns } from '../gate/format.ts';
import { spawnOptions, specOf } from '../measure.ts';
import type { PlannedTrial } from '../plan.ts';
import { PROFILES } from '../profile.ts';
import { type Random, seededRandom, shuffled } from '../random.ts';
import { writeWhole } from '../result.ts';
import { CLOCK_NAMES } from '../trial/clocks/clock.ts';
import { disturbancesOf } from '../trial/noise.ts';
import type { TrialReport } from '../trial/protocol.ts';
import { spawnTrial } from '../trial/spawn.ts';
import { chosenPlan, commandAgain } from './plan.ts';

/** Three, so that the median of a clock is not moved by one disturbed round. */
const ROUNDS = 3;
const WARMUP_MS = 200;
/** Of each clock in each round; with starting and warming up, a case takes about ten seconds an engine. */
const MEASURE_MS = 500;
const COLD = 'cold: each input is called once in a fresh process, and these clocks call again and again';

type Fault = Crosscheck['faults'][number];

export async function crosscheck(context: Context): Promise<number> {
  const { root, options, output, signal } = context;
  // Peers take part when they are named: none of the figures that are published rests on one.
  const engines = options.engines.length > 0 ? options.engines : ['native', 'typescript'];
  const { plan, unavailable } = await chosenPlan(root, { ...options, engines }, []);
  const once = plan.trials.filter(({ trial }) => trial === 0);
  const warm = once.filter(({ cold }) => !cold);
  const leftOut = [
    ...once.filter(({ cold }) => cold).map((trial) => ({ what: nameOf(trial), reason: COLD })),
    ...unavailable.map(({ suite, engine, reason }) => ({ what: `${suite} ${engine}`, reason })),
  ];
  for (const { what, reason } of leftOut)
    output.say(`${output.paint('yellow', 'left out')} ${what}: ${reason}`);

  const environment = readEnvironment(root);
  const random = seededRandom(options.seed);
  const agreements: Agreement[] = [];
  const faults: Fault[] = [];
  const trials: TrialReport[] = [];
  for (const [at, trial] of warm.entries()) {
    const { rounds, reports, fault } = await clockRounds(
      context,
      trial,
      environment.pinnedToCore,
      random,
      at / warm.length,
    );
    if (signal.aborted) break;
    trials.push(...reports);
    if (fault === undefined) agreements.push(agreementOf(trial, CLOCK_NAMES, rounds));
    else faults.push(fault);
    if (fault !== undefined) output.say(`${output.paint('red', fault.state)} ${fault.what}: ${fault.error}`);
    else if (!output.isLive) output.say(`[${at + 1}/${warm.length}] ${nameOf(trial)}`);
  }
  output.clearProgress();

  const found: Crosscheck = {
    command: commandAgain(['crosscheck', ...options.operands], options),
    createdAt: new Date().toISOString(),
    seed: options.seed,
    rounds: ROUNDS,
    environment: { ...environment, loadAfter: os.loadavg()[0] ?? 0 },
    trialsPlanned: warm.length * ROUNDS * CLOCK_NAMES.length,
    trials: trials.map(({ addons }) => ({ addons })),
    agreements,
    leftOut,
    faults,
  };
  const { trials: _, ...rest } = found;
  output.json(options.json, { ...rest, interrupted: signal.aborted });
  if (agreements.length > 0) {
    const file = join(root, '.pairbench', 'crosscheck.md');
    writeWhole(file, crosscheckPage(found));
    for (const line of alignColumns(agreementRows(agreements))) output.say(line);
    output.say(`${summaryLine(found)}; written to ${file}`);
  }
  if (signal.aborted) return EXIT.interrupted;
  if (faults.some(({ state }) => state === 'wrong-answer')) return EXIT.gateFailed;
  if (agreements.length === 0) return EXIT.couldNotMeasure;
  return faults.length > 0 ? EXIT.gateFailed : EXIT.good;
}

/** One case and engine: every clock in every round, bound to one core, one after another. Ends at the first fault. */
async function clockRounds(
  { root, output, signal }: Context,
  trial: PlannedTrial,
  core: number | null,
  random: Random,
  done: number,
): Promise<{ rounds: Round[]; reports: TrialReport[]; fault?: Fault }> {
  const rounds: Round[] = [];
  const reports: TrialReport[] = [];
  const order = shuffled(CLOCK_NAMES, random);
  for (let round = 0; round < ROUNDS; round++) {
    // Rotated: each clock is first, second and last once.
    for (const clock of [...order.slice(round), ...order.slice(0, round)]) {
      output.progress(`[${Math.round(100 * done)} %] ${nameOf(trial)} ${clock}, round ${round + 1}`);
      const report = await spawnTrial(
        {
          ...specOf(root, { ...trial, minSamples: 1 }, PROFILES.quick, 'crosscheck'),
          clock,
          warmupMs: WARMUP_MS,
          sampleMs: MEASURE_MS,
        },
        { ...spawnOptions(root, PROFILES.quick, false), core, signal },
      );
      if (signal.aborted) return { rounds, reports };
      reports.push(report);
      const { reading, state, error = 'no figure' } = report;
      if (reading === undefined)
        return { rounds, reports, fault: { what: `${nameOf(trial)} under ${clock}`, state, error } };
      rounds.push({ reading, disturbances: disturbancesOf(reading.noise) });
    }
  }
  return { rounds, reports };
}

const nameOf = ({ case: id, engine }: PlannedTrial) => `${id} ${engine}`;
