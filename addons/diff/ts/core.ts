/** What differs between the engines: all else is built on this (`functions.ts`). */

/** A run of lines that both texts have, that was added, or that was removed. */
export const KIND = { common: 0, added: 1, removed: 2 } as const;

/**
 * Runs in order, four numbers each: kind, count of tokens, and where the run ends in the old and in the new text, in UTF-16
 * code units. Neighbours differ in kind.
 */
export type Runs = Uint32Array;

export interface Settings {
  readonly algorithm: 'myers' | 'histogram';
  /** Lines are equal when they are without white space at both ends. */
  readonly ignoreWhitespace: boolean;
  /** A line break is a token of its own; empty lines have no other. */
  readonly newlineIsToken: boolean;
  /** Lines are equal when they are without a line feed at the end. */
  readonly ignoreNewlineAtEof: boolean;
  /** Infinity for none. */
  readonly maxEditLength: number;
  /** Milliseconds; Infinity for none. */
  readonly timeout: number;
  readonly maxMemoryBytes: number;
}

/** `undefined` is the answer of a search that `maxEditLength` or `timeout` ended. */
export interface Core {
  runs(oldText: string, newText: string, settings: Settings): Runs | undefined;
  /** The hunks of a unified patch as text, without file headers; `context` is an integer or Infinity. */
  hunks(oldText: string, newText: string, settings: Settings, context: number): string | undefined;
  runsAsync(
    oldText: string,
    newText: string,
    settings: Settings,
    signal?: AbortSignal,
  ): Promise<Runs | undefined>;
  hunksAsync(
    oldText: string,
    newText: string,
    settings: Settings,
    context: number,
    signal?: AbortSignal,
  ): Promise<string | undefined>;
}
