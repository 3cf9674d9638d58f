/** Queries on an index of the whole corpus. */

import type { QueryOptions } from '@pairbench/symbols/contract';
import type { Operation } from 'pairbench/define';
import { loadCorpus } from '../corpus.ts';
import { type Engine, filled, LIMIT, mixOf, type Search, wrongHits } from '../engine.ts';
import type { QuerySets } from '../queries.ts';
import { type Answer, readExpected } from '../recorded.ts';

/** A query as a case's input; `id` and `class` are what the report calls it. */
export interface QueryInput {
  readonly id: string;
  readonly class: string;
  readonly options: QueryOptions;
  readonly expected: Answer;
}

/** Queries of a set, with the oracle's answers. */
export function queryInputs(set: keyof QuerySets, { queries: sets } = loadCorpus()): QueryInput[] {
  const answers = readExpected().queries[set] ?? [];
  const queries = sets[set];
  if (answers.length !== queries.length)
    throw new Error(`expected.json has ${answers.length} answers to ${queries.length} queries of ${set}`);
  return queries.map(({ text, class: kind, kinds }, i) => ({
    id: text,
    class: kind,
    options: kinds === undefined ? { limit: LIMIT } : { limit: LIMIT, kinds },
    expected: answers[i] as Answer,
  }));
}

/** The first call of each query, which is never timed, compares every field of every hit. */
export function ask(engine: Engine, inputs: readonly QueryInput[]): Operation {
  if (engine.searchNames !== undefined) return askPeer(engine.searchNames(loadCorpus().names), inputs);
  const index = filled(engine, loadCorpus().files);
  const seen = new Uint8Array(inputs.length);
  return (i) => {
    const { id, options, expected } = inputs[i] as QueryInput;
    const hits = index.query(id, options);
    if (seen[i] === 1) return mixOf(hits);
    seen[i] = 1;
    return wrongHits(id, hits, expected) ?? mixOf(hits);
  };
}

/** A peer is right when it finds the name that was typed in full, and as many names at every later call. */
function askPeer(search: Search, inputs: readonly QueryInput[]): Operation {
  const counts = new Int32Array(inputs.length).fill(-1);
  return (i) => {
    const { id, class: kind, expected } = inputs[i] as QueryInput;
    const found = search(id);
    if (counts[i] === -1) {
      if (kind === 'exact' && !found.includes(id)) return `${id}: not found`;
      counts[i] = found.length;
    }
    return counts[i] === found.length ? expected[0] : `${id}: ${found.length} names, ${counts[i]} before`;
  };
}

export const mixes = (inputs: readonly QueryInput[]): number[] => inputs.map(({ expected }) => expected[0]);
