/** What the cases call of an engine or a peer, and how an answer is made one number that can be checked at every call. */

import { hash } from 'node:crypto';
import type { Hit, SymbolIndex, SymbolsEngine } from '@pairbench/symbols/contract';
import type { SymbolFile } from './corpus.ts';
import type { Answer } from './recorded.ts';

/** Finds names; in which order is its own affair. */
export type Search = (text: string) => readonly string[];

export type Engine = Partial<SymbolsEngine> & {
  /** A peer that searches a list of names, which it may prepare. */
  searchNames?(names: readonly string[]): Search;
  /** A peer that only holds the symbols. Returns how many. */
  holdSymbols?(files: readonly SymbolFile[]): number;
};

export const LIMIT = 50;

/** An index of these files. */
export function filled(engine: Engine, files: readonly SymbolFile[]): SymbolIndex {
  const index = opened(engine);
  for (const { path, symbols } of files) index.updateFile(path, symbols);
  return index;
}

export function opened(engine: Engine, path?: string): SymbolIndex {
  if (engine.openSymbolIndex === undefined) throw new Error('this peer has no index');
  return engine.openSymbolIndex(path === undefined ? {} : { path });
}

/** Takes something of every hit; the order counts. Under a microsecond for fifty. */
export function mixOf(hits: readonly Hit[]): number {
  let mix = hits.length;
  for (const { score, line, column, name, positions } of hits)
    mix = (Math.imul(mix, 31) + score + 7 * line + 5 * column + 3 * name.length + positions.length) | 0;
  return mix;
}

/** Of every field of every hit. */
export function hashOf(hits: readonly Hit[]): string {
  const rows = hits.map((hit) => [
    hit.name,
    hit.kind,
    hit.container ?? null,
    hit.file,
    hit.line,
    hit.column,
    hit.score,
    hit.positions,
  ]);
  return hash('sha256', JSON.stringify(rows)).slice(0, 16);
}

export const answerOf = (hits: readonly Hit[]): Answer => [mixOf(hits), hashOf(hits)];

/** What is wrong with the hits; undefined where nothing is. */
export function wrongHits(text: string, hits: readonly Hit[], [mix, sha256]: Answer): string | undefined {
  if (mixOf(hits) === mix && hashOf(hits) === sha256) return undefined;
  const [first] = hits;
  const what =
    first === undefined ? 'none' : `${hits.length}, first ${first.name} with ${first.score} points`;
  return `${text}: not the hits of the naive ranking: ${what}`;
}
