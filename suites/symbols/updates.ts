/** What files are changed to: sources in two versions, and the lists of a language server. */

import { loadSet } from '@pairbench/fixtures';
import type { DocumentSymbol, PlainSymbol } from '@pairbench/symbols/contract';
import { SYMBOL_KINDS } from '@pairbench/symbols/contract';
import type { Corpus, SymbolFile } from './corpus.ts';

export interface NewContent {
  /** Names the file and the version. */
  readonly id: string;
  readonly path: string;
  readonly content: string | readonly DocumentSymbol[];
}

const ONE_MEGABYTE = 1_000_000;

/** What the files of each case of updates are changed to, one after the other. */
export const updatesOf = (corpus: Corpus) => ({
  'update-file': versionsOf('source-100k'),
  'update-1m': versionsOf('source-1m', ONE_MEGABYTE),
  'update-symbols': servedLists(corpus),
});
export type UpdateCase = keyof ReturnType<typeof updatesOf>;

/** Both versions of each file of a set of pairs, the older one first, so that every update changes the file. */
function versionsOf(set: string, longest = Number.POSITIVE_INFINITY): NewContent[] {
  return loadSet(set).flatMap((pair) => {
    if (pair.kind !== 'texts') throw new Error(`fixture ${pair.id} is no pair of texts`);
    const ending = pair.id.includes('zod') ? 'ts' : 'js';
    return pair.texts.map((text, version) => ({
      id: `${pair.id}-${version === 0 ? 'old' : 'new'}`,
      path: `changed/${pair.id}.${ending}`,
      content: beginningOf(text, longest),
    }));
  });
}

/** To the end of the last statement, at the top, that ends within so many code units: a brace alone on its line. */
function beginningOf(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const end = text.lastIndexOf('\n}\n', longest - 3);
  if (end < 0) throw new Error('no statement ends there');
  return text.slice(0, end + 3);
}

const SERVED = 500;
const SERVED_FILES = 4;
/** The protocol has no number for aliases of types; servers call them variables. */
const PROTOCOL_KINDS = 26;
const VARIABLE = SYMBOL_KINDS.indexOf('variable') + 1;

/** The first symbols of files that have so many, as a server lists them: before, and after a line was put in and names changed. */
function servedLists(corpus: Corpus): NewContent[] {
  const files = corpus.files.filter(({ symbols }) => symbols.length >= SERVED);
  return Array.from({ length: SERVED_FILES }, (_, k) => {
    const { symbols } = files[Math.floor((k * files.length) / SERVED_FILES)] as SymbolFile;
    const before = symbols.slice(0, SERVED);
    const after = before.map((symbol, i) => ({
      ...symbol,
      name: i % 20 === 0 ? `${symbol.name}Changed` : symbol.name,
      line: symbol.line + 1,
    }));
    return [before, after].map((list, version) => ({
      id: `served-${k}-${version === 0 ? 'old' : 'new'}`,
      path: `served/${k}.py`,
      content: asServed(list),
    }));
  }).flat();
}

interface Node extends DocumentSymbol {
  readonly children: Node[];
}

/** Members stand in the last symbol that has the name of their container; where there is none, at the top. */
function asServed(symbols: readonly PlainSymbol[]): DocumentSymbol[] {
  const top: Node[] = [];
  const byName = new Map<string, Node>();
  for (const { name, kind, container, line, column } of symbols) {
    const number = SYMBOL_KINDS.indexOf(kind) + 1;
    const node: Node = {
      name,
      kind: number > PROTOCOL_KINDS ? VARIABLE : number,
      selectionRange: { start: { line, character: column } },
      children: [],
    };
    const parent = container === undefined ? undefined : byName.get(container);
    (parent?.children ?? top).push(node);
    byName.set(name, node);
  }
  return top;
}

/** What an index has of such a list. */
export function flattened(list: readonly DocumentSymbol[], container?: string): PlainSymbol[] {
  return list.flatMap(({ name, kind, selectionRange: { start }, children = [] }) => [
    {
      name,
      kind: SYMBOL_KINDS[kind - 1] as PlainSymbol['kind'],
      ...(container === undefined ? {} : { container }),
      line: start.line,
      column: start.character,
    },
    ...flattened(children, name),
  ]);
}
