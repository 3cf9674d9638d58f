import { Random } from '@pairbench/testing';
import { describe, expect, it } from 'vitest';
import { ENCODINGS } from './contract.ts';
import { LongPiece } from './long-piece.ts';
import { Merger } from './merge.ts';
import { areEqual } from './testing/compare.ts';
import { engines, whyNoNative } from './testing/engines.ts';
import { openOracle } from './testing/oracle.ts';
import { STRING_KINDS, StringSource } from './testing/strings.ts';
import { CHUNK_UNITS, lastSureBorder, TextBytes } from './text-bytes.ts';
import { typescriptEngine } from './typescript.ts';
import { Vocabulary } from './vocabulary.ts';

const MEGA = 2 ** 20;
const RUNS = [
  'a',
  'A',
  '^',
  '_',
  ' ',
  '\n',
  '\t',
  '1',
  'é',
  '中',
  '\u0301',
  '😀\u200d',
  'aA',
  'ab',
  '\r\n',
  '\ud800',
];

/** Those that are one piece, or one token a character, or neither. */
const MILLIONS = ['a', '^', ' ', '\n', 'é', '中', '😀\u200d', 'aA'];

describe.each(ENCODINGS)('%s', (encoding) => {
  const vocabulary = new Vocabulary(encoding);

  it.each(MILLIONS)('a run of a million %j ends, and is counted alike everywhere', (run) => {
    const text = run.repeat(MEGA / run.length);
    // Quadratic work would be 10^12 steps here: hours, far behind the time limit of a test.
    const count = typescriptEngine.countTokens(text, encoding);
    for (const engine of Object.values(engines)) {
      if (engine !== typescriptEngine) expect(engine.countTokens(text, encoding)).toBe(count);
      expect(engine.encode(text, encoding).length).toBe(count);
    }
  });

  it.each(RUNS)('a run of %j is counted alike by every function', async (run) => {
    const text = run.repeat((2 * CHUNK_UNITS) / run.length);
    const count = typescriptEngine.countTokens(text, encoding);
    for (const engine of Object.values(engines)) {
      expect(engine.isWithinTokenLimit(text, count, encoding)).toBe(count);
      expect(engine.isWithinTokenLimit(text, count - 1, encoding)).toBe(false);
      expect(await engine.countTokensAsync(text, { encoding })).toBe(count);
    }
  });

  it('is tiktoken on runs as long as it takes in bearable time', () => {
    using oracle = openOracle(encoding);
    for (const run of RUNS) {
      const text = run.repeat(2500 / run.length);
      for (const engine of Object.values(engines)) {
        expect(engine.encode(text, encoding)).toEqual(oracle.encode(text));
      }
    }
  });

  // Without a margin windows disagree often, and the tokens given back are tested too.
  it.each([0, undefined])('merges a long piece window by window as in one go, margin %s', (margin) => {
    const random = new Random(7);
    const whole = new Merger(vocabulary);
    const alphabets = [
      'ab',
      'aeiou',
      'abcdefghijklmnopqrstuvwxyz',
      ' \t',
      'éèà',
      '的一是了',
      'aaaaaaaaab',
      '=-',
    ];
    for (const alphabet of [...alphabets, ...alphabets, ...alphabets]) {
      const letters = [...alphabet];
      let text = '';
      const length = random.between(2100, 9000);
      while (text.length < length) {
        const letter = random.pick(letters);
        text += random.below(20) === 0 ? letter.repeat(random.between(1, 400)) : letter;
      }
      const input = new TextBytes(text.length);
      const end = input.load(text);
      const piece = new LongPiece(vocabulary, input.bytes, input.words, 0, end, true, margin);
      while (piece.step());
      const parts = whole.merge(input.bytes, input.words, 0, end);
      expect(piece.count).toBe(parts);
      expect(
        areEqual(
          Uint32Array.from((piece.ids as Int32Array).subarray(0, parts)),
          Uint32Array.from(whole.ids.subarray(0, parts)),
        ),
      ).toBe(true);
    }
  });

  it('splits a text only where every text is split', () => {
    const source = new StringSource(new Random(11), typescriptEngine, encoding);
    let borders = 0;
    for (let done = 0; done < 4000; done += 1) {
      const text = source.next(STRING_KINDS[done % 4] ?? 'traps');
      const border = lastSureBorder(text, 0, text.length);
      if (border < 0) continue;
      borders += 1;
      const ids = typescriptEngine.encode(text, encoding);
      const left = typescriptEngine.encode(text.slice(0, border), encoding);
      const right = typescriptEngine.encode(text.slice(border), encoding);
      if (!areEqual(ids, Uint32Array.of(...left, ...right))) expect(text).toBe('split elsewhere');
    }
    expect(borders).toBeGreaterThan(2000);
  });

  it('takes texts of several chunks', async () => {
    using oracle = openOracle(encoding);
    const source = new StringSource(new Random(13), typescriptEngine, encoding);
    let text = '';
    while (text.length < 3.5 * CHUNK_UNITS) text += source.next(STRING_KINDS[text.length % 4] ?? 'traps');
    const ids = oracle.encode(text);
    for (const engine of Object.values(engines)) {
      expect(areEqual(engine.encode(text, encoding), ids)).toBe(true);
      expect(engine.countTokens(text, encoding)).toBe(ids.length);
      expect(await engine.countTokensAsync(text, { encoding })).toBe(ids.length);
      expect(engine.isWithinTokenLimit(text, ids.length, encoding)).toBe(ids.length);
      expect(engine.isWithinTokenLimit(text, ids.length - 1, encoding)).toBe(false);
      expect(engine.decode(ids, encoding)).toBe(text.toWellFormed());
    }
  });
});

it.skipIf(whyNoNative !== undefined)(
  `every code point is counted alike by both engines${whyNoNative === undefined ? '' : ` (${whyNoNative})`}`,
  () => {
    const { typescript, native } = engines;
    if (typescript === undefined || native === undefined) throw new Error('both engines are needed');
    for (const encoding of ENCODINGS) {
      for (let first = 0; first < 0x110000; first += 64) {
        // Nothing is assigned in these planes but the tags and selectors at the start of the fourteenth.
        const empty = (first >= 0x32400 && first < 0xe0000) || first >= 0xe0400;
        if (empty && first % 4096 !== 0) continue;
        const texts: string[] = [];
        for (let code = first; code < first + 64; code += 1) {
          const character = String.fromCodePoint(code);
          texts.push(`1${character}111`, `${character}'s`, `  ${character}!`);
        }
        const counts = typescript.countTokensBatch(texts, encoding);
        if (!areEqual(counts, native.countTokensBatch(texts, encoding))) {
          expect(
            texts.find(
              (text) => typescript.countTokens(text, encoding) !== native.countTokens(text, encoding),
            ),
          ).toBeUndefined();
        }
      }
    }
  },
);
