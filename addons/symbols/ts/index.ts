/**
 * An index of code symbols with fuzzy queries, on the engine chosen when this module is loaded: native where its binding is
 * there, else TypeScript. `PAIRBENCH_SYMBOLS` (or `PAIRBENCH_NATIVE`) = auto | off | require. Both engines read and write the
 * same files.
 */
import { chooseEngine, type EngineName } from '@pairbench/loader';
import type { SymbolsEngine } from './contract.ts';
import { loadNative, nativeEngine } from './native.ts';
import { typescriptEngine } from './typescript.ts';

export {
  DEFAULT_LIMIT,
  type DocumentSymbol,
  type Extractor,
  type FileInfo,
  type Hit,
  MAX_LIMIT,
  MAX_NAME_LENGTH,
  MAX_QUERY_LETTERS,
  MAX_SOURCE_LENGTH,
  type Opened,
  type OpenOptions,
  type PlainSymbol,
  type Problem,
  type QueryOptions,
  type Stats,
  SYMBOL_KINDS,
  type SymbolIndex,
  type SymbolInformation,
  type SymbolInput,
  type SymbolKind,
  type SymbolsEngine,
  SymbolsError,
  type SymbolsErrorCode,
  type Update,
  type UpdateOptions,
} from './contract.ts';

/** Both engines, whatever the switch says: for tests and measurements. */
export const engines: {
  typescript(): SymbolsEngine;
  /** @throws BindingMissingError when there is no binding */
  native(): SymbolsEngine;
} = {
  typescript: () => typescriptEngine,
  native: () => {
    loadNative();
    return nativeEngine;
  },
};

const chosen = chooseEngine<SymbolsEngine>({ id: 'symbols', ...engines });

/** The engine that is live, and why. */
export const engine: Readonly<{ name: EngineName; reason: string }> = {
  name: chosen.name,
  reason: chosen.reason,
};

export const { openSymbolIndex } = chosen.engine;
