/** Sets the limits of a run's first process, before it goes on; all others inherit them. */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { SandboxError } from '../../contract.ts';
import type { LaunchLimits } from '../../core.ts';

const PRLIMIT_TIMEOUT_MS = 10_000;
/** Option of prlimit, line of /proc/self/limits, value. */
const LIMITS = [
  ['nproc', 'Max processes', (limits) => limits.processes],
  ['data', 'Max data size', (limits) => limits.memoryBytes],
  ['fsize', 'Max file size', (limits) => limits.fileBytes],
  ['nofile', 'Max open files', (limits) => limits.descriptors],
  ['core', 'Max core file size', () => 0],
] as const satisfies readonly (readonly [string, string, (limits: LaunchLimits) => number])[];

/** From outside: inside, a program before the program would write its own errors among the program's. */
export function setLimits(prlimit: string, pid: number, limits: LaunchLimits): Promise<void> {
  const hard = hardLimits();
  const words = LIMITS.map(([option, line, read]) => `--${option}=${Math.min(read(limits), hard(line))}`);
  return new Promise((resolve, reject) => {
    execFile(
      prlimit,
      ['--pid', `${pid}`, ...words],
      { env: {}, timeout: PRLIMIT_TIMEOUT_MS },
      (error, _, stderr) => {
        if (error === null) return resolve();
        reject(
          new SandboxError('ERR_LAUNCH', `the limits cannot be set: ${stderr.trim()}`, {
            step: 'limits',
            cause: error,
          }),
        );
      },
    );
  });
}

/** Nobody but root may go above them: where the host is stricter than the policy, the host counts. */
function hardLimits(): (line: string) => number {
  const lines = readFileSync('/proc/self/limits', 'latin1').split('\n');
  return (name) => {
    const words = lines
      .find((line) => line.startsWith(name))
      ?.slice(name.length)
      .trim()
      .split(/\s+/);
    const hard = words?.[1];
    return hard === undefined || hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
  };
}
