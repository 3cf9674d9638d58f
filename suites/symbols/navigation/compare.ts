/** The symbols of a source against its navigation tree, symbol by symbol: by the offset of the name. */

import { SYMBOL_KINDS, type SymbolKind } from '@pairbench/symbols/contract';
import type { ExtractedSymbol } from '../addon.ts';
import { type Added, type LeftOut, type Moved, whyAdded, whyLeftOut, whyMoved } from './classes.ts';
import { outlineOf, type Shown } from './tree.ts';

/** A symbol, where it stands. */
export interface Found extends ExtractedSymbol {
  /** UTF-16 code units */
  readonly offset: number;
}

export interface Difference<Class> {
  /** Undefined: it is of none of the known classes. */
  readonly why: Class | undefined;
  readonly name: string;
  readonly offset: number;
}

export interface Comparison {
  /** Symbols of the index. */
  readonly symbols: number;
  /** Those that both have, by both kinds. */
  readonly kinds: readonly (readonly [tree: string, index: SymbolKind])[];
  readonly leftOut: readonly Difference<LeftOut>[];
  readonly added: readonly Difference<Added>[];
  readonly moved: readonly Difference<Moved>[];
}

export function compare(id: string, text: string, symbols: readonly ExtractedSymbol[]): Comparison {
  const outline = outlineOf(id, text);
  const starts = lineStarts(text);
  const missing = new Map<number, Found>();
  for (const symbol of symbols) {
    const offset = (starts[symbol.line] ?? 0) + symbol.column;
    missing.set(offset, { ...symbol, offset });
  }
  const both = new Map<Shown, Found>();
  const shown = new Set<number>();
  const leftOut: Difference<LeftOut>[] = [];
  for (const line of outline.lines) {
    const symbol = missing.get(line.offset);
    if (symbol === undefined || !isSameName(line, symbol))
      leftOut.push({
        why: shown.has(line.offset) ? 'repeated' : whyLeftOut(line),
        name: line.text,
        offset: line.offset,
      });
    else {
      both.set(line, symbol);
      missing.delete(line.offset);
      shown.add(line.offset);
    }
  }
  return {
    symbols: symbols.length,
    kinds: [...both].map(([{ kind }, symbol]) => [kind, kindOf(symbol)] as const),
    leftOut,
    added: [...missing.values()].map((symbol) => ({ why: whyAdded(symbol, outline), ...placed(symbol) })),
    moved: movedOf(both),
  };
}

const kindOf = ({ kind }: ExtractedSymbol): SymbolKind => SYMBOL_KINDS[kind - 1] as SymbolKind;

const placed = ({ name, offset }: Found) => ({ name, offset });

/** What has no name in the tree is `default` in the index; the tree cuts long names. */
function isSameName({ text, node }: Shown, { name }: Found): boolean {
  if (node === undefined) return true;
  return text.replaceAll(/\s/g, '') === name.replaceAll(/\s/g, '') || name.startsWith(text.slice(0, 100));
}

function movedOf(both: ReadonlyMap<Shown, Found>): Difference<Moved>[] {
  const moved: Difference<Moved>[] = [];
  for (const [line, symbol] of both) {
    const container = line.container === undefined ? undefined : both.get(line.container)?.name;
    const isAtTop = line.container === undefined && symbol.container === undefined;
    if (isAtTop || (container !== undefined && container === symbol.container)) continue;
    moved.push({ why: whyMoved(line, symbol, both), ...placed(symbol) });
  }
  return moved;
}

/** Lines end as the addon's do: with LF, CRLF or CR. */
function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map(({ 0: end, index }) => index + end.length)];
}
