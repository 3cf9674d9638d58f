import { whyNoBinding } from '@pairbench/testing';
import type { StorageEngine } from '../contract.ts';
import { loadNative, nativeEngine } from '../native.ts';
import { typescriptEngine } from '../typescript.ts';

export type EngineId = 'typescript' | 'native';
export type OpenEventLog = StorageEngine['openEventLog'];

/** Why the native engine is not tested; `undefined` when it is. */
export const whyNoNative: string | undefined = whyNoBinding('storage', loadNative);

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
