/** oxc-parser, and how its tree comes to JavaScript. */

import { createRequire } from 'node:module';
import type * as oxc from 'oxc-parser';
import { SymbolsError } from '../contract.ts';

type Parser = Pick<typeof oxc, 'parseSync' | 'rawTransferSupported'>;
/** The option is not among the typed ones while it is experimental. */
type RawOptions = oxc.ParserOptions & { experimentalRawTransfer?: boolean };
let parser: Parser | undefined;

/**
 * Up to here, UTF-16 code units, the tree is read out of memory that Rust has written (five times as fast as out of JSON): a tree that
 * outgrows these 2 GiB would end the process.
 */
const MAX_RAW_LENGTH = 4_000_000;
/** Address space for that memory, 6 GiB, may be refused. */
let isRawRefused = false;

/** Loaded at the first source: an index of other languages does without. */
function loadParser(): Parser {
  if (parser !== undefined) return parser;
  try {
    parser = createRequire(import.meta.url)('oxc-parser') as Parser;
    return parser;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SymbolsError('ERR_INTERNAL', `oxc-parser, which reads sources, cannot be loaded: ${why}`, {
      cause,
    });
  }
}

/** @throws SymbolsError `ERR_INTERNAL` where the parser cannot be loaded */
export function parseWith(source: string, options: oxc.ParserOptions): oxc.ParseResult {
  const { parseSync, rawTransferSupported } = loadParser();
  const all: oxc.ParserOptions = { ...options, astType: 'ts', preserveParens: false };
  const raw: RawOptions = { ...all, experimentalRawTransfer: true };
  if (source.length > MAX_RAW_LENGTH || isRawRefused || !rawTransferSupported())
    return parseSync('', source, all);
  try {
    return parseSync('', source, raw);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    isRawRefused = true;
    return parseSync('', source, all);
  }
}
