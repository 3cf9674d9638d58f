/** The sources that are compared: those of the fixture set `symbol-sources` that parse. */

import { loadSet } from '@pairbench/fixtures';
import { type Extraction, loadExtraction } from '../addon.ts';
import { type Comparison, compare } from './compare.ts';

/** Of the compiler itself the tree takes minutes. */
const MAX_BYTES = 4_000_000;

export interface Compared extends Comparison {
  /** package/path */
  readonly id: string;
  readonly text: string;
}

/** One of `every` files, the first of them included. */
export async function* comparisons(every = 1): AsyncGenerator<Compared> {
  const extraction = await loadExtraction();
  const files = loadSet('symbol-sources').filter(({ bytes }) => bytes < MAX_BYTES);
  for (const [at, fixture] of files.entries()) {
    if (at % every !== 0 || fixture.kind !== 'text') continue;
    const compared = comparisonOf(extraction, fixture.id, fixture.text);
    if (compared !== undefined) yield { id: fixture.id, text: fixture.text, ...compared };
  }
}

/** Undefined where the source does not parse. */
function comparisonOf({ extract, languageOf }: Extraction, id: string, text: string): Comparison | undefined {
  const language = languageOf(id);
  if (language === undefined) return undefined;
  const extracted = extract(text, language);
  return 'problem' in extracted ? undefined : compare(id, text, extracted.symbols);
}
