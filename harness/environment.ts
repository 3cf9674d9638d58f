/** The fingerprint of the machine and of the code: what a figure belongs to. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { z } from 'zod';
import { measureClockCostNs, measureClockStepNs } from './trial/clock-cost.ts';

export const environmentSchema = z.strictObject({
  cpuModel: z.string(),
  cores: z.int().positive(),
  /** Core every trial is bound to, null where the system cannot. */
  pinnedToCore: z.int().nonnegative().nullable(),
  cpuGovernor: z.string().nullable(),
  memoryBytes: z.int().positive(),
  os: z.string(),
  arch: z.string(),
  libc: z.string().nullable(),
  node: z.string(),
  v8: z.string(),
  revision: z.string().nullable(),
  dirty: z.boolean().nullable(),
  /** One-minute load average before the first trial and after the last. */
  loadBefore: z.number().nonnegative(),
  loadAfter: z.number().nonnegative(),
  clockCostNs: z.number().nonnegative(),
  /** Smallest step of the clock. */
  clockStepNs: z.number().nonnegative(),
});
export type Environment = z.infer<typeof environmentSchema>;

/** Reads the machine once, before the first trial. */
export function readEnvironment(root: string): Environment {
  const load = os.loadavg()[0] ?? 0;
  return {
    cpuModel: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    pinnedToCore: pinCore(),
    cpuGovernor: readLine('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'),
    memoryBytes: os.totalmem(),
    os: `${os.type()} ${os.release()}`,
    arch: process.arch,
    libc: libcOf(),
    node: process.versions.node,
    v8: process.versions.v8,
    ...revisionOf(root),
    loadBefore: load,
    loadAfter: load,
    clockCostNs: measureClockCostNs(),
    clockStepNs: measureClockStepNs(),
  };
}

/** The core trials are bound to: the last one, since the first takes most interrupts. Null where taskset is missing. */
export function pinCore(): number | null {
  if (process.platform !== 'linux' || process.env.PAIRBENCH_PIN === 'off') return null;
  const core = Math.max(
    ...allowedCores(readLine('/proc/self/status', /^Cpus_allowed_list:\s*(.+)$/m) ?? '0'),
  );
  try {
    execFileSync('taskset', ['-c', String(core), 'true'], { stdio: 'ignore' });
    return core;
  } catch {
    return null;
  }
}

/** `0-2,5` as the numbers it names. */
export function allowedCores(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

/** The commit that is checked out, and whether anything differs from it; nulls outside a git checkout. */
export function revisionOf(root: string): { revision: string | null; dirty: boolean | null } {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    return { revision: git('rev-parse', 'HEAD'), dirty: git('status', '--porcelain') !== '' };
  } catch {
    return { revision: null, dirty: null };
  }
}

function libcOf(): string | null {
  if (process.platform !== 'linux') return null;
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  const version = report.header?.glibcVersionRuntime;
  return version === undefined ? 'musl' : `glibc ${version}`;
}

function readLine(file: string, pattern = /^(.+)$/m): string | null {
  try {
    return readFileSync(file, 'utf8').match(pattern)?.[1]?.trim() ?? null;
  } catch {
    return null;
  }
}
