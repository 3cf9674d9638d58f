/** The environment of a result as a table. */

import { formatBytes } from '../gate/format.ts';
import type { Result, TrialRow } from '../result.ts';
import { markdownTable } from './table.ts';

/** What the table is made of: a result, or the part of one that another command has. */
export type Measuring = Pick<Result, 'environment' | 'seed' | 'trialsPlanned'> & {
  readonly trials: readonly Pick<TrialRow, 'addons'>[];
  readonly memoryTrials?: readonly unknown[];
};

export function environmentTable(result: Measuring): string {
  const { environment } = result;
  const addons = new Map(
    result.trials.flatMap((row) => row.addons.map(({ file, sha256 }) => [file, sha256.slice(0, 16)])),
  );
  const revision = environment.revision === null ? 'none' : environment.revision.slice(0, 12);
  return markdownTable(
    ['what', 'value'],
    [
      ['processor', `${environment.cpuModel}, ${environment.cores} cores`],
      [
        'trials bound to',
        environment.pinnedToCore === null
          ? 'no core (not possible here)'
          : `core ${environment.pinnedToCore}`,
      ],
      ['frequency governor', environment.cpuGovernor ?? 'not readable'],
      ['memory', formatBytes(environment.memoryBytes)],
      ['system', [environment.os, environment.arch, environment.libc].filter(Boolean).join(', ')],
      ['Node', `${environment.node} (V8 ${environment.v8})`],
      ['revision', `${revision}${environment.dirty === true ? ' with uncommitted changes' : ''}`],
      ['native files', [...addons].map(([file, hash]) => `${file} ${hash}`).join(', ') || 'none'],
      ['load before, after', `${environment.loadBefore.toFixed(2)}, ${environment.loadAfter.toFixed(2)}`],
      ['one clock reading', `${environment.clockCostNs} ns, smallest step ${environment.clockStepNs} ns`],
      [
        'trials, seed',
        `${result.trials.length + (result.memoryTrials?.length ?? 0)} of ${result.trialsPlanned}, seed ${result.seed}`,
      ],
    ],
  );
}
