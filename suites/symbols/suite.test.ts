/** The mix is what it says, the recorded answers are the oracle's, and what is wrong is found out. */

import type { Hit, SymbolIndex } from '@pairbench/symbols/contract';
import { openSymbolIndex } from '@pairbench/symbols/typescript';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadExtraction, loadOracle, type Oracle } from './addon.ts';
import { type Corpus, loadCorpus, SYMBOLS } from './corpus.ts';
import { answerOf, type Engine } from './engine.ts';
import { symbolsOf } from './expected.ts';
import { ask, queryInputs } from './operations/query.ts';
import { update, updateInputs } from './operations/update.ts';
import { peers } from './peers.ts';
import { SHARES } from './queries.ts';
import { readExpected } from './recorded.ts';
import { updatesOf } from './updates.ts';

let corpus: Corpus;
// Its symbols are read out of 42 MB of sources, if none has done it before.
beforeAll(() => {
  corpus = loadCorpus();
}, 180_000);

describe('the corpus', () => {
  test('has its symbols and a thousand queries, a fifth of them short', () => {
    const symbols = corpus.files.reduce((sum, file) => sum + file.symbols.length, 0);
    expect(symbols).toBe(SYMBOLS);
    const { mix } = corpus.queries;
    expect(mix).toHaveLength(1000);
    expect(new Set(mix.map(({ text }) => text)).size).toBe(1000);
    expect(mix.filter(({ text }) => [...text].length <= 2)).toHaveLength(200);
  });

  test('has the shares of the README', () => {
    const counts = Object.groupBy(corpus.queries.mix, ({ class: kind }) => kind);
    const { short, ...others } = SHARES;
    const { letter = [], pair = [], ...rest } = counts;
    expect(letter.length + pair.length).toBe(short);
    expect(Object.fromEntries(Object.entries(rest).map(([kind, list]) => [kind, list?.length]))).toEqual(
      others,
    );
  });
});

describe('recorded answers', () => {
  test('are the oracle’s', { timeout: 60_000 }, async () => {
    const oracle = await oracleOf(corpus);
    for (const set of ['mix', 'kinds'] as const) {
      for (const { id, options, expected } of queryInputs(set).slice(0, 12))
        expect(answerOf(oracle.query(id, options)), id).toEqual(expected);
    }
  });

  test('of updates are what the sources hold', { timeout: 60_000 }, async () => {
    const extraction = await loadExtraction();
    const recorded = readExpected().updates;
    for (const [id, contents] of Object.entries(updatesOf(corpus))) {
      expect(recorded[id]?.map((answer) => answer.id)).toEqual(contents.map((content) => content.id));
      for (const [at, content] of contents.entries())
        expect(recorded[id]?.[at]?.symbols, content.id).toBe(symbolsOf(content, extraction).length);
    }
  });
});

async function oracleOf({ files }: Corpus): Promise<Oracle> {
  const OracleClass = await loadOracle();
  return new OracleClass(files.map(({ path, symbols }) => [path, symbols]));
}

describe('what is wrong is found out:', () => {
  /** The TypeScript engine with methods of its indexes replaced. */
  const engineWith = (methods: (index: SymbolIndex) => Partial<SymbolIndex>): Engine => ({
    openSymbolIndex: (options) => {
      const index = openSymbolIndex(options);
      const replaced = methods(index);
      return new Proxy(index, {
        get: (target, name) => {
          const value: unknown = Reflect.get(Object.hasOwn(replaced, name) ? replaced : target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    },
  });
  const inputs = () => queryInputs('mix').filter((input) => input.class === 'prefix');
  const asked = (change: (hits: Hit[]) => Hit[]) => {
    const engine = engineWith((index) => ({ query: (...given) => change(index.query(...given)) }));
    return ask(engine, inputs().slice(0, 1))(0);
  };

  test('nothing where nothing is', () => {
    expect(asked((hits) => hits)).toBe(inputs()[0]?.expected[0]);
  });

  test.each<[what: string, change: (hits: Hit[]) => Hit[]]>([
    ['a missing hit', (hits) => hits.slice(0, -1)],
    ['another order', (hits) => hits.toReversed()],
    ['a line', ([first, ...rest]) => [{ ...(first as Hit), line: (first as Hit).line + 1 }, ...rest]],
    ['a container', ([first, ...rest]) => [{ ...(first as Hit), container: 'x' }, ...rest]],
    ['a position', ([first, ...rest]) => [{ ...(first as Hit), positions: [1, 2, 3, 4] }, ...rest]],
  ])('%s', (_, change) => {
    expect(asked(change)).toMatch(/not the hits of the naive ranking/);
  });

  test('an update that only says it was made', () => {
    const [first] = updateInputs('update-symbols');
    if (first === undefined) throw new Error('there is no update');
    const lost = engineWith((index) => ({
      updateFile: (path, ...given) =>
        path === first.path ? { symbols: first.expected.symbols } : index.updateFile(path, ...given),
    }));
    expect(update(lost, [first])(0)).toMatch(/not the hits of the naive ranking/);
  });
});

describe.each(peers.filter((peer) => peer.id !== 'javascript-map'))('the peer $id', ({ id, load }) => {
  test('finds names that are typed in full', { timeout: 120_000 }, async () => {
    const engine: Engine = await load();
    const exact = corpus.queries.mix.filter((query) => query.class === 'exact').slice(0, 4);
    const search = engine.searchNames?.(corpus.names);
    for (const { text } of exact) expect(search?.(text), `${id} ${text}`).toContain(text);
  });
});
