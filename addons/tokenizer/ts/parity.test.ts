import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENCODINGS } from './contract.ts';
import { findMismatch } from './testing/compare.ts';
import { engines, nativeTitle } from './testing/engines.ts';
import { type Oracle, openOracle } from './testing/oracle.ts';

/** By name, what other tokenizers have been seen to get wrong. */
const EDGES: Readonly<Record<string, readonly string[]>> = {
  empty: [''],
  'byte order mark: no white space for the oracle': [
    '\ufeff',
    '\ufeffhello',
    ' \ufeff',
    '\ufeff\ufeff a',
    'a\ufeff\n',
  ],
  'U+0085: white space for the oracle': [
    '\u0085',
    ' \u0085a',
    '\u0085\u0085!',
    'a \u0085\n b',
    '\u0085word',
    ' \u0085',
  ],
  'other white space': [
    '\u00a0x',
    '\u2003\u2003x',
    'a\u3000b',
    '\u180ex',
    '\u200bx',
    '\u1680 x',
    '\u001c\u001fx',
  ],
  'U+017F in contractions': ["it'ſ", "'ſ", "'ſofar", "IT'ſ ſo", "a'ſſ"],
  contractions: [
    "I'm he's we'll they've you'd isn't you're",
    "I'M HE'S WE'LL",
    "'sofar",
    "''s",
    "a's'sb",
    "x'LLy",
    "'r 'v 'l",
  ],
  'line ends': ['a\r\nb', '\r\n\r\n', ' \r\n \n', 'a\n\n\nb', '!\r\n!', '\n ', ' \n', '\t\n\tx', '\r', 'x\r'],
  'white space': [' ', '  ', '   a', 'a   ', 'a  b', '\t\ta', ' \t \t ', '\u00a0\u00a0 a', '    \n    x'],
  'lone surrogates': [
    '\ud800',
    '\udc00',
    'a\ud800b',
    '\udc00\ud800',
    '\ud83d',
    '😀\ud83d',
    '\udbff\udbff\udfff',
  ],
  NUL: ['\0', 'a\0b', '\0\0\0', ' \0', '\0\n'],
  'text of special tokens': [
    '<|endoftext|>',
    'a<|endoftext|>b',
    '<|endofprompt|>',
    '<|fim_prefix|><|im_start|>',
  ],
  digits: [
    '1',
    '12',
    '123',
    '1234',
    '12345678',
    '1a23456b',
    '٣٤٥٦',
    '𝟘𝟙𝟚𝟛',
    '1²3½4Ⅷ5',
    '3.14159',
    '1,000,000',
  ],
  marks: [
    'e\u0301',
    '\u0301',
    '\u0301a',
    'A\u0301',
    'A\u0301B',
    '!\u0301a',
    ' \u0301',
    'नमस्ते',
    'ก็',
    '\u0301\u0301\n',
    'aͤB',
  ],
  'slash behind': ['a/b', './', '!/\n', '!\n/', '//\n//', '/', ' /', '?\r\n/x', '/*\n*/', 'http://x//y/'],
  'upper and lower case': [
    'helloWorld',
    'HTTPServer',
    'XMLHttpRequest',
    'aB',
    'Ab',
    'AB中',
    '中A',
    '中AB',
    '中Ab',
    'ǅabc',
    'ʰA',
    'AʰB',
  ],
  scripts: [
    '你好，世界。',
    'こんにちは',
    '안녕하세요',
    'Привет, мир',
    'مرحبا',
    'שלום',
    'Γειά',
    'ภาษาไทย',
    'ᲐᲑაბ',
    '𐐀𐐨',
  ],
  emoji: ['😀', '👩‍👩‍👧', '🇩🇪🇫🇷', '👍🏽', '❤️', ' 😀', '😀😀😀a', '#️⃣'],
  'newer than Unicode 16.0': ['\u{11de0}111', "\ua7d2's", '\u1acf`s', "\u088f'll", '\u{16ff4}1234'],
  'Unicode 15.1 and 16.0': ["\u{2ebf0}'s", '\u{10d40}111', "\u1c89'd", "\ua7cb's", '\u{11bf0}12345'],
  'long tokens': [
    '='.repeat(64),
    '-'.repeat(127),
    ' '.repeat(129),
    '\n'.repeat(40),
    '*'.repeat(300),
    'abc'.repeat(30),
  ],
};

describe.each(ENCODINGS)('%s is tiktoken', (encoding) => {
  let oracle: Oracle;
  beforeAll(() => {
    oracle = openOracle(encoding);
  });
  afterAll(() => oracle[Symbol.dispose]());

  describe.each(Object.keys(engines))('%s', (name) => {
    it.each(Object.entries(EDGES))('%s', (_, texts) => {
      const only = { [name]: engines[name as keyof typeof engines] as (typeof engines)[string] };
      for (const text of texts) {
        for (const whole of [text, `x${text}`, `${text}x`, ` ${text} `, `${text}${text}`, `\n${text}\n`]) {
          expect(findMismatch(whole, encoding, only, oracle)).toBeUndefined();
        }
      }
    });
  });

  it('is asked for ordinary text only', () => {
    expect(oracle.encode('<|endoftext|>').length).toBeGreaterThan(1);
  });
});

it(`has tested: typescript, ${nativeTitle}`, () => {
  expect(Object.keys(engines)).toContain('typescript');
});
