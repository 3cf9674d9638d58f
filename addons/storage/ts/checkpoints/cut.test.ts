import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noise } from '../testing/noise.ts';
import { chunkLength, viewOf } from './cut.ts';

/** The sentence of FORMAT.md, word for word, with numbers of any size. */
function naive(bytes: Buffer): number {
  for (let length = 8192; length <= Math.min(bytes.length, 65_536); length += 1) {
    const first = BigInt(bytes.readUInt32LE(length - 8)) * 0x9e3779b1n;
    const second = BigInt(bytes.readUInt32LE(length - 4)) * 0x85ebca77n;
    if ((first + second) % 2n ** 32n < 2n ** 19n) return length;
  }
  return Math.min(bytes.length, 65_536);
}

function lengths(bytes: Buffer, cut: (rest: Buffer) => number): number[] {
  const all: number[] = [];
  for (let at = 0; at < bytes.length; at += all.at(-1) as number) all.push(cut(bytes.subarray(at)));
  return all;
}

test('follows the rule', () => {
  for (let seed = 0; seed < 3; seed += 1) {
    const bytes = noise(seed, 400_000);
    const expected = lengths(bytes, naive);
    expect(expected.length).toBeGreaterThan(10);
    expect(lengths(bytes, (rest) => chunkLength(viewOf(rest), 0))).toEqual(expected);
  }
});

test('short and even data have known cuts', () => {
  const cut = (bytes: Buffer) => chunkLength(viewOf(bytes), 0);
  expect([0, 1, 8191, 8192, 9000].map((length) => cut(Buffer.alloc(length)))).toEqual([
    0, 1, 8191, 8192, 8192,
  ]);
  expect([65_535, 70_000].map((length) => cut(Buffer.alloc(length, 0xff)))).toEqual([65_535, 65_536]);
});

test('any bytes at any offset', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.nat(120_000),
      fc.constantFrom(1, 2, 64, 255),
      fc.nat(9),
      (seed, length, alphabet, shift) => {
        const bytes = noise(seed, length + shift);
        for (let at = 0; at < bytes.length; at += 1) bytes[at] = (bytes[at] as number) % alphabet;
        const rest = bytes.subarray(shift);
        expect(lengths(rest, (part) => chunkLength(viewOf(part), 0))).toEqual(lengths(rest, naive));
      },
    ),
    { numRuns: 12 },
  );
}, 60_000);
