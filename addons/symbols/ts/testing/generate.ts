/** Names, queries and files that follow from a seed: realistic ones, and such as are made to go wrong. */

import type { Random } from '@pairbench/testing';
import { MAX_QUERY_LETTERS, type PlainSymbol, SYMBOL_KINDS } from '../contract.ts';

const WORDS = [
  ...[
    'get',
    'set',
    'is',
    'on',
    'to',
    'parse',
    'read',
    'write',
    'http',
    'request',
    'response',
    'file',
    'path',
  ],
  ...[
    'index',
    'symbol',
    'name',
    'node',
    'list',
    'map',
    'type',
    'user',
    'account',
    'stream',
    'buffer',
    'error',
  ],
  ...['handle', 'event', 'listener', 'create', 'update', 'remove', 'render', 'component', 'state', 'option'],
] as const;

/** Few letters make many ways, ties and exchanges. */
const FEW_LETTERS = [...'aabbAB_1'];

/** Letters that fold, do not fold, take two code units, or no place at all. */
const ODD_LETTERS = [
  ...'éÉèıİiIßẞſÅåΣσςЖжǅǆﬁ\u00e0\u0301\u0323\u0344\u0374\u037e\u1fef\u212a\u212b\u1e00\u023a\u10a0\u13a0',
  ...'中文字한글ａ😀𝒳𐐀ab_1A$-\u0000\u007f\u00a0\u2028\ufeff\uffff\ud83d\udc4d',
];

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function times(random: Random, least: number, most: number): number[] {
  return Array.from({ length: random.between(least, most) }, (_, index) => index);
}

function realisticName(random: Random, mostWords = 4): string {
  const words = times(random, 1, mostWords).map(() =>
    random.chance(0.1) ? `${random.below(100)}` : random.pick(WORDS),
  );
  switch (random.below(8)) {
    case 0:
      return words.map(capital).join('');
    case 1:
      return words.join('_');
    case 2:
      return words.join('_').toUpperCase();
    case 3:
      return words.map((word) => (random.chance(0.4) ? word.toUpperCase() : capital(word))).join('');
    case 4:
      return `${random.pick(['_', '$', '#', '__'])}${words.join('-')}`;
    default:
      return words.map((word, index) => (index === 0 ? word : capital(word))).join('');
  }
}

export function anyName(random: Random): string {
  switch (random.below(10)) {
    case 0:
    case 1:
      return times(random, 1, 12)
        .map(() => random.pick(FEW_LETTERS))
        .join('');
    case 2:
      return times(random, 1, 8)
        .map(() => random.pick(ODD_LETTERS))
        .join('');
    case 3:
      // Around 32 and 63 letters engines change their ways.
      return times(random, 30, random.chance(0.2) ? 300 : 70)
        .map(() => random.pick(FEW_LETTERS))
        .join('');
    case 4:
      return realisticName(random) + random.pick(ODD_LETTERS) + realisticName(random);
    case 5:
      return realisticName(random, 12);
    default:
      return realisticName(random);
  }
}

/** Of a name, or of none. */
export function anyQuery(random: Random, names: readonly string[]): string {
  const letters = [...random.pick(names)].slice(0, MAX_QUERY_LETTERS);
  switch (random.below(12)) {
    case 0:
      return letters.slice(0, random.between(0, 6)).join('');
    case 1:
      return letters.join('');
    case 2:
      return times(random, 0, 5)
        .map(() => random.pick(random.chance(0.5) ? FEW_LETTERS : ODD_LETTERS))
        .join('');
    case 3:
      return letters.filter((letter, index) => index === 0 || letter !== letter.toLowerCase()).join('');
    case 4:
    case 5:
      return exchanged(random, letters.filter(() => random.chance(0.5)).slice(0, 12)).join('');
    case 6:
      return times(random, 1, 2)
        .map(() => random.pick(letters))
        .join('');
    case 7:
      return exchanged(random, letters.slice(0, 9)).join('').toLowerCase();
    case 8:
      return letters.map((letter) => (random.chance(0.1) ? `${letter} \t` : letter)).join('');
    case 9:
      return letters
        .filter(() => random.chance(0.4))
        .join('')
        .toUpperCase();
    default:
      return letters
        .filter(() => random.chance(0.6))
        .slice(0, 10)
        .join('')
        .toLowerCase();
  }
}

function exchanged(random: Random, letters: readonly string[]): readonly string[] {
  if (letters.length < 2) return letters;
  const pair = random.below(letters.length - 1);
  return letters.with(pair, letters[pair + 1] as string).with(pair + 1, letters[pair] as string);
}

/** Names that occur before occur again. */
export function anySymbol(random: Random, names: string[]): PlainSymbol {
  const name = names.length > 0 && random.chance(0.3) ? random.pick(names) : anyName(random);
  names.push(name);
  return {
    name,
    kind: random.pick(SYMBOL_KINDS),
    ...(random.chance(0.4) ? { container: random.chance(0.5) ? random.pick(names) : anyName(random) } : {}),
    line: random.below(random.chance(0.1) ? 2 ** 32 - 1 : 5),
    column: random.below(4),
  };
}

export function anySymbols(random: Random, most: number, names: string[]): PlainSymbol[] {
  return times(random, 0, most).map(() => anySymbol(random, names));
}

/** Paths that are alike, and whose order by code units is not that by code points. */
export function anyPath(random: Random): string {
  return `${random.pick(['src/', 'src', '', '\uffff/', '😀/', 'é/', 'e\u0301/'])}${random.pick(['a', 'b', 'index', 'A'])}${random.pick(['.ts', '.py', ''])}`;
}
