/** For measurements, not for programs: what a start is made of. */

import type { Policy } from '../contract.ts';
import { start } from '../execution/execute.ts';
import { compilePolicy } from '../policy/compile.ts';
import { scrubbedEnvironment } from '../policy/environment.ts';
import { nativeCore } from './core.ts';

/** Stages of a start in their order: the name, and the step whose end it is. */
const STAGES = {
  fork: 'plan',
  namespaces: 'namespaces',
  mounts: 'pivot',
  privileges: 'capabilities',
  landlock: 'landlock',
  program: 'exec',
} as const;

export type Stage = keyof typeof STAGES | 'first-instruction';

/** Nanoseconds of each stage of one start; `first-instruction` is from the call to the program's image being executed. */
export type StageTimes = Readonly<Record<Stage, number>>;

/** Runs one program again and again in one sandbox, and times the start of each run by the monotonic clock. */
export function timedStarts(policy: Policy, argv: readonly string[]): () => Promise<StageTimes> {
  const compiled = compilePolicy(policy);
  const ends = new Map<string, number>();
  const core = nativeCore(compiled, (stage, nanoseconds) => ends.set(stage, nanoseconds));
  const cwd = compiled.roots[0]?.path ?? '/';
  const env = scrubbedEnvironment(compiled, process.env);
  return async () => {
    ends.clear();
    const begin = Number(process.hrtime.bigint());
    const { exitCode } = await start(core, { argv, env, cwd, grants: [] }, compiled.limits, {}).result;
    if (exitCode !== 0) throw new Error(`${argv[0]} ended with ${exitCode}`);
    let last = begin;
    const times = Object.entries(STAGES).map(([stage, step]) => {
      const end = ends.get(step) ?? Number.NaN;
      const ns = end - last;
      last = end;
      return [stage, ns];
    });
    return Object.fromEntries([...times, ['first-instruction', last - begin]]) as StageTimes;
  };
}
