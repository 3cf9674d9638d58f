/** What a user types, made of the names of an index: seeded, so that the same names give the same queries. */

import type { SymbolKind } from '@pairbench/symbols/contract';
import { below, type Random, seededRandom } from '../../fixtures/random.ts';

export interface Query {
  readonly text: string;
  /** How it was made: `prefix`, `initials`. */
  readonly class: string;
  readonly kinds?: readonly SymbolKind[];
}

/** Queries of each class among the thousand of the mix. */
export const SHARES = {
  short: 200,
  prefix: 200,
  initials: 150,
  part: 150,
  gaps: 110,
  exact: 60,
  exchanged: 70,
  nothing: 60,
} as const;

const SEED = 20261123;
const TYPED_NAMES = 64;
const WITH_KINDS = 200;
const WITHOUT_MATCH = 100;
const KINDS: readonly (readonly SymbolKind[])[] = [
  ['class', 'interface'],
  ['function', 'method'],
  ['type', 'interface', 'enum'],
  ['variable', 'constant'],
];

export interface QuerySets {
  /** In an order in which every stretch is a mix too. */
  readonly mix: readonly Query[];
  /** Each letter that occurs in a name, folded. */
  readonly letters: readonly Query[];
  /** One name after the other, each a letter longer than the one before. */
  readonly typing: readonly Query[];
  readonly kinds: readonly Query[];
  readonly nothing: readonly Query[];
}

/** @param names of all symbols: a name of many is drawn more often */
export function makeQueries(names: readonly string[]): QuerySets {
  const random = seededRandom(SEED);
  const unique = [...new Set(names)];
  const plain = names.filter((name) => /^[A-Za-z_$][\w$]*$/.test(name));
  const draw = () => plain[below(plain.length, random)] as string;
  const folded = unique.map((name) => name.toLowerCase());
  const masked = folded.map((name) => ({ name, mask: maskOf(name) }));
  const makers: Readonly<Record<Exclude<keyof typeof SHARES, 'short'>, () => string | undefined>> = {
    prefix: () => prefixOf(draw(), random),
    initials: () => initialsOf(draw(), random),
    part: () => partOf(draw(), random),
    gaps: () => withGaps(draw(), random),
    exact: () => longName(draw()),
    exchanged: () => exchanged(draw(), random),
    nothing: () => unmatched(draw(), draw(), masked, random),
  };
  const letters = lettersOf(folded).map((text) => ({ text, class: 'letter' }));
  const seen = new Set<string>();
  const classOf = (name: keyof typeof makers, count: number) =>
    distinct(count, seen, makers[name]).map((text): Query => ({ text, class: name }));
  const single = letters.filter(({ text }) => /[a-z0-9_$]/.test(text));
  for (const { text } of single) seen.add(text);
  const pairs = distinct(SHARES.short - single.length, seen, () => pairOf(draw(), random));
  const { short: _, ...others } = SHARES;
  const mix = [
    ...single,
    ...pairs.map((text) => ({ text, class: 'pair' })),
    ...Object.entries(others).flatMap(([name, count]) => classOf(name as keyof typeof makers, count)),
  ];
  return {
    mix: shuffled(mix, random),
    letters,
    typing: distinct(TYPED_NAMES, new Set(), () => longName(draw())).flatMap(typed),
    kinds: shuffled(mix, random)
      .slice(0, WITH_KINDS)
      .map((query, i) => ({ ...query, kinds: KINDS[i % KINDS.length] as readonly SymbolKind[] })),
    nothing: classOf('nothing', WITHOUT_MATCH),
  };
}

function distinct(count: number, seen: Set<string>, make: () => string | undefined): string[] {
  const made: string[] = [];
  while (made.length < count) {
    const text = make();
    if (text === undefined || seen.has(text)) continue;
    seen.add(text);
    made.push(text);
  }
  return made;
}

const half = (random: Random): boolean => below(2, random) === 0;
const asTyped = (text: string, random: Random): string => (half(random) ? text : text.toLowerCase());
const wordsOf = (name: string): string[] => name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [];
const longName = (name: string): string | undefined =>
  name.length >= 6 && name.length <= 24 ? name : undefined;

function lettersOf(folded: readonly string[]): string[] {
  const found = new Set(folded.flatMap((name) => [...name]));
  return [...found].filter((letter) => !/\s/.test(letter)).sort();
}

/** How names begin, or the initials of their first two words. */
function pairOf(name: string, random: Random): string | undefined {
  const [one = '', other = ''] = wordsOf(name);
  const pair = half(random) && other !== '' ? `${one[0]}${other[0]}` : name.slice(0, 2);
  return pair.length === 2 ? asTyped(pair, random) : undefined;
}

function prefixOf(name: string, random: Random): string | undefined {
  if (name.length < 5) return undefined;
  return asTyped(name.slice(0, 3 + below(Math.min(6, name.length - 3), random)), random);
}

function initialsOf(name: string, random: Random): string | undefined {
  const words = wordsOf(name);
  if (words.length < 3) return undefined;
  return asTyped(words.map((word) => word[0]).join(''), random);
}

function partOf(name: string, random: Random): string | undefined {
  if (name.length < 6) return undefined;
  const length = 3 + below(4, random);
  const start = 1 + below(Math.max(1, name.length - length - 1), random);
  const part = name.slice(start, start + length);
  return part.length < 3 ? undefined : asTyped(part, random);
}

/** The first letters of every word, in a name of one word the first and the consonants. */
function withGaps(name: string, random: Random): string | undefined {
  const words = wordsOf(name);
  const text =
    words.length > 1
      ? words.map((word) => word.slice(0, 1 + below(4, random))).join('')
      : name.slice(0, 1) + name.slice(1).replace(/[aeiou]/g, '');
  return text.length >= 4 && text.length < name.length ? asTyped(text, random) : undefined;
}

/** The beginning of a name with two neighbouring letters in the wrong order. */
function exchanged(name: string, random: Random): string | undefined {
  const text = name.slice(0, 4 + below(9, random)).toLowerCase();
  const at = below(text.length - 1, random);
  const [one, other] = [text[at], text[at + 1]];
  if (text.length < 4 || one === other) return undefined;
  return `${text.slice(0, at)}${other}${one}${text.slice(at + 2)}`;
}

interface Masked {
  readonly name: string;
  readonly mask: number;
}

/** Which letters occur: most names are told apart by that alone. */
function maskOf(folded: string): number {
  let mask = 0;
  for (let at = 0; at < folded.length; at++) mask |= 1 << (folded.charCodeAt(at) & 31);
  return mask;
}

/** Words of two names, a name with a letter too many, or letters at random. */
function unmatched(
  name: string,
  other: string,
  names: readonly Masked[],
  random: Random,
): string | undefined {
  const letter = () => String.fromCharCode(97 + below(26, random));
  const kind = below(3, random);
  const text =
    kind === 0
      ? `${wordsOf(name)[0] ?? ''}${wordsOf(other).at(-1) ?? ''}${letter()}`
      : kind === 1
        ? `${name.slice(0, 12)}${letter()}${letter()}`
        : Array.from({ length: 4 + below(6, random) }, letter).join('');
  const folded = text.toLowerCase();
  const mask = maskOf(folded);
  const isFound = names.some((one) => (one.mask & mask) === mask && isMatch(folded, one.name));
  return text.length < 4 || isFound ? undefined : asTyped(text, random);
}

/** In order, as it is or with one pair of neighbours exchanged. Both are folded. */
function isMatch(text: string, name: string): boolean {
  if (isInOrder(text, name)) return true;
  for (let at = 0; at + 1 < text.length; at++) {
    const swapped = `${text.slice(0, at)}${text[at + 1]}${text[at]}${text.slice(at + 2)}`;
    if (isInOrder(swapped, name)) return true;
  }
  return false;
}

function isInOrder(text: string, name: string): boolean {
  let at = -1;
  for (const letter of text) {
    at = name.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return true;
}

const typed = (name: string): Query[] =>
  Array.from(name, (_, i) => ({ text: name.slice(0, i + 1), class: 'typing' }));

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const result = [...list];
  for (let last = result.length - 1; last > 0; last--) {
    const other = below(last + 1, random);
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
