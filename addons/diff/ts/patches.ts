/**
 * Applying, parsing, reversing and formatting patches: npm `diff` is the answer, for both engines. What it throws gets a code.
 */

import * as npm from 'diff';
import { checkText, wrongType } from './arguments.ts';
import { DiffError } from './contract.ts';

export const applyPatch: typeof npm.applyPatch = (source, patch, options) => {
  checkText('source', source);
  const parsed = typeof patch === 'string' ? parsePatch(patch) : patch;
  checkPatch(parsed);
  checkFuzzFactor(options?.fuzzFactor);
  return coded('ERR_OUT_OF_RANGE', () => npm.applyPatch(source, parsed as never, options));
};

export const applyPatches: typeof npm.applyPatches = (patch, options) => {
  const parsed = typeof patch === 'string' ? parsePatch(patch) : patch;
  if (!Array.isArray(parsed)) throw wrongType('patch', 'a string or an array of patches', patch);
  checkFuzzFactor(options.fuzzFactor);
  npm.applyPatches(parsed, options);
};

export const parsePatch: typeof npm.parsePatch = (patch) => {
  checkText('patch', patch);
  return coded('ERR_INVALID_PATCH', () => npm.parsePatch(patch));
};

export const reversePatch: typeof npm.reversePatch = ((patch: never) => {
  checkPatch(patch);
  return npm.reversePatch(patch);
}) as typeof npm.reversePatch;

export const formatPatch: typeof npm.formatPatch = (patch, headerOptions) => {
  checkPatch(patch);
  return coded('ERR_OUT_OF_RANGE', () => npm.formatPatch(patch, headerOptions));
};

/** As much as tells a patch from something else: what is inside is taken as npm `diff` takes it. */
function checkPatch(patch: unknown): void {
  for (const one of Array.isArray(patch) ? patch : [patch]) {
    if (one === null || typeof one !== 'object' || !Array.isArray(one.hunks)) {
      throw wrongType('patch', 'a patch as parsePatch or structuredPatch give it', one);
    }
  }
}

/** Before a patch is looked at: in `applyPatches` what is thrown later may be the caller's own. */
function checkFuzzFactor(factor: unknown): void {
  if (!factor || (Number.isInteger(factor) && (factor as number) > 0)) return;
  throw new DiffError('ERR_OUT_OF_RANGE', 'fuzzFactor must be a non-negative integer');
}

/** npm `diff` throws plain errors, with messages worth keeping. */
function coded<T>(code: 'ERR_INVALID_PATCH' | 'ERR_OUT_OF_RANGE', call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof Error) || error.constructor !== Error) throw error;
    throw new DiffError(code, error.message, { cause: error });
  }
}
