/** The engines that can be had here, loaded in this process. */

import type { StorageEngine } from '../contract.ts';
import { loadNative, nativeEngine } from '../native.ts';
import { typescriptEngine } from '../typescript.ts';

export type EngineId = 'typescript' | 'native';

/** Why there is no native engine, or undefined. */
export const whyNoNative: string | undefined = (() => {
  try {
    loadNative();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
})();

export const engineIds: readonly EngineId[] =
  whyNoNative === undefined ? ['typescript', 'native'] : ['typescript'];

export function engineOf(id: EngineId): StorageEngine {
  return id === 'native' ? nativeEngine : typescriptEngine;
}
