/**
 * The naive oracle: scores every name in full by the README's words, sorts every symbol, and then cuts. It shares nothing with the
 * engines but the contract.
 */

import { DEFAULT_LIMIT, type Hit, type PlainSymbol, type QueryOptions } from '../contract.ts';

/** A name, letter by letter (code points). */
interface Spelled {
  readonly text: string;
  readonly letters: readonly number[];
  /** `undefined` where the letter has no fold. */
  readonly folds: readonly (number | undefined)[];
  readonly startsWord: readonly boolean[];
  readonly hasFold: ReadonlySet<number | undefined>;
}

interface Placed {
  readonly score: number;
  /** In letters, ascending. */
  readonly places: readonly number[];
}

interface Entry {
  readonly symbol: PlainSymbol;
  readonly file: string;
  /** In its file. */
  readonly order: number;
}

interface Letter {
  readonly letter: number;
  readonly fold: number;
}

type WordClass = 'upper' | 'digit' | 'other' | 'lower';

/** Symbols of many files, by path. A query costs about a microsecond a name, and the sort of all that match. */
export class Oracle {
  readonly #entriesByName = new Map<string, Entry[]>();
  readonly #names: Spelled[] = [];

  constructor(files: Iterable<readonly [path: string, symbols: readonly PlainSymbol[]]>) {
    for (const [path, symbols] of files) {
      for (const [order, symbol] of symbols.entries()) {
        const name = symbol.name.toWellFormed();
        const entry = { symbol, file: path.toWellFormed(), order };
        const entries = this.#entriesByName.get(name);
        if (entries !== undefined) {
          entries.push(entry);
          continue;
        }
        this.#entriesByName.set(name, [entry]);
        this.#names.push(spell(name));
      }
    }
  }

  query(text: string, { limit = DEFAULT_LIMIT, kinds }: QueryOptions = {}): Hit[] {
    const query = queryLetters(text);
    const found: { name: Spelled; placed: Placed; entry: Entry }[] = [];
    for (const name of this.#names) {
      const placed = place(query, name);
      if (placed === undefined) continue;
      for (const entry of this.#entriesByName.get(name.text) ?? []) {
        if (kinds === undefined || kinds.includes(entry.symbol.kind)) found.push({ name, placed, entry });
      }
    }
    found.sort(
      (one, other) =>
        other.placed.score - one.placed.score ||
        one.name.text.length - other.name.text.length ||
        compareByCodePoints(one.name.text, other.name.text) ||
        compareByCodePoints(one.entry.file, other.entry.file) ||
        one.entry.symbol.line - other.entry.symbol.line ||
        one.entry.symbol.column - other.entry.symbol.column ||
        one.entry.order - other.entry.order,
    );
    return found.slice(0, limit).map(({ name, placed, entry: { symbol, file } }) => ({
      name: name.text,
      kind: symbol.kind,
      container: symbol.container?.toWellFormed() || undefined,
      file,
      line: symbol.line,
      column: symbol.column,
      score: placed.score,
      positions: unitsOf(name, placed.places),
    }));
  }
}

export function compareByCodePoints(one: string, other: string): number {
  if (one === other) return 0;
  let at = 0;
  while (at < one.length && one.codePointAt(at) === other.codePointAt(at)) at++;
  return (one.codePointAt(at) ?? -1) - (other.codePointAt(at) ?? -1);
}

/** Letters to UTF-16 code units. */
function unitsOf(name: Spelled, places: readonly number[]): number[] {
  const wanted = new Set(places);
  const units: number[] = [];
  let unit = 0;
  for (const [at, letter] of name.letters.entries()) {
    const size = letter > 0xffff ? 2 : 1;
    if (wanted.has(at)) for (let index = 0; index < size; index++) units.push(unit + index);
    unit += size;
  }
  return units;
}

const WHITE_SPACE = new Set([0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0xa0]);

export function queryLetters(text: string): Letter[] {
  const letters: Letter[] = [];
  for (const letter of codePoints(text)) {
    const fold = WHITE_SPACE.has(letter) ? undefined : foldOf(letter);
    if (fold !== undefined) letters.push({ letter, fold });
  }
  return letters;
}

function codePoints(text: string): number[] {
  return Array.from(text.toWellFormed(), (letter) => letter.codePointAt(0) as number);
}

const foldByLetter = new Map<number, number | undefined>();

/** Two letters are the same when this is equal. */
export function foldOf(letter: number): number | undefined {
  if (foldByLetter.has(letter)) return foldByLetter.get(letter);
  const fold = computeFold(letter);
  foldByLetter.set(letter, fold);
  return fold;
}

function computeFold(letter: number): number | undefined {
  if (letter >= 0x300 && letter <= 0x36f) return undefined;
  if (letter >= 0x2000) return letter;
  const [first = ''] = String.fromCodePoint(letter).normalize('NFD');
  const lower = Array.from(first.toLowerCase(), (one) => one.codePointAt(0) as number);
  const [only = 0] = lower;
  return lower.length === 1 && only < 0x2000 ? only : first.codePointAt(0);
}

function wordClassOf(letter: number): WordClass {
  const text = String.fromCodePoint(letter);
  if (letter < 0x80) {
    if (text >= 'A' && text <= 'Z') return 'upper';
    if (text >= '0' && text <= '9') return 'digit';
    return text >= 'a' && text <= 'z' ? 'lower' : 'other';
  }
  const lower = Array.from(text.toLowerCase());
  return letter < 0x2000 && lower.length === 1 && lower[0] !== text ? 'upper' : 'lower';
}

function startsWord(classes: readonly WordClass[], at: number): boolean {
  const before = classes[at - 1];
  switch (classes[at]) {
    case 'upper':
      return before !== 'upper' || classes[at + 1] === 'lower';
    case 'digit':
      return before !== 'digit';
    case 'lower':
      return before === undefined || before === 'other' || before === 'digit';
    default:
      return before === undefined;
  }
}

function spell(text: string): Spelled {
  const letters = codePoints(text);
  const classes = letters.map(wordClassOf);
  const folds = letters.map(foldOf);
  return {
    text,
    letters,
    folds,
    hasFold: new Set(folds),
    startsWord: letters.map((_, at) => startsWord(classes, at)),
  };
}

/** The best way to place a query in a name, in order or with a pair of neighbours exchanged. */
function place(query: readonly Letter[], name: Spelled): Placed | undefined {
  if (query.length === 0) return { score: 0, places: [] };
  // In no order does it match then. Most names are done here.
  if (!query.every(({ fold }) => name.hasFold.has(fold))) return undefined;
  const inOrder = placeInOrder(query, name);
  if (inOrder !== undefined || query.length < 3) return inOrder;
  let best: Placed | undefined;
  for (let pair = 0; pair + 1 < query.length; pair++) {
    const [one, other] = [query[pair] as Letter, query[pair + 1] as Letter];
    if (one.fold === other.fold) continue;
    const placed = placeInOrder(query.with(pair, other).with(pair + 1, one), name);
    if (placed === undefined || placed.score - 9 <= (best?.score ?? Number.NEGATIVE_INFINITY)) continue;
    best = { score: placed.score - 9, places: placed.places };
  }
  return best;
}

function isInOrder(query: readonly Letter[], { folds }: Spelled): boolean {
  let found = 0;
  for (const fold of folds) {
    if (found < query.length && fold === (query[found] as Letter).fold) found++;
  }
  return found === query.length;
}

function placeInOrder(query: readonly Letter[], name: Spelled): Placed | undefined {
  // The full scoring would find no way either.
  if (!isInOrder(query, name)) return undefined;
  const { letters, folds } = name;
  /** By letter of the query, then by place: the best way to place it there with all before it, and where the one before it is. */
  const rows: ({ score: number; before: number } | undefined)[][] = [];
  for (const [index, { letter, fold }] of query.entries()) {
    const row: (typeof rows)[number] = letters.map(() => undefined);
    for (let at = 0; at < letters.length; at++) {
      if (folds[at] !== fold) continue;
      const own = 16 + (letters[at] === letter ? 1 : 0);
      if (index === 0) {
        row[at] = { score: own + startPoints(name, at), before: -1 };
        continue;
      }
      for (let before = 0; before < at; before++) {
        const way = rows[index - 1]?.[before];
        if (way === undefined) continue;
        const score = way.score + own + pointsBetween(name, before, at);
        if (score > (row[at]?.score ?? Number.NEGATIVE_INFINITY)) row[at] = { score, before };
      }
    }
    rows.push(row);
  }
  const last = rows.at(-1) ?? [];
  let at = -1;
  for (const [place, way] of last.entries()) {
    if (way !== undefined && way.score > (last[at]?.score ?? Number.NEGATIVE_INFINITY)) at = place;
  }
  const score = (last[at]?.score ?? 0) + (query.length === letters.length ? 8 : 0);
  const places: number[] = [];
  for (const row of rows.toReversed()) {
    places.unshift(at);
    at = row[at]?.before ?? -1;
  }
  return { score, places };
}

function startPoints({ startsWord }: Spelled, at: number): number {
  if (at === 0) return 10;
  return startsWord[at] ? 8 : 0;
}

/** What a letter at `at` counts for where it stands, the one before it at `before`. */
function pointsBetween(name: Spelled, before: number, at: number): number {
  const between = at - before - 1;
  const start = startPoints(name, at);
  if (between > 0) return start - (2 + Math.min(between, 6));
  return start > 0 ? start : 6;
}
