import type { DiffEngine } from './contract.ts';
import { functionsOn } from './functions.ts';
import { typescriptCore } from './typescript/core.ts';

/** The TypeScript engine: no native code, the same answers. */
export const typescriptEngine: DiffEngine = functionsOn(typescriptCore);

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
} = typescriptEngine;
