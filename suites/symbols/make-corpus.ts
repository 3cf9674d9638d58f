/** Prints the corpus as JSON: the symbols of the fixture set `symbol-sources`, file after file, the last one cut, and the queries. */

import { loadSet } from '@pairbench/fixtures';
import { type Extraction, loadExtraction } from './addon.ts';
import { type Kept, type Row, SYMBOLS } from './corpus.ts';
import { makeQueries } from './queries.ts';

/** Files with an error of the parser, and those without symbols, are passed over. */
function filesWithSymbols({ extract, languageOf }: Extraction): Kept['files'] {
  const files: (readonly [string, readonly Row[]])[] = [];
  let missing = SYMBOLS;
  for (const fixture of loadSet('symbol-sources')) {
    const language = languageOf(fixture.id);
    if (fixture.kind !== 'text' || language === undefined) continue;
    const extracted = extract(fixture.text, language);
    if ('problem' in extracted || extracted.symbols.length === 0) continue;
    const rows = extracted.symbols
      .slice(0, missing)
      .map(({ name, kind, container, line, column }): Row => [name, kind, container ?? null, line, column]);
    files.push([fixture.id, rows]);
    missing -= rows.length;
    if (missing === 0) return files;
  }
  throw new Error(`the sources have ${SYMBOLS - missing} symbols, ${SYMBOLS} are wanted`);
}

const files = filesWithSymbols(await loadExtraction());
const queries = makeQueries(files.flatMap(([, rows]) => rows.map(([name]) => name)));
process.stdout.write(JSON.stringify({ files, queries } satisfies Kept));
