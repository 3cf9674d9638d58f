/** expected.json: the answers of the naive oracle, which takes a tenth of a second for each. */

import { readFileSync } from 'node:fs';

/** One query's answer: the number that every call is checked by, and the hash of the whole list of hits. */
export type Answer = readonly [mix: number, sha256: string];

/** A query that shows whether an update arrived. */
export interface Probe {
  readonly text: string;
  readonly answer: Answer;
}

export interface UpdateAnswer {
  readonly id: string;
  /** Symbols that the file then has. */
  readonly symbols: number;
  readonly probes: readonly Probe[];
}

export interface Expected {
  readonly generated: string;
  readonly corpus: { readonly sha256: string; readonly files: number; readonly names: number };
  /** By set of queries, in its order. */
  readonly queries: Readonly<Record<string, readonly Answer[]>>;
  /** By case, in the order of its inputs. */
  readonly updates: Readonly<Record<string, readonly UpdateAnswer[]>>;
}

let file: Expected | undefined;

export function readExpected(): Expected {
  file ??= JSON.parse(readFileSync(new URL('./expected.json', import.meta.url), 'utf8')) as Expected;
  return file;
}
