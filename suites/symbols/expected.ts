/**
 * Writes expected.json: the checksum of the corpus, and what the naive oracle answers.
 *
 *   node suites/symbols/expected.ts            writes it (minutes)
 *   node suites/symbols/expected.ts --check    exits 1 when it is stale
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { PlainSymbol } from '@pairbench/symbols/contract';
import { type Extraction, loadExtraction, loadOracle, type Oracle } from './addon.ts';
import { type Corpus, corpusOf, kindOf, makeInOwnProcess } from './corpus.ts';
import { answerOf, LIMIT } from './engine.ts';
import type { QuerySets } from './queries.ts';
import type { Answer, Expected, UpdateAnswer } from './recorded.ts';
import { flattened, type NewContent, updatesOf } from './updates.ts';

const FILE = new URL('./expected.json', import.meta.url);
export function symbolsOf({ content, path }: NewContent, { extract, languageOf }: Extraction): PlainSymbol[] {
  if (typeof content !== 'string') return flattened(content);
  const extracted = extract(content, languageOf(path) ?? '');
  if ('problem' in extracted) throw new Error(`${path}: ${extracted.problem.message}`);
  return extracted.symbols.map(({ kind, ...rest }) => ({ ...rest, kind: kindOf(kind) }));
}

/** Names at the beginning, in the middle and at the end, and one that only the other version has. */
function probeTexts(symbols: readonly PlainSymbol[], others: readonly PlainSymbol[]): string[] {
  const names = new Set(symbols.map(({ name }) => name));
  const list = [...names];
  const gone = others.find(({ name }) => !names.has(name))?.name;
  const texts = [list[0], list[list.length >> 1], list.at(-1), gone].filter((text) => text !== undefined);
  return [...new Set(texts)];
}

type OracleClass = Awaited<ReturnType<typeof loadOracle>>;

function updateAnswers(
  corpus: Corpus,
  contents: readonly NewContent[],
  extraction: Extraction,
  Naive: OracleClass,
): UpdateAnswer[] {
  const files = new Map(corpus.files.map(({ path, symbols }) => [path, symbols]));
  const lists = contents.map((content) => symbolsOf(content, extraction));
  return contents.map(({ id, path }, i) => {
    const symbols = lists[i] as PlainSymbol[];
    // Versions of a file stand in pairs.
    const others = lists[i ^ 1] as PlainSymbol[];
    files.set(path, symbols);
    const oracle = new Naive(files);
    const probes = probeTexts(symbols, others).map((text) => ({
      text,
      answer: answerOf(oracle.query(text, { limit: LIMIT })),
    }));
    return { id, symbols: symbols.length, probes };
  });
}

export function queryAnswers(oracle: Oracle, queries: QuerySets[keyof QuerySets]): Answer[] {
  return queries.map(({ text, kinds }) =>
    answerOf(oracle.query(text, kinds === undefined ? { limit: LIMIT } : { limit: LIMIT, kinds })),
  );
}

async function expectedFile(): Promise<string> {
  const corpus = corpusOf(makeInOwnProcess());
  const [extraction, Naive] = [await loadExtraction(), await loadOracle()];
  const oracle = new Naive(corpus.files.map(({ path, symbols }) => [path, symbols]));
  const timed = <T>(what: string, make: () => T): T => {
    const startMs = performance.now();
    const made = make();
    process.stderr.write(`${what} ${Math.round(performance.now() - startMs)} ms\n`);
    return made;
  };
  const expected: Expected = {
    generated:
      'by `node suites/symbols/expected.ts`, the naive ranking of addons/symbols/ts/testing/oracle.ts',
    corpus: { sha256: corpus.sha256, files: corpus.files.length, names: corpus.names.length },
    queries: Object.fromEntries(
      Object.entries(corpus.queries).map(([set, queries]) => [
        set,
        timed(set, () => queryAnswers(oracle, queries)),
      ]),
    ),
    updates: Object.fromEntries(
      Object.entries(updatesOf(corpus)).map(([id, contents]) => [
        id,
        timed(id, () => updateAnswers(corpus, contents, extraction, Naive)),
      ]),
    ),
  };
  return printed(expected);
}

/** One answer a line, so that a change shows which. */
function printed({ generated, corpus, queries, updates }: Expected): string {
  const lists = (all: Readonly<Record<string, readonly unknown[]>>) =>
    Object.entries(all)
      .map(
        ([id, list]) =>
          `  ${JSON.stringify(id)}: [\n${list.map((one) => `    ${JSON.stringify(one)}`).join(',\n')}\n  ]`,
      )
      .join(',\n');
  return `{ "generated": ${JSON.stringify(generated)},
"corpus": ${JSON.stringify(corpus)},
"queries": {\n${lists(queries)}\n},
"updates": {\n${lists(updates)}\n} }\n`;
}

if (import.meta.main) {
  const { check } = parseArgs({ options: { check: { type: 'boolean', default: false } } }).values;
  const next = await expectedFile();
  if (existsSync(FILE) && readFileSync(FILE, 'utf8') === next) {
    console.error('expected.json is up to date');
  } else if (check) {
    console.error('expected.json is stale: run `node suites/symbols/expected.ts`');
    process.exitCode = 1;
  } else {
    writeFileSync(FILE, next);
    console.error('expected.json written');
  }
}
