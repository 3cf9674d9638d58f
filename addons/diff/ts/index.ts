/**
 * The line diffs and patches of npm `diff` 9, byte for byte, on the engine chosen when this module is loaded: native where
 * its binding is there, else TypeScript. `PAIRBENCH_DIFF` (or `PAIRBENCH_NATIVE`) = auto | off | require.
 */
import { chooseEngine, type EngineName } from '@pairbench/loader';
import type { DiffEngine } from './contract.ts';
import { loadNative, nativeEngine } from './native.ts';
import { typescriptEngine } from './typescript.ts';

export { FILE_HEADERS_ONLY, INCLUDE_HEADERS, OMIT_HEADERS } from 'diff';
export {
  type Algorithm,
  type ApplyPatchesOptions,
  type ApplyPatchOptions,
  type AsyncExtras,
  type Change,
  type CreatePatchOptions,
  DEFAULT_MAX_MEMORY_BYTES,
  type DiffEngine,
  DiffError,
  type DiffErrorCode,
  type DiffExtras,
  type DiffLinesOptions,
  type HeaderOptions,
  MAX_TEXT_LENGTH,
  type StructuredPatch,
  type StructuredPatchHunk,
  type StructuredPatchOptions,
} from './contract.ts';

/** Both engines, whatever the switch says: for tests and measurements. */
export const engines: {
  typescript(): DiffEngine;
  /** @throws BindingMissingError when there is no binding */
  native(): DiffEngine;
} = {
  typescript: () => typescriptEngine,
  native: () => {
    loadNative();
    return nativeEngine;
  },
};

const chosen = chooseEngine<DiffEngine>({ id: 'diff', ...engines });

/** The engine that is live, and why. */
export const engine: Readonly<{ name: EngineName; reason: string }> = {
  name: chosen.name,
  reason: chosen.reason,
};

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
} = chosen.engine;
