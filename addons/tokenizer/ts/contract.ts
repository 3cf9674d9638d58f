/** What both tokenizer engines promise. Types and error codes live here and nowhere else. */

/** The vocabularies, by the names tiktoken gives them. */
export const ENCODINGS = ['o200k_base', 'cl100k_base'] as const;

export type Encoding = (typeof ENCODINGS)[number];

export const DEFAULT_ENCODING: Encoding = 'o200k_base';

/**
 * Longest text accepted, in UTF-16 code units (256 Mi). A longer one is refused with
 * `ERR_TEXT_TOO_LARGE`: its UTF-8 form could pass the 1 GiB that one call may hold.
 */
export const MAX_TEXT_LENGTH = 2 ** 28;

/** Options of the calls that leave the main thread free. */
export interface AsyncOptions {
  encoding?: Encoding;
  /** Rejects with the signal's reason when it fires; work that already runs is dropped, not awaited. */
  signal?: AbortSignal;
}

/**
 * One engine. Text is counted as tiktoken's `encode_ordinary` does: the text of a special token is
 * ordinary text, a lone surrogate is U+FFFD.
 */
export interface TokenizerEngine {
  /**
   * Tokens in `text`. Time is linear in the length, whatever the text is.
   * @throws TokenizerError `ERR_INVALID_ARG_TYPE`, `ERR_UNKNOWN_ENCODING`, `ERR_TEXT_TOO_LARGE`
   */
  countTokens(text: string, encoding?: Encoding): number;
  /** Tokens in each text, in the order of `texts`: one crossing for a whole message list. */
  countTokensBatch(texts: readonly string[], encoding?: Encoding): Uint32Array;
  /** As `countTokens`, off the main thread in the native engine and in slices in the TypeScript one. */
  countTokensAsync(text: string, options?: AsyncOptions): Promise<number>;
  /** The ids of `text`, 4 bytes each. */
  encode(text: string, encoding?: Encoding): Uint32Array;
  /**
   * The text of `ids`. Bytes that are no UTF-8 become U+FFFD (one per maximal invalid part, as in TextDecoder).
   * Special-token ids decode to their text.
   * @throws TokenizerError `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_TOKEN`, `ERR_DETACHED_BUFFER`, `ERR_TEXT_TOO_LARGE`
   */
  decode(ids: Uint32Array | readonly number[], encoding?: Encoding): string;
  /**
   * The count when `text` has at most `limit` tokens, else `false`; stops reading once the limit is passed.
   * `limit` is an integer >= 0, or Infinity.
   */
  isWithinTokenLimit(text: string, limit: number, encoding?: Encoding): number | false;
  /**
   * Tokens in the text `JSON.stringify(value)` gives; 0 where it gives none (undefined, a function, a symbol).
   * @throws TokenizerError `ERR_NOT_SERIALIZABLE` for a cycle, a BigInt or a throwing `toJSON`, with `cause`
   */
  estimateJsonTokens(value: unknown, encoding?: Encoding): number;
}

export type TokenizerErrorCode =
  | 'ERR_INVALID_ARG_TYPE'
  | 'ERR_UNKNOWN_ENCODING'
  | 'ERR_TEXT_TOO_LARGE'
  | 'ERR_INVALID_TOKEN'
  | 'ERR_DETACHED_BUFFER'
  | 'ERR_NOT_SERIALIZABLE'
  /** A panic inside the native engine; the process goes on. */
  | 'ERR_INTERNAL';

/** The only error either engine throws (besides an AbortSignal's own reason). */
export class TokenizerError extends Error {
  readonly code: TokenizerErrorCode;

  constructor(code: TokenizerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TokenizerError';
    this.code = code;
  }
}
