import type { SymbolsEngine } from './contract.ts';
import { nativeCore } from './native/core.ts';
import { engineOn } from './symbol-index.ts';

export { loadNative, nativeMemory, resetNativePeak } from './native/load.ts';

/** The native engine, behind the same checks as the TypeScript one. */
export const nativeEngine: SymbolsEngine = engineOn(nativeCore);

export const { openSymbolIndex } = nativeEngine;
