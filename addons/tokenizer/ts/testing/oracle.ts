import { get_encoding } from 'tiktoken';
import type { Encoding } from '../contract.ts';

/** OpenAI's own code as WebAssembly: what both engines are measured against. */
export interface Oracle extends Disposable {
  /** As `encode_ordinary`: the text of special tokens is ordinary text. */
  encode(text: string): Uint32Array;
}

/** Dispose of it: its memory lies outside the garbage collector's reach. About a second to load. */
export function openOracle(encoding: Encoding): Oracle {
  const tiktoken = get_encoding(encoding);
  return {
    encode: (text) => tiktoken.encode_ordinary(text),
    [Symbol.dispose]: () => tiktoken.free(),
  };
}
