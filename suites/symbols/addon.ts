/** Parts of the addon that no user sees, for what is made once: the extraction of the corpus, and the oracle. */

import type { Hit, PlainSymbol, QueryOptions } from '@pairbench/symbols/contract';

const CONTRACT = import.meta.resolve('@pairbench/symbols/contract');

/** A symbol as the extraction gives it; kinds are 1 to 27. */
export interface ExtractedSymbol {
  readonly name: string;
  readonly kind: number;
  readonly container?: string | undefined;
  readonly line: number;
  readonly column: number;
}

export interface Extraction {
  extract(
    source: string,
    language: string,
  ): { readonly symbols: readonly ExtractedSymbol[] } | { readonly problem: { readonly message: string } };
  /** Undefined where the ending of the path is not built in. */
  languageOf(path: string): string | undefined;
}

/** The naive ranking, which scores every name in full. */
export interface Oracle {
  query(text: string, options?: QueryOptions): Hit[];
}

type OracleClass = new (files: Iterable<readonly [path: string, symbols: readonly PlainSymbol[]]>) => Oracle;

const part = <T>(file: string): Promise<T> => import(new URL(file, CONTRACT).href) as Promise<T>;

export async function loadExtraction(): Promise<Extraction> {
  const { extract } = await part<Pick<Extraction, 'extract'>>('./extract/extract.ts');
  const { languageOf } = await part<Pick<Extraction, 'languageOf'>>('./languages.ts');
  return { extract, languageOf };
}

export async function loadOracle(): Promise<OracleClass> {
  return (await part<{ Oracle: OracleClass }>('./testing/oracle.ts')).Oracle;
}
