/**
 * Counts tokens exactly as tiktoken does, on the engine chosen when this module is loaded: native where its binding
 * is there, else TypeScript. `PAIRBENCH_TOKENIZER` (or `PAIRBENCH_NATIVE`) = auto | off | require.
 */
import { chooseEngine, type EngineName } from '@pairbench/loader';
import type { TokenizerEngine } from './contract.ts';
import { loadNative, nativeEngine } from './native.ts';
import { typescriptEngine } from './typescript.ts';

export {
  type AsyncOptions,
  DEFAULT_ENCODING,
  ENCODINGS,
  type Encoding,
  MAX_TEXT_LENGTH,
  type TokenizerEngine,
  TokenizerError,
  type TokenizerErrorCode,
} from './contract.ts';

/** Both engines, whatever the switch says: for tests and measurements. */
export const engines: {
  typescript(): TokenizerEngine;
  /** @throws BindingMissingError when there is no binding */
  native(): TokenizerEngine;
} = {
  typescript: () => typescriptEngine,
  native: () => {
    loadNative();
    return nativeEngine;
  },
};

const chosen = chooseEngine<TokenizerEngine>({ id: 'tokenizer', ...engines });

/** The engine that is live, and why. */
export const engine: Readonly<{ name: EngineName; reason: string }> = {
  name: chosen.name,
  reason: chosen.reason,
};

export const {
  countTokens,
  countTokensBatch,
  countTokensAsync,
  encode,
  decode,
  isWithinTokenLimit,
  estimateJsonTokens,
} = chosen.engine;
