/** Symbols as callers give them, checked and made one list: plain ones, and both shapes of a language server's answer. */

import { checkKind, checkText, outOfRange, wrongType } from './arguments.ts';
import { SymbolsError } from './contract.ts';
import type { CheckedSymbol } from './core.ts';

/** Most symbols of one file, children among them. */
export const MAX_FILE_SYMBOLS = 2 ** 24;

/** Lines and columns are below this. */
const NUMBER_END = 2 ** 32 - 1;
/** Kinds that the protocol numbers. */
const PROTOCOL_KINDS = 26;

type Given = Readonly<Record<string, unknown>>;

/** A list of symbols that is being read, and where. */
interface Level {
  readonly list: readonly unknown[];
  /** How the list is called in a message. */
  readonly name: string;
  /** What its symbols are members of. */
  readonly container: string | undefined;
  next: number;
}

/**
 * In the order given, children directly behind their parents. Each property is read once.
 * @throws SymbolsError `ERR_INVALID_ARG_TYPE`, `ERR_OUT_OF_RANGE`, `ERR_TOO_LARGE`
 */
export function checkSymbols(name: string, given: readonly unknown[]): CheckedSymbol[] {
  const symbols: CheckedSymbol[] = [];
  // Not by recursion: a caller's nesting must not decide how deep our stack is.
  const levels: Level[] = [{ list: given, name, container: undefined, next: 0 }];
  const open = new Set<readonly unknown[]>([given]);
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    if (level.next >= level.list.length) {
      levels.pop();
      open.delete(level.list);
      continue;
    }
    const index = level.next++;
    const symbolName = `${level.name}[${index}]`;
    const { symbol, children } = checkSymbol(symbolName, level.list[index], level.container);
    if (symbols.length === MAX_FILE_SYMBOLS) {
      throw new SymbolsError('ERR_TOO_LARGE', `${name} has more than ${MAX_FILE_SYMBOLS} symbols`);
    }
    symbols.push(symbol);
    if (children === undefined) continue;
    const childrenName = `${symbolName}.children`;
    if (!Array.isArray(children)) throw wrongType(childrenName, 'an array', children);
    if (open.has(children)) throw outOfRange(`${childrenName} must not contain themselves`);
    open.add(children);
    levels.push({ list: children, name: childrenName, container: symbol.name, next: 0 });
  }
  return symbols;
}

function checkSymbol(
  name: string,
  given: unknown,
  parent: string | undefined,
): { symbol: CheckedSymbol; children?: unknown } {
  const symbol = checkObject(name, given);
  const { selectionRange, location } = symbol;
  if (selectionRange !== undefined) {
    const { children } = symbol;
    const range = checkObject(`${name}.selectionRange`, selectionRange);
    return {
      symbol: fromProtocol(name, symbol, `${name}.selectionRange.start`, range.start, parent),
      children: children ?? undefined,
    };
  }
  if (location !== undefined) {
    const { range } = checkObject(`${name}.location`, location);
    const { start } = checkObject(`${name}.location.range`, range);
    const container = checkContainer(`${name}.containerName`, symbol.containerName);
    return { symbol: fromProtocol(name, symbol, `${name}.location.range.start`, start, container) };
  }
  return {
    symbol: {
      name: checkName(`${name}.name`, symbol.name),
      kind: checkKind(`${name}.kind`, symbol.kind),
      container: checkContainer(`${name}.container`, symbol.container),
      line: checkNumber(`${name}.line`, symbol.line),
      column: checkNumber(`${name}.column`, symbol.column),
    },
  };
}

function fromProtocol(
  name: string,
  symbol: Given,
  startName: string,
  start: unknown,
  container: string | undefined,
): CheckedSymbol {
  const { line, character } = checkObject(startName, start);
  return {
    name: checkName(`${name}.name`, symbol.name),
    kind: checkProtocolKind(`${name}.kind`, symbol.kind),
    container,
    line: checkNumber(`${startName}.line`, line),
    column: checkNumber(`${startName}.character`, character),
  };
}

function checkObject(name: string, value: unknown): Given {
  if (typeof value !== 'object' || value === null) throw wrongType(name, 'an object', value);
  return value as Given;
}

function checkName(name: string, value: unknown): string {
  const text = checkText(name, value);
  if (text === '') throw outOfRange(`${name} must not be empty`);
  return text;
}

/** Servers write no container as nothing, as null, or as an empty name. */
function checkContainer(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return checkText(name, value) || undefined;
}

function checkProtocolKind(name: string, kind: unknown): number {
  if (typeof kind !== 'number') throw wrongType(name, 'a number', kind);
  if (Number.isInteger(kind) && kind >= 1 && kind <= PROTOCOL_KINDS) return kind;
  throw outOfRange(`${name} must be an integer from 1 to ${PROTOCOL_KINDS}, got ${kind}`);
}

function checkNumber(name: string, value: unknown): number {
  if (typeof value !== 'number') throw wrongType(name, 'a number', value);
  // Minus zero is kept as zero.
  if (Number.isInteger(value) && value >= 0 && value < NUMBER_END) return value + 0;
  throw outOfRange(`${name} must be an integer from 0 to ${NUMBER_END - 1}, got ${value}`);
}
