/**
 * The noise watch: what else happened on the machine while a trial took its samples. Read twice, before the first
 * sample and after the last; the reading itself stands outside every timed call.
 */

import { readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import type { Noise } from '../result.ts';

/** Shares of the span above which a trial counts as disturbed. */
const MOST_WAITED = 0.02;
const MOST_STOLEN = 0.01;
const MOST_FREQUENCY_DROP = 0.1;
/** Stolen time comes in ticks of 10 ms: one of them proves nothing. */
const LEAST_STOLEN_NS = 15e6;
const LEAST_WAITED_NS = 2e6;

/** Why the trial was not taken in quiet, one line a reason; empty where it was. Pure. */
export function disturbancesOf(noise: Noise): string[] {
  const reasons: string[] = [];
  const share = (ns: number) => `${((100 * ns) / noise.spanNs).toFixed(1)} %`;
  const waitedNs = waitedForOthersNs(noise);
  if (waitedNs > LEAST_WAITED_NS && waitedNs > MOST_WAITED * noise.spanNs)
    reasons.push(`waited ${share(waitedNs)} of the time for a core that others used`);
  const stolenNs = noise.stolenNs ?? 0;
  if (stolenNs > LEAST_STOLEN_NS && stolenNs > MOST_STOLEN * noise.spanNs)
    reasons.push(`the host took ${share(stolenNs)} of the time (steal)`);
  if ((noise.throttles ?? 0) > 0) reasons.push(`the core was throttled ${noise.throttles} times`);
  if (noise.frequencyMhz !== null) {
    const { before, after } = noise.frequencyMhz;
    if (Math.abs(after / before - 1) > MOST_FREQUENCY_DROP)
      reasons.push(`the clock rate went from ${before.toFixed(0)} to ${after.toFixed(0)} MHz`);
  }
  return reasons;
}

/**
 * Waiting that the process's own threads (compiler, garbage collector) cannot have caused: on the one core of a bound
 * trial the sampling thread waits for them too, at most as long as they ran.
 */
export function waitedForOthersNs({ waitedNs, mainThreadNs, processNs }: Noise): number {
  if (waitedNs === null || mainThreadNs === null) return 0;
  return Math.max(0, waitedNs - Math.max(0, processNs - mainThreadNs));
}

interface Reading {
  readonly ms: number;
  readonly processNs: number;
  readonly schedule: { readonly ranNs: number; readonly waitedNs: number } | null;
  readonly stolenNs: number | null;
  readonly throttles: number | null;
  readonly frequencyMhz: number | null;
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
}

/** Starts watching; the function returned ends it. About 0.3 ms each. */
export function watchNoise(): () => Noise {
  const core = boundCore();
  const before = read(core);
  return () => {
    const after = read(core);
    const between = (a: number | null, b: number | null) =>
      a === null || b === null ? null : Math.max(0, b - a);
    return {
      spanNs: (after.ms - before.ms) * 1e6,
      mainThreadNs: between(before.schedule?.ranNs ?? null, after.schedule?.ranNs ?? null),
      processNs: after.processNs - before.processNs,
      waitedNs: between(before.schedule?.waitedNs ?? null, after.schedule?.waitedNs ?? null),
      stolenNs: between(before.stolenNs, after.stolenNs),
      voluntarySwitches: after.voluntarySwitches - before.voluntarySwitches,
      involuntarySwitches: after.involuntarySwitches - before.involuntarySwitches,
      frequencyMhz:
        before.frequencyMhz === null || after.frequencyMhz === null
          ? null
          : { before: before.frequencyMhz, after: after.frequencyMhz },
      throttles: between(before.throttles, after.throttles),
      load: loadavg()[0] ?? 0,
    };
  };
}

function read(core: number | null): Reading {
  const { userCPUTime, systemCPUTime, voluntaryContextSwitches, involuntaryContextSwitches } =
    process.resourceUsage();
  return {
    ms: performance.now(),
    processNs: (userCPUTime + systemCPUTime) * 1000,
    schedule: scheduleOf(textOf('/proc/thread-self/schedstat')),
    stolenNs: stolenNsOf(textOf('/proc/stat'), core),
    throttles: numberIn(`/sys/devices/system/cpu/cpu${core ?? 0}/thermal_throttle/core_throttle_count`),
    frequencyMhz: khzToMhz(numberIn(`/sys/devices/system/cpu/cpu${core ?? 0}/cpufreq/scaling_cur_freq`)),
    voluntarySwitches: voluntaryContextSwitches,
    involuntarySwitches: involuntaryContextSwitches,
  };
}

/** The one core this process may run on; null where it may run on several, or the system does not tell. */
function boundCore(): number | null {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(textOf('/proc/self/status') ?? '')?.[1];
  return list !== undefined && /^\d+$/.test(list) ? Number(list) : null;
}

function scheduleOf(text: string | null): Reading['schedule'] {
  const [ranNs, waitedNs] = (text ?? '').split(' ').map(Number);
  // Kernels without the statistics show zeros.
  if (!ranNs || waitedNs === undefined) return null;
  return { ranNs, waitedNs };
}

/** Ticks of 10 ms; the eighth figure of a line of /proc/stat. Without a core, the mean over all. */
export function stolenNsOf(stat: string | null, core: number | null): number | null {
  const line = stat?.split('\n').find((text) => text.startsWith(core === null ? 'cpu ' : `cpu${core} `));
  const ticks = line?.trim().split(/\s+/)[8];
  if (ticks === undefined) return null;
  return (Number(ticks) * 1e7) / (core === null ? availableParallelism() : 1);
}

function numberIn(file: string): number | null {
  const value = Number(textOf(file) ?? Number.NaN);
  return Number.isFinite(value) ? value : null;
}

const khzToMhz = (khz: number | null) => (khz === null || khz <= 0 ? null : khz / 1000);

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
