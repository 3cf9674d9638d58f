import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Random } from '@pairbench/testing';
import type { Encoding, TokenizerEngine } from '../contract.ts';

/** What the split patterns and the merges stumble over, to be thrown together. */
const TRAPS: readonly string[] = [
  ...[
    'a',
    'b',
    'z',
    'A',
    'Z',
    'ab',
    'AB',
    'Ab',
    'aB',
    'hello',
    'World',
    'é',
    'É',
    'ß',
    'ſ',
    'K',
    'ŉ',
    'ǅ',
    'ʰ',
  ],
  ...[
    "'",
    "'s",
    "'S",
    "'ſ",
    "'t",
    "'T",
    "'re",
    "'Re",
    "'RE",
    "'ve",
    "'m",
    "'M",
    "'ll",
    "'lL",
    "'d",
    "'D",
    "'l",
  ],
  ...["'r", "'v", '’s', '`s', '"', '1', '12', '123', '1234', '٣', '½', 'Ⅷ', '²', '𝟘', '১'],
  ...[
    ' ',
    ' ',
    ' ',
    '  ',
    '   ',
    '\t',
    '\t\t',
    '\n',
    '\n\n',
    '\r',
    '\r\n',
    '\r\n\r\n',
    '\n ',
    ' \n',
    '\v',
    '\f',
  ],
  ...['\u0085', '\u00a0', '\u1680', '\u2003', '\u2028', '\u2029', '\u202f', '\u205f', '\u3000', '\u180e'],
  ...['\ufeff', '\u200b', '\u200d', '\u2060', '\u0000', '\u001c', '\u001f', '\u007f', '\u00ad'],
  ...[
    '/',
    '//',
    '/\n',
    '\n/',
    '\r/',
    './',
    '!',
    '!!',
    '?!',
    '...',
    '---',
    '===',
    '{',
    '}',
    '();',
    '/*',
    '*/',
    '_',
  ],
  ...['\u0301', '\u0308', '\u20dd', '\u0903', '\u093f', '\ufe0f', '\u{e0100}', '\u{1d165}'],
  ...[
    '中',
    '文',
    '中文',
    'の',
    'ー',
    'ｱ',
    '가',
    '힣',
    'ั',
    'ก',
    'ش',
    'ا',
    'ב',
    'д',
    'Д',
    'ω',
    'Ω',
    'ა',
    'Ა',
    '𐐀',
    '𐐨',
  ],
  ...['😀', '👩‍👩‍👧', '🇩🇪', '👍🏽', '€', '©', '\ud800', '\udc00', '\udbff\udbff', '\ufffd', '\uffff'],
  // Assigned after Unicode 16.0, so unassigned for the oracle; a newer ICU calls them letters, marks and numbers.
  ...['\u088f', '\ua7ce', '\ua7d2', '\u1acf', '\u{10940}', '\u{11de0}', '\u{16ff4}'],
  // New in 15.1 and 16.0.
  ...['\u{2ebf0}', '\u{10d40}', '\u{10d4a}', '\u{1c89}', '\ua7cb', '\u{11bf0}'],
  ...['<|endoftext|>', '<|fim_prefix|>', '<|endofprompt|>', '<|', '|>', '<|im_start|>'],
];

/** First and last code point of what random text is made of. */
const RANGES: readonly (readonly [number, number])[] = [
  [0x00, 0x7f],
  [0x20, 0x7e],
  [0x80, 0x24f],
  [0x250, 0x36f],
  [0x370, 0x52f],
  [0x590, 0x6ff],
  [0x900, 0xdff],
  [0xe00, 0x11ff],
  [0x1e00, 0x206f],
  [0x2070, 0x2fff],
  [0x3000, 0x33ff],
  [0x4e00, 0x9fff],
  [0xa000, 0xd7ff],
  [0xd800, 0xdfff],
  [0xe000, 0xffff],
  [0x10000, 0x1ffff],
  [0x20000, 0x323af],
  [0xe0000, 0x10ffff],
];

const require = createRequire(import.meta.url);

/** Real text of the installed packages and of this folder: prose, markdown, code, JSON, several languages. */
export function realText(): string {
  const here = ['../split.ts', '../merge.ts', './strings.ts'].map((file) =>
    fileURLToPath(new URL(file, import.meta.url)),
  );
  const installed = [
    'gpt-tokenizer/data/TestPlans.txt',
    'gpt-tokenizer/package.json',
    'gpt-tokenizer/GptEncoding',
    'tiktoken/model_to_encoding.json',
  ].map((file) => require.resolve(file));
  return [...here, ...installed].map((file) => readFileSync(file, 'utf8')).join('\n');
}

export type StringKind = 'traps' | 'unicode' | 'tokens' | 'mutated';

export const STRING_KINDS: readonly StringKind[] = ['traps', 'unicode', 'tokens', 'mutated'];

/** Makes the strings of one encoding. Short ones (up to some 200 units), because the oracle is slow on long runs. */
export class StringSource {
  readonly #random: Random;
  readonly #engine: TokenizerEngine;
  readonly #encoding: Encoding;
  readonly #text: string;

  constructor(random: Random, engine: TokenizerEngine, encoding: Encoding) {
    this.#random = random;
    this.#engine = engine;
    this.#encoding = encoding;
    this.#text = realText();
  }

  next(kind: StringKind): string {
    if (kind === 'traps') return this.#traps();
    if (kind === 'unicode') return this.#unicode();
    return kind === 'tokens' ? this.#tokens() : this.#mutated();
  }

  #traps(): string {
    let text = '';
    for (let left = this.#random.between(1, 14); left > 0; left -= 1) {
      const trap = this.#random.pick(TRAPS);
      text += this.#random.below(12) === 0 ? trap.repeat(this.#random.between(2, 20)) : trap;
    }
    return text;
  }

  #unicode(): string {
    const units: string[] = [];
    let range = this.#random.pick(RANGES);
    for (let left = this.#random.between(1, 40); left > 0; left -= 1) {
      if (this.#random.below(4) === 0) range = this.#random.pick(RANGES);
      units.push(String.fromCodePoint(this.#random.between(...(range as [number, number]))));
    }
    return units.join('');
  }

  /** Whole tokens side by side find errors of the merges; half of one is broken UTF-8 and becomes U+FFFD. */
  #tokens(): string {
    const size = this.#encoding === 'o200k_base' ? 199_998 : 100_256;
    const ids = new Uint32Array(this.#random.between(1, 12));
    const from = this.#random.below(3) === 0 ? this.#random.below(size - 2000) : 0;
    const below = from > 0 ? 2000 : size;
    for (let at = 0; at < ids.length; at += 1) ids[at] = from + this.#random.below(below);
    return this.#engine.decode(ids, this.#encoding);
  }

  #mutated(): string {
    const start = this.#random.below(this.#text.length - 200);
    let text = this.#text.slice(start, start + this.#random.between(10, 200));
    for (let left = this.#random.between(0, 5); left > 0; left -= 1) {
      const at = this.#random.below(text.length + 1);
      const gone = this.#random.below(3) === 0 ? this.#random.below(6) : 0;
      const added = this.#random.below(4) === 0 ? '' : this.#random.pick(TRAPS);
      text = text.slice(0, at) + added + text.slice(at + gone);
    }
    return text;
  }
}
