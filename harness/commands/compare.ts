/** `bench compare BASE [HEAD]`: two revisions, checked out and built beside each other, measured in turns. */

import os from 'node:os';
import { join } from 'node:path';
import { affectedSuites } from '../compare/affected.ts';
import { compareTwice } from '../compare/confirm.ts';
import { addonDependents } from '../compare/dependents.ts';
import { comparisonLines, comparisonPage } from '../compare/lines.ts';
import { liveRounds } from '../compare/live.ts';
import { type ComparisonRecord, type Outcome, recordOf } from '../compare/record.ts';
import {
  changedPaths,
  prepareRevision,
  type Revision,
  resolveRevision,
  snapshotWorkingTree,
} from '../compare/revision.ts';
import { type Chosen, chooseSubjects, controlSubjects } from '../compare/subjects.ts';
import type { Context } from '../context.ts';
import { readEnvironment } from '../environment.ts';
import { EXIT, HarnessError } from '../errors.ts';
import { suiteFiles } from '../house.ts';
import type { Options } from '../options.ts';
import { PROFILES } from '../profile.ts';
import { seededRandom } from '../random.ts';
import { writeWhole } from '../result.ts';
import { LOOK_PAIRS } from '../stats/error-rate.ts';
import { readTargets } from '../targets.ts';
import { commandAgain, targetsFile } from './plan.ts';

const EXIT_OF: Record<Outcome, number> = {
  passed: EXIT.good,
  failed: EXIT.gateFailed,
  void: EXIT.couldNotMeasure,
  unmeasured: EXIT.couldNotMeasure,
  interrupted: EXIT.interrupted,
};

export async function compare(context: Context): Promise<number> {
  const { root, options, output } = context;
  const { base, head } = revisionsOf(root, options);
  output.say(`base: ${base.name}`);
  output.say(`head: ${head.name}`);
  const preparing = {
    native: options.engines.length === 0 || options.engines.some((name) => name !== 'typescript'),
    say: (line: string) => output.say(line),
  };
  const folders = {
    base: prepareRevision(root, base, preparing),
    head: prepareRevision(root, head, preparing),
  };
  const ids = suiteFiles(folders.head).map(({ id }) => id);
  const everything = [...new Set([...ids, ...suiteFiles(folders.base).map(({ id }) => id)])];
  const affected = options.all
    ? everything
    : affectedSuites(changedPaths(root, base, head), everything, addonDependents(folders.head));
  const filter = {
    cases: options.cases,
    engines: options.engines,
    ...(options.filter === undefined ? {} : { filter: options.filter }),
  };
  const targets = readTargets(targetsFile(context));
  const chosen = await chooseSubjects(folders, filter, affected, PROFILES[options.profile], targets);
  if (chosen.subjects.length === 0 && chosen.gone.length === 0) {
    output.say(
      affected.length === 0
        ? 'nothing that a case runs or reads differs between the two; --all measures all the same'
        : 'no case is in both revisions and in the choice',
    );
    return affected.length === 0 ? EXIT.good : EXIT.couldNotMeasure;
  }
  const record = await measureBoth(context, { base, head }, chosen);
  const file = join(root, '.pairbench', 'compare.json');
  writeWhole(file, `${JSON.stringify(record, null, 1)}\n`);
  writeWhole(join(root, '.pairbench', 'compare.md'), comparisonPage(record));
  for (const line of comparisonLines(record, output)) output.say(line);
  output.say(`measured: ${record.trials} trials in ${Math.round(record.seconds)} s; pairs in ${file}`);
  output.json(options.json, record);
  return EXIT_OF[record.outcome];
}

function revisionsOf(root: string, { operands }: Options): { base: Revision; head: Revision } {
  const [base, head, another] = operands;
  if (base === undefined) throw new HarnessError('ERR_USAGE', '`compare` needs the revision to compare with');
  if (another !== undefined) throw new HarnessError('ERR_USAGE', '`compare` takes two revisions at most');
  return {
    base: resolveRevision(root, base),
    head: head === undefined ? snapshotWorkingTree(root) : resolveRevision(root, head),
  };
}

async function measureBoth(
  { root, options, output, signal }: Context,
  { base, head }: { base: Revision; head: Revision },
  chosen: Chosen,
): Promise<ComparisonRecord> {
  const profile = PROFILES[options.profile];
  const controls = controlSubjects(root, profile);
  const environment = readEnvironment(root);
  const startedMs = performance.now();
  let trials = 0;
  let disturbedTrials = 0;
  // Where times decide little, nothing is measured twice either.
  const mostTrials = profile.sideBySide
    ? 0
    : 2 * (LOOK_PAIRS.at(-1) as number) * (chosen.subjects.length + controls.length);
  const takeRound = liveRounds([...chosen.subjects, ...controls], {
    root,
    profile,
    core: environment.pinnedToCore,
    random: seededRandom(options.seed),
    signal,
    mostTrials,
    onTrial: (subject, arm, report) => {
      trials++;
      if (report.disturbed !== undefined) disturbedTrials++;
      output.progress(`[trial ${trials}] ${subject.id} ${arm}`);
    },
  });
  const passes = await compareTwice(chosen.subjects, takeRound, {
    controls,
    isOver: () => signal.aborted,
    onLook: ({ pairs }, undecided) =>
      output.say(
        `${pairs} pairs: ${undecided.length === 0 ? 'nothing undecided' : `undecided ${undecided.map(({ id }) => id).join(', ')}`}`,
      ),
    onConfirm: (suspects) => output.say(`once more, to confirm: ${suspects.map(({ id }) => id).join(', ')}`),
  });
  output.clearProgress();
  return recordOf(
    {
      createdAt: new Date().toISOString(),
      command: commandAgain(wordsOf(options), { ...options, native: 'auto' }),
      base,
      head,
      seed: options.seed,
      environment: { ...environment, loadAfter: os.loadavg()[0] ?? 0 },
      trials,
      disturbedTrials,
      seconds: (performance.now() - startedMs) / 1000,
      interrupted: signal.aborted,
    },
    chosen,
    passes,
  );
}

function wordsOf({ operands, cases, profile, seed, all }: Options): string[] {
  const choice = cases.flatMap((name) => ['--case', name]);
  const words = ['compare', ...operands, '--profile', profile, '--seed', String(seed), ...choice];
  return all ? [...words, '--all'] : words;
}
