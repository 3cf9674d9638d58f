import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { classOfCodePoint, LETTER, MARK, NUMBER, WHITE } from './character-class.ts';
import { isTokenId, NO_RANK, PADDING, Vocabulary, vocabularyPath } from './vocabulary.ts';

/** As tiktoken pins them. */
const SHA256 = {
  o200k_base: '446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d',
  cl100k_base: '223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7',
} as const;

describe.each(['o200k_base', 'cl100k_base'] as const)('%s', (encoding) => {
  const vocabulary = new Vocabulary(encoding);

  it('is the file tiktoken uses', () => {
    const file = readFileSync(vocabularyPath(encoding));
    expect(createHash('sha256').update(file).digest('hex')).toBe(SHA256[encoding]);
  });

  it('holds each line of the file and finds it', () => {
    const lines = readFileSync(vocabularyPath(encoding), 'utf8').trimEnd().split('\n');
    expect(vocabulary.size).toBe(lines.length);
    const { pool, offsets } = vocabulary;
    const words = new DataView(pool.buffer);
    let wrong = 0;
    for (const [id, line] of lines.entries()) {
      const from = offsets[id] as number;
      const to = offsets[id + 1] as number;
      const [base64, rank] = line.split(' ');
      const same = Buffer.from(pool.subarray(from, to)).toString('base64') === base64 && Number(rank) === id;
      if (!same || vocabulary.rankOf(words, from, to - from) !== id) wrong += 1;
    }
    expect(wrong).toBe(0);
    expect(vocabulary.maxTokenBytes).toBe(128);
  });

  it('finds no token that is none', () => {
    const bytes = new Uint8Array(256 + PADDING).fill(0xff);
    const words = new DataView(bytes.buffer);
    for (const length of [2, 3, 4, 5, 15, 16, 128, 129])
      expect(vocabulary.rankOf(words, 0, length)).toBe(NO_RANK);
  });

  it('knows which ids exist', () => {
    const { size } = vocabulary;
    expect([0, size - 1, ...vocabulary.special.keys()].every((id) => isTokenId(id, encoding))).toBe(true);
    expect([-1, 0.5, Number.NaN, size, 2 ** 32, 2 ** 32 - 1].some((id) => isTokenId(id, encoding))).toBe(
      false,
    );
  });
});

describe('character classes', () => {
  it('differ from an ICU of Unicode 16.0 or newer only by what came later', () => {
    let earlier = 0;
    for (let code = 0; code < 0x110000; code += 1) {
      if (code >= 0xd800 && code < 0xe000) continue;
      const character = String.fromCodePoint(code);
      const kind = classOfCodePoint(code);
      if ((kind & LETTER) !== 0 && !/\p{L}/u.test(character)) earlier += 1;
      if ((kind & MARK) !== 0 && !/\p{M}/u.test(character)) earlier += 1;
      if ((kind & NUMBER) !== 0 && !/\p{N}/u.test(character)) earlier += 1;
      if (((kind & WHITE) !== 0) !== /\p{White_Space}/u.test(character)) earlier += 1;
    }
    // Node 22 may come with Unicode 15.1, which knows fewer characters than the tables.
    if (Number.parseFloat(process.versions.unicode ?? '0') >= 16) expect(earlier).toBe(0);
  });

  it('follow Unicode where JavaScript does not', () => {
    expect(classOfCodePoint(0xfeff)).toBe(0);
    expect(classOfCodePoint(0x85) & WHITE).not.toBe(0);
  });
});
