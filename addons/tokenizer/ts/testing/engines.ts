import { BindingMissingError, readSwitch } from '@pairbench/loader';
import type { TokenizerEngine } from '../contract.ts';
import { loadNative, nativeEngine } from '../native.ts';
import { typescriptEngine } from '../typescript.ts';

/** Why the native engine is not tested; `undefined` when it is. `PAIRBENCH_NATIVE=require` makes it an error. */
export const whyNoNative: string | undefined = tryNative();

function tryNative(): string | undefined {
  const { mode, variable } = readSwitch('tokenizer');
  if (mode === 'off') return `${variable}=off`;
  try {
    loadNative();
    return undefined;
  } catch (error) {
    if (mode === 'require' || !(error instanceof BindingMissingError)) throw error;
    return error.headline;
  }
}

/** The engines there are, by name. */
export const engines: Readonly<Record<string, TokenizerEngine>> =
  whyNoNative === undefined
    ? { typescript: typescriptEngine, native: nativeEngine }
    : { typescript: typescriptEngine };

/** For the title of a group of tests that needs the binding. */
export const nativeTitle: string = whyNoNative === undefined ? 'native' : `native (skipped: ${whyNoNative})`;
