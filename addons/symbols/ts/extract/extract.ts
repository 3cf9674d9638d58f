/** Symbols of TypeScript and JavaScript sources, by the rules of README.md. The twin of src/extract. */

import type * as oxc from 'oxc-parser';
import type { Problem } from '../contract.ts';
import type { CheckedSymbol, Language } from '../core.ts';
import { isTooDeep } from './depth.ts';
import { parseWith } from './parser.ts';
import { placed, placeOf } from './places.ts';
import { Walk } from './walk.ts';

const OPTIONS: Readonly<Record<Language, oxc.ParserOptions>> = {
  ts: { lang: 'ts', sourceType: 'module' },
  tsx: { lang: 'tsx', sourceType: 'module' },
  // What has no import and no export is a script: `with` and octal numbers are allowed in it.
  js: { lang: 'jsx', sourceType: 'unambiguous' },
  jsx: { lang: 'jsx', sourceType: 'unambiguous' },
  dts: { lang: 'dts', sourceType: 'module' },
};

export type Extraction = { readonly symbols: readonly CheckedSymbol[] } | { readonly problem: Problem };

/**
 * The symbols in the order of the source; nothing is taken from a source with an error.
 * @throws SymbolsError `ERR_INTERNAL` where the parser cannot be loaded
 */
export function extract(source: string, language: Language): Extraction {
  const skipped = source.startsWith('\ufeff') ? 1 : 0;
  const body = source.slice(skipped).toWellFormed();
  if (isTooDeep(body)) return { problem: { message: 'it is nested too deeply', line: 0, column: 0 } };
  const parsed = parse(body, OPTIONS[language]);
  const error = errorOf(parsed);
  if (error !== undefined) {
    const place = placeOf(source, (error.labels[0]?.start ?? 0) + skipped);
    return { problem: { message: error.message, ...place } };
  }
  const walk = new Walk(body);
  walk.statements(parsed.program.body, undefined, 'top');
  return { symbols: placed(source, skipped, walk.entries) };
}

function parse(source: string, options: oxc.ParserOptions): oxc.ParseResult {
  const parsed = parseWith(source, options);
  // A module may have no import and no export, and yet wait at its top.
  if (options.sourceType !== 'unambiguous' || errorOf(parsed) === undefined || !source.includes('await'))
    return parsed;
  const asModule = parseWith(source, { ...options, sourceType: 'module' });
  return errorOf(asModule) === undefined ? asModule : parsed;
}

const errorOf = ({ errors }: oxc.ParseResult): oxc.OxcError | undefined =>
  errors.find(({ severity }) => severity === 'Error');
