/** The native core: one policy, read and enforced by Rust. */

import {
  type Enforcement,
  type Entry,
  INTENTS,
  LAYERS,
  type Layer,
  SandboxError,
  type Verdict,
} from '../contract.ts';
import type { Core, PathGrant } from '../core.ts';
import type { CompiledPolicy } from '../policy/compiled.ts';
import { asSandboxError, translated } from './errors.ts';
import { loadNative } from './load.ts';
import { launchNative, type OnStage } from './run.ts';

/** Descriptors for the answers of the supervisor: older kernels have the filter, but no way to hand one over (5.14). */
const LEAST_KERNEL = 5_014;
/** Since it process numbers of a namespace have a limit, which holds for user 0 too; not below the second number. */
const LEAST_KERNEL_FOR_SUPERUSER = 6_014;
const LEAST_PROCESSES_BY_NUMBERS = 299;

/** `onStage` is for measurements. */
export function nativeCore(compiled: CompiledPolicy, onStage?: OnStage): Core {
  const binding = loadNative();
  const sandbox = translated(() => binding.openSandbox(JSON.stringify(compiled)));
  const planned = plannedEnforcement(compiled);
  return {
    evaluate: (path, intent, grants) =>
      translated(() => sandbox.evaluate(path, INTENTS.indexOf(intent), json(grants))) as Verdict,
    read: (path, maxBytes, grants) => awaited(() => sandbox.read(path, maxBytes, json(grants))),
    write: (path, data, grants) => awaited(() => sandbox.write(path, data, json(grants))),
    list: async (path, grants) => entriesOf(await awaited(() => sandbox.list(path, json(grants)))),
    capabilities: () => planned,
    launch(request) {
      refuseWhatIsMissing(planned, compiled.required);
      return launchNative(sandbox, request, planned, onStage);
    },
    close() {},
  };
}

function json(grants: readonly PathGrant[]): string {
  return grants.length === 0 ? '' : JSON.stringify(grants);
}

async function awaited<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    throw asSandboxError(error);
  }
}

/** Names and kinds come by turns. */
function entriesOf(flat: readonly string[]): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < flat.length; at += 2) {
    entries.push({ name: flat[at] as string, kind: flat[at + 1] as Entry['kind'] });
  }
  return entries;
}

function plannedEnforcement(compiled: CompiledPolicy): Enforcement {
  const network = compiled.domains.length > 0 ? 'proxy' : 'none';
  const base = { launcher: 'native', network } as const;
  const { features } = loadNative();
  if (process.platform !== 'linux') {
    const why = `commands are confined by the native engine on Linux alone, not on ${process.platform}`;
    return {
      ...base,
      launcher: 'none',
      layers: [],
      missing: LAYERS.map((layer) => ({ layer, why })),
      landlockAbi: 0,
    };
  }
  const { landlockAbi, kernel, superuser, groups } = translated(features);
  const missing: { layer: Layer; why: string }[] = [];
  const version = `${Math.trunc(kernel / 1000)}.${kernel % 1000}`;
  if (landlockAbi === 0)
    missing.push({ layer: 'landlock', why: `Linux ${version} has no Landlock, or it is switched off` });
  if (kernel < LEAST_KERNEL) missing.push({ layer: 'names', why: `Linux ${version} is older than 5.14` });
  const isLimitedByNumbers =
    kernel >= LEAST_KERNEL_FOR_SUPERUSER && compiled.limits.processes >= LEAST_PROCESSES_BY_NUMBERS;
  if (superuser && !groups && !isLimitedByNumbers) {
    const why = `root's processes are limited by a control group, which cannot be made here, or since Linux 6.14 (this is ${version}) from ${LEAST_PROCESSES_BY_NUMBERS} on`;
    missing.push({ layer: 'limits', why });
  }
  const layers = LAYERS.filter((layer) => !missing.some((one) => one.layer === layer));
  return { ...base, layers, missing, landlockAbi };
}

/**
 * The supervisor is part of the launcher: without it there is no run, whatever the policy puts up with. Nor is there one
 * for root without Landlock: the files of /proc/sys belong to root, and nothing else keeps them from being written.
 */
function refuseWhatIsMissing({ missing }: Enforcement, required: boolean): void {
  const isRoot = process.geteuid?.() === 0;
  const blocking = required
    ? missing
    : missing.filter(({ layer }) => layer === 'names' || (layer === 'landlock' && isRoot));
  if (blocking.length === 0) return;
  const list = blocking.map(({ layer, why }) => `${layer} (${why})`).join(', ');
  throw new SandboxError('ERR_ENFORCEMENT', `this host cannot enforce ${list}`, { missing: blocking });
}
