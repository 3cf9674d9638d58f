import { BindingMissingError, readSwitch } from '@pairbench/loader';
import type { StorageEngine } from '../contract.ts';
import { loadNative, nativeEngine } from '../native.ts';
import { typescriptEngine } from '../typescript.ts';

export type EngineId = 'typescript' | 'native';
export type OpenEventLog = StorageEngine['openEventLog'];

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

export const engineOf = (id: EngineId): StorageEngine => (id === 'native' ? nativeEngine : typescriptEngine);

export const openEventLogOf: Readonly<Record<EngineId, OpenEventLog>> = {
  typescript: typescriptEngine.openEventLog,
  native: nativeEngine.openEventLog,
};

/** Each engine beside each, itself included. */
export const enginePairs: readonly (readonly [EngineId, EngineId])[] = engineIds.flatMap((a) =>
  engineIds.map((b) => [a, b] as const),
);
