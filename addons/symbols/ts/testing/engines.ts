import { whyNoBinding } from '@pairbench/testing';
import type { SymbolsEngine } from '../contract.ts';
import { loadNative, nativeEngine } from '../native.ts';
import { typescriptEngine } from '../typescript.ts';

/** Why the native engine is not tested; `undefined` when it is. */
export const whyNoNative: string | undefined = whyNoBinding('symbols', loadNative);

export interface EngineUnderTest {
  readonly name: 'native' | 'typescript';
  readonly engine: SymbolsEngine;
  /** Why it is not tested here. */
  readonly skip: string | undefined;
}

export const ENGINES: readonly EngineUnderTest[] = [
  { name: 'typescript', engine: typescriptEngine, skip: undefined },
  { name: 'native', engine: nativeEngine, skip: whyNoNative },
];

/** The engines there are. */
export const engines: readonly SymbolsEngine[] = ENGINES.filter(({ skip }) => skip === undefined).map(
  ({ engine }) => engine,
);

/** For the title of a group of tests. */
export function titleOf({ name, skip }: EngineUnderTest): string {
  return skip === undefined ? name : `${name} (skipped: ${skip})`;
}
