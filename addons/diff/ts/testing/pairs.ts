/** Random pairs of texts, and calls with random options on them. All follows from the seed. */

import type { Random } from '@pairbench/testing';

export const FUNCTIONS = ['createTwoFilesPatch', 'createPatch', 'structuredPatch', 'diffLines'] as const;

/** A call of one of the functions that compare. */
export interface Call {
  readonly name: (typeof FUNCTIONS)[number];
  readonly oldText: string;
  readonly newText: string;
  readonly names: readonly [oldName: string | undefined, newName: string | undefined];
  readonly headers: readonly [oldHeader: string | undefined, newHeader: string | undefined];
  readonly options: Readonly<Record<string, unknown>> | undefined;
}

const THREE = ['a', 'b', 'c'];
const TWO = ['x', 'y'];
/** White space, breaks that are none, half characters: each has misled a splitter or a trim. */
const ODD = [
  '',
  ' ',
  '\t',
  ' a',
  'a ',
  '\u00a0a',
  'a\u3000',
  '\ufeffa',
  'a',
  'A',
  'a\rb',
  '\r',
  'a\r',
  'a\u2028b',
  '\u2029',
  '\u0085',
  'a\u0085',
  '\v',
  '\f',
  '\0',
  'a\0b',
  '\ud800',
  '\udc00a',
  '😀',
  'é',
  '--',
  '++ b',
  '-- a',
  '\\ No newline at end of file',
  '@@ -1,1 +1,1 @@',
  '__proto__',
  'constructor',
];
const FEEDS = ['\n'];
const MIXED = ['\n', '\r\n'];
const WILD = ['\n', '\n', '\r\n', '\r', '\u2028\n', '\r\r\n', '\n\r'];
const ALPHABETS = [THREE, THREE, TWO, ODD, [...THREE, ' a', 'a ', '']];
const BREAKS = [FEEDS, FEEDS, MIXED, WILD];
const NAMES = [
  'a',
  'a',
  'b',
  '',
  'a b',
  'a"b',
  'a\tb',
  'a\\b',
  'é',
  '😀',
  '\x01',
  'a\nb',
  '\ud800',
  undefined,
];
const HEADERS = [undefined, undefined, undefined, '', 'h', '2026-01-01', 'a\tb', 'é'];
const CONTEXTS = [0, 1, 2, 3, 4, 5, 6, 7, 100, Number.POSITIVE_INFINITY];
const FLAGS = ['ignoreWhitespace', 'stripTrailingCr', 'ignoreNewlineAtEof', 'oneChangePerToken'];
const HEADER_OPTIONS = [
  { includeIndex: true, includeUnderline: true, includeFileHeaders: true },
  { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
  { includeIndex: false, includeUnderline: false, includeFileHeaders: false },
  { includeIndex: false, includeUnderline: true, includeFileHeaders: false },
];

function line(random: Random, alphabet: readonly string[], breaks: readonly string[]): string {
  return random.pick(alphabet) + random.pick(breaks);
}

/** A copy with lines removed, added and changed. */
function edited(random: Random, lines: readonly string[], make: () => string): string[] {
  const rate = random.pick([0.02, 0.1, 0.3]);
  return lines.flatMap((one) => {
    if (!random.chance(rate)) return [one];
    return random.pick([[], [make()], [one, make()], [make(), one], [one, one]]);
  });
}

/** Joined; one in three loses the end of its last line. */
function textOf(random: Random, lines: readonly string[]): string {
  const text = (random.chance(0.02) ? '\ufeff' : '') + lines.join('');
  return random.chance(1 / 3) ? text.replace(/\r?\n$/, '') : text;
}

export function randomTexts(random: Random): [oldText: string, newText: string] {
  const alphabet = random.pick(ALPHABETS);
  const breaks = random.pick(BREAKS);
  const make = () => line(random, alphabet, breaks);
  const most = random.chance(0.01) ? 300 : random.chance(0.1) ? 60 : 10;
  const lines = Array.from({ length: random.below(most + 1) }, make);
  const others = random.chance(0.5)
    ? edited(random, lines, make)
    : Array.from({ length: random.below(most + 1) }, make);
  return [textOf(random, lines), textOf(random, others)];
}

function randomOptions(random: Random, name: Call['name']): Record<string, unknown> | undefined {
  if (random.chance(0.1)) return undefined;
  const options: Record<string, unknown> = {};
  if (random.chance(0.7)) options.context = random.pick(CONTEXTS);
  for (const flag of FLAGS) if (random.chance(0.2)) options[flag] = random.chance(0.9);
  if (random.chance(0.15)) options.maxEditLength = random.below(21);
  if (name === 'diffLines' && random.chance(0.3)) options.newlineIsToken = true;
  if (random.chance(0.2)) options.headerOptions = random.pick(HEADER_OPTIONS);
  if (random.chance(0.03)) options.ignoreCase = true;
  if (random.chance(0.02)) options.comparator = (a: string, b: string) => a.length === b.length;
  if (random.chance(0.02)) options.context = undefined;
  return options;
}

export function randomCall(random: Random): Call {
  const name = random.pick(FUNCTIONS);
  const [oldText, newText] = randomTexts(random);
  const plain = random.chance(0.6);
  return {
    name,
    oldText,
    newText,
    names: plain ? ['a', 'b'] : [random.pick(NAMES), random.pick(NAMES)],
    headers: plain ? [undefined, undefined] : [random.pick(HEADERS), random.pick(HEADERS)],
    options: randomOptions(random, name),
  };
}
