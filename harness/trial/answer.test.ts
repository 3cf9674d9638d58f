import { describe, expect, test } from 'vitest';
import { AnswerDigest, isScalar, sameAnswer } from './answer.ts';
import { describeDifference } from './difference.ts';

const digestOf = (...answers: unknown[]) => {
  const digest = new AnswerDigest();
  for (const answer of answers) digest.add(answer);
  return digest.finish();
};

const cyclic = (name: string) => {
  const value: Record<string, unknown> = { name };
  value.self = value;
  return value;
};

describe('equal answers have equal digests', () => {
  test.each<[string, unknown, unknown]>([
    ['keys in another order', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['typed arrays', new Uint32Array([1, 2]), Uint32Array.of(1, 2)],
    ['a view into something larger', new Uint8Array([0, 1, 2, 3]).subarray(1, 3), new Uint8Array([1, 2])],
    ['NaN', [Number.NaN], [Number.NaN]],
    ['big numbers', { n: 5n }, { n: 5n }],
    ['maps', new Map([['a', [1]]]), new Map([['a', [1]]])],
    ['dates', new Date(5), new Date(5)],
    ['errors', new RangeError('x'), new RangeError('x')],
    ['cycles', cyclic('a'), cyclic('a')],
    ['no prototype', Object.create(null), Object.create(null)],
  ])('%s', (_, a, b) => {
    expect(sameAnswer(a, b)).toBe(true);
    expect(digestOf(a)).toBe(digestOf(b));
  });
});

describe('different answers have different digests', () => {
  test.each<[string, unknown, unknown]>([
    ['numbers', 1, 2],
    ['a number and its text', 1, '1'],
    ['zeros of two signs', 0, -0],
    ['null and undefined', null, undefined],
    ['NaN and null', [Number.NaN], [null]],
    ['a big number and a small one', 5n, 5],
    ['lists cut elsewhere', [['a'], 'b'], ['a', ['b']]],
    ['texts that join alike', ['a;', 'b'], ['a', ';b']],
    ['lone surrogates', '\ud800', '\ud801'],
    ['typed arrays of one kind', new Uint8Array([1]), new Uint8Array([2])],
    ['typed arrays of two kinds', new Uint8Array([1]), new Int8Array([1])],
    ['buffers', new ArrayBuffer(1), new ArrayBuffer(2)],
    ['maps', new Map([['a', 1]]), new Map([['a', 2]])],
    ['sets', new Set([1]), new Set([2])],
    ['a list and a set', [1], new Set([1])],
    ['dates', new Date(5), new Date(6)],
    ['errors', new RangeError('x'), new RangeError('y')],
    ['a missing key', { a: undefined }, {}],
    ['cycles', cyclic('a'), cyclic('b')],
  ])('%s', (_, a, b) => {
    expect(sameAnswer(a, b)).toBe(false);
    expect(digestOf(a)).not.toBe(digestOf(b));
  });

  test('the order of answers counts, and how they are spread over calls', () => {
    expect(digestOf(1, 2)).not.toBe(digestOf(2, 1));
    expect(digestOf([1, 2])).not.toBe(digestOf(1, 2));
  });
});

test('scalars are what is cheap to compare', () => {
  for (const value of [1, 'a', true, null, undefined, 5n]) expect(isScalar(value)).toBe(true);
  for (const value of [[], {}, new Uint8Array(1), () => 1]) expect(isScalar(value)).toBe(false);
});

describe('where two answers part', () => {
  test.each<[unknown, unknown, string]>([
    [5, 6, 'expected 6, got 5'],
    ['a', 1, "expected 1, got 'a'"],
    [undefined, [], 'expected [], got undefined'],
    [[1, 2, 3], [1, 5, 3], 'at [1]: expected 5, got 2'],
    [[1, 2], [1, 2, 3], 'expected [ 1, 2, 3 ], got [ 1, 2 ]'],
    [{ a: { b: [0, 'x'] } }, { a: { b: [0, 'y'] } }, "at .a.b[1]: expected 'y', got 'x'"],
    [new Float64Array([1, 2]), new Float64Array([1, 3]), 'at [1]: expected 3, got 2'],
    [5n, 6n, 'expected 6n, got 5n'],
  ])('%#', (actual, expected, line) => {
    expect(describeDifference(actual, expected)).toBe(line);
  });

  test('in long texts the place is shown, not the beginning', () => {
    const long = 'same '.repeat(5_000);
    expect(describeDifference(`${long}here\nX`, `${long}here\nY and more`)).toBe(
      'from character 25005 of 25015: expected "same same here\\nY and more", got "same same here\\nX"',
    );
    expect(describeDifference(long.slice(0, -1), long)).toContain('from character 24999 of 25000');
  });

  test('large answers still make one short line', () => {
    const numbers = Array.from({ length: 100_000 }, (_, i) => i);
    for (const line of [
      describeDifference(numbers, numbers.slice(1)),
      describeDifference(new Map([['a'.repeat(500), numbers]]), new Map()),
      describeDifference(cyclic('a'), 3),
    ]) {
      expect(line.length).toBeLessThan(200);
      expect(line).not.toContain('\n');
    }
  });
});
