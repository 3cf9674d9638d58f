/** What the ending of a path says about its source. */

import type { Language } from './core.ts';

/** Longer endings come before those that they end with. */
const LANGUAGE_BY_ENDING: readonly (readonly [ending: string, language: Language])[] = [
  ['.d.ts', 'dts'],
  ['.d.mts', 'dts'],
  ['.d.cts', 'dts'],
  ['.ts', 'ts'],
  ['.mts', 'ts'],
  ['.cts', 'ts'],
  ['.tsx', 'tsx'],
  ['.js', 'js'],
  ['.mjs', 'js'],
  ['.cjs', 'js'],
  ['.jsx', 'jsx'],
];

/** The built-in language of a file, by its path's ending. */
export function languageOf(path: string): Language | undefined {
  return LANGUAGE_BY_ENDING.find(([ending]) => path.endsWith(ending))?.[1];
}
