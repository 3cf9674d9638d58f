/** The cases of the symbol index. Expected answers come from a naive ranking of every name. */

import { type Case, defineSuite } from 'pairbench/define';
import { SYMBOLS } from './corpus.ts';
import type { Engine } from './engine.ts';
import { ask, mixes, type QueryInput, queryInputs } from './operations/query.ts';
import { symbolCounts, type UpdateInput, update, updateInputs } from './operations/update.ts';
import { build, buildInputs, open, save, type WholeInput, wholeInputs } from './operations/whole.ts';
import type { QuerySets } from './queries.ts';
import type { UpdateCase } from './updates.ts';

type Input = QueryInput | UpdateInput | WholeInput;
type SymbolsCase = Case<Engine, Input>;

/** Of cases that no target times. */
const FEW_TRIALS = 2;
/** Calls of milliseconds: so many in each of six trials bound a P99 by their ranks. */
const SAMPLES_OF_MILLISECONDS = 1_000;
/** Queries that peers can answer which take a tenth of a second for each. */
const SAMPLE = 100;

/** A case says what its own inputs are. */
const caseOf = <I extends Input>(entry: Case<Engine, I>): SymbolsCase => entry as unknown as SymbolsCase;

const queries = (
  id: string,
  title: string,
  set: keyof QuerySets,
  rest: Partial<Case<Engine, QueryInput>> = {},
): SymbolsCase =>
  caseOf<QueryInput>({
    id,
    title,
    unit: 'query',
    inputs: () => queryInputs(set),
    prepare: ask,
    answer: mixes,
    ...rest,
  });

const updates = (
  id: UpdateCase,
  title: string,
  unit: string,
  sizeOf: (input: UpdateInput) => number,
  rest: Partial<Case<Engine, UpdateInput>> = {},
) =>
  caseOf<UpdateInput>({
    id,
    title,
    unit,
    inputs: () => updateInputs(id),
    samples: SAMPLES_OF_MILLISECONDS,
    prepare: update,
    answer: symbolCounts,
    units: (inputs) => inputs.map(sizeOf),
    ...rest,
  });

const codeUnits = ({ content }: UpdateInput) => content.length;
const symbolsOf = ({ expected }: UpdateInput) => expected.symbols;
const allSymbols = (inputs: readonly WholeInput[]) => inputs.map(() => SYMBOLS);

const whole = (
  id: string,
  title: string,
  rest: Pick<Case<Engine, WholeInput>, 'prepare'> & Partial<Case<Engine, WholeInput>>,
): SymbolsCase =>
  caseOf<WholeInput>({
    id,
    title,
    unit: 'symbol',
    inputs: wholeInputs,
    answer: allSymbols,
    units: allSymbols,
    ...rest,
  });

export default defineSuite<Engine, Input>({
  id: 'symbols',
  engines: {
    typescript: () => import('@pairbench/symbols/typescript'),
    native: async () => {
      const native = await import('@pairbench/symbols/native');
      // Now, not at the first call: without a binding the engine is unavailable, and says why.
      native.loadNative();
      return native;
    },
  },
  peers: () => import('./peers.ts'),
  cases: [
    queries(
      'query-100k',
      'The fifty best of 100,000 symbols for one of a thousand queries, a fifth of them one or two letters',
      'mix',
      {
        slowestInputs: true,
      },
    ),
    queries('query-sample', `The same for ${SAMPLE} of these queries, with peers that take long`, 'mix', {
      select: (all) => all.slice(0, SAMPLE),
      slowestInputs: true,
      samples: 1_000,
    }),
    queries('query-1-letter', 'The same for each letter that occurs in a name', 'letters', {
      slowestInputs: true,
      trials: FEW_TRIALS,
    }),
    queries('query-typing', 'The same for a name as it is typed: each query has one letter more', 'typing', {
      slowestInputs: true,
      trials: FEW_TRIALS,
    }),
    queries(
      'query-kinds',
      'The same for classes and interfaces only, functions and methods, and so on',
      'kinds',
      {
        trials: FEW_TRIALS,
      },
    ),
    queries('query-no-match', 'The same for queries that nothing matches', 'nothing', { trials: FEW_TRIALS }),
    updates(
      'update-file',
      'Parses a changed file of about 100 KB and puts its symbols in',
      'character',
      codeUnits,
    ),
    // By two threads, where there are two cores.
    updates('update-1m', 'Parses a changed file of 1 MB and puts its symbols in', 'character', codeUnits, {
      varyingAllocations: true,
    }),
    updates('update-symbols', 'Puts in the 500 symbols that a language server lists', 'symbol', symbolsOf),
    whole('index-100k', 'Builds the index of 100,000 symbols from lists of them', {
      inputs: buildInputs,
      prepare: build,
      samples: 10,
      trials: FEW_TRIALS,
    }),
    whole('open', 'Opens the index of 100,000 symbols from its file', {
      prepare: open,
      samples: SAMPLES_OF_MILLISECONDS,
    }),
    whole('save', 'Saves the index of 100,000 symbols: written, flushed, renamed', {
      prepare: save,
      async: true,
      samples: 100,
      trials: FEW_TRIALS,
      varyingAllocations: true,
    }),
  ],
});
