/** The whole index at once: built, saved, opened. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SymbolIndex } from '@pairbench/symbols/contract';
import type { Operation } from 'pairbench/define';
import { CACHE, corpusOf, filesOf, type Kept, keptText, loadCorpus, SYMBOLS } from '../corpus.ts';
import { type Engine, filled, opened, wrongHits } from '../engine.ts';
import { type QueryInput, queryInputs } from './query.ts';

/** A few queries of the mix that are compared in full. */
const PROBES = 20;
const PATH_LENGTH = 240;

export interface WholeInput {
  readonly id: string;
  readonly class: string;
  readonly probes: readonly QueryInput[];
  /** The corpus as JSON, where an engine is to hold strings that nobody else does. */
  readonly json?: Buffer;
}

const inputOf = (probes: readonly QueryInput[]): WholeInput => ({
  id: 'corpus',
  class: 'corpus',
  probes: probes.slice(0, PROBES),
});

export const wholeInputs = (): WholeInput[] => [inputOf(queryInputs('mix'))];

export function buildInputs(): WholeInput[] {
  const text = keptText();
  return [{ ...inputOf(queryInputs('mix', corpusOf(text))), json: Buffer.from(text) }];
}

/**
 * Builds the index from lists of symbols that are decoded anew for each call, outside of its time. The last index stays open,
 * so that a memory trial sees what it holds.
 */
export function build(engine: Engine, inputs: readonly WholeInput[]): Operation {
  const [input] = inputs as [WholeInput];
  let index: SymbolIndex | undefined;
  let elapsedNs = 0;
  let isChecked = false;
  const call = () => {
    const files = filesOf((JSON.parse(`${input.json}`) as Kept).files);
    index?.close();
    const startMs = performance.now();
    const symbols = engine.holdSymbols?.(files);
    if (symbols === undefined) index = filled(engine, files);
    elapsedNs = (performance.now() - startMs) * 1e6;
    if (symbols !== undefined) return symbols;
    const wrong = isChecked ? undefined : wrongAnswer(index as SymbolIndex, input);
    isChecked = true;
    return wrong ?? index?.stats().symbols;
  };
  return Object.assign(call, { lastElapsedNs: () => elapsedNs });
}

/** Opens the index from its file; `stats` is the first thing asked of it. The one before is closed outside of its time. */
export async function open(engine: Engine, inputs: readonly WholeInput[]): Promise<Operation> {
  const [input] = inputs as [WholeInput];
  const directory = newDirectory();
  // The engine copies the path: in every checkout it is as long, or its bytes could not be held against a record.
  const file = join(directory, 'index'.padEnd(PATH_LENGTH - directory.length, '-'));
  await saveCorpus(engine, file);
  let index: SymbolIndex | undefined;
  let isChecked = false;
  let elapsedNs = 0;
  const call = () => {
    index?.close();
    const startMs = performance.now();
    index = opened(engine, file);
    const { symbols } = index.stats();
    elapsedNs = (performance.now() - startMs) * 1e6;
    if (isChecked) return symbols;
    isChecked = true;
    if (index.opened.state !== 'loaded') return `opened as ${index.opened.state}`;
    return wrongAnswer(index, input) ?? symbols;
  };
  return Object.assign(call, { lastElapsedNs: () => elapsedNs });
}

/** Writes the index to a new file, flushes it and puts it in the old one's place. */
export function save(engine: Engine, inputs: readonly WholeInput[]): Operation {
  const [input] = inputs as [WholeInput];
  const file = join(newDirectory(), 'index');
  const index = filled(engine, loadCorpus().files);
  let isChecked = false;
  return async () => {
    await index.save(file);
    if (isChecked) return SYMBOLS;
    isChecked = true;
    const again = opened(engine, file);
    try {
      if (again.opened.state !== 'loaded') return `opened as ${again.opened.state}`;
      return wrongAnswer(again, input) ?? again.stats().symbols;
    } finally {
      again.close();
    }
  };
}

async function saveCorpus(engine: Engine, file: string): Promise<void> {
  const index = filled(engine, loadCorpus().files);
  await index.save(file);
  index.close();
}

function wrongAnswer(index: SymbolIndex, { probes }: WholeInput): string | undefined {
  for (const { id, options, expected } of probes) {
    const wrong = wrongHits(id, index.query(id, options), expected);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** Beside the repository's other work, on its disk; gone when the process ends. */
function newDirectory(): string {
  mkdirSync(CACHE, { recursive: true });
  const directory = mkdtempSync(join(CACHE, 'index-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
