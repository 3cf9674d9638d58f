import { BindingMissingError, readSwitch } from '@pairbench/loader';
import type { EventLog, OpenOptions } from '../contract.ts';
import { openEventLog as openNative } from '../native/event-log.ts';
import { loadNative } from '../native/load.ts';
import { openEventLog as openTypescript } from '../typescript.ts';

export type EngineId = 'typescript' | 'native';
export type OpenEventLog = (dir: string, options?: OpenOptions) => EventLog;

/** Why the native engine is not tested; `undefined` when it is. `PAIRBENCH_NATIVE=require` makes it an error. */
export const whyNoNative: string | undefined = (() => {
  const { mode, variable } = readSwitch('storage');
  if (mode === 'off') return `${variable}=off`;
  try {
    loadNative();
    return undefined;
  } catch (error) {
    if (mode === 'require' || !(error instanceof BindingMissingError)) throw error;
    return error.headline;
  }
})();

export const engineIds: readonly EngineId[] =
  whyNoNative === undefined ? ['typescript', 'native'] : ['typescript'];

/** For the title of a group of tests that needs the binding. */
export const nativeTitle: string = whyNoNative === undefined ? 'native' : `native (skipped: ${whyNoNative})`;

export const openEventLogOf: Readonly<Record<EngineId, OpenEventLog>> = {
  typescript: openTypescript,
  native: openNative,
};

/** Each engine beside each, itself included. */
export const enginePairs: readonly (readonly [EngineId, EngineId])[] = engineIds.flatMap((a) =>
  engineIds.map((b) => [a, b] as const),
);
