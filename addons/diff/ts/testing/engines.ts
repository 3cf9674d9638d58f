import { whyNoBinding } from '@pairbench/testing';
import type { DiffEngine } from '../contract.ts';
import { loadNative, nativeEngine } from '../native.ts';
import { typescriptEngine } from '../typescript.ts';

/** Why the native engine is not tested; `undefined` when it is. */
export const whyNoNative: string | undefined = whyNoBinding('diff', loadNative);

/** The engines there are, by name. */
export const engines: Readonly<Record<string, DiffEngine>> =
  whyNoNative === undefined
    ? { typescript: typescriptEngine, native: nativeEngine }
    : { typescript: typescriptEngine };

/** For the title of a group of tests that needs the binding. */
export const nativeTitle: string = whyNoNative === undefined ? 'native' : `native (skipped: ${whyNoNative})`;
