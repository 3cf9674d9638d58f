import type { SymbolsEngine } from './contract.ts';
import { engineOn } from './symbol-index.ts';
import { typescriptCore } from './typescript/core.ts';

/** The TypeScript engine: the same answers. The parser of sources, oxc, is native also here. */
export const typescriptEngine: SymbolsEngine = engineOn(typescriptCore);

export const { openSymbolIndex } = typescriptEngine;
