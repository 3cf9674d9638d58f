import type { DiffEngine } from './contract.ts';
import { functionsOn } from './functions.ts';
import { nativeCore } from './native/core.ts';

export { loadNative, nativeMemory, resetNativePeak } from './native/load.ts';

/** The native engine, behind the same checks as the TypeScript one. */
export const nativeEngine: DiffEngine = functionsOn(nativeCore);

export const {
  diffLines,
  diffLinesAsync,
  structuredPatch,
  structuredPatchAsync,
  createTwoFilesPatch,
  createTwoFilesPatchAsync,
  createPatch,
  createPatchAsync,
  applyPatch,
  applyPatches,
  reversePatch,
  parsePatch,
  formatPatch,
} = nativeEngine;
