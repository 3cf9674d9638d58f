import { describe, expect, it } from 'vitest';
import { BLANK, histogram, indentLevel } from '../histogram.ts';

/** Each character is a line. */
function hunksOf(oldText: string, newText: string): number[][] {
  const codes = (text: string) => Int32Array.from(text, (line) => line.charCodeAt(0));
  const flat = histogram(codes(oldText), codes(newText), 128, () => 0);
  return Array.from({ length: flat.length / 4 }, (_, hunk) => [...flat.subarray(4 * hunk, 4 * hunk + 4)]);
}

describe('what hunks there are', () => {
  it('is told by line indices', () => {
    expect(hunksOf('', '')).toEqual([]);
    expect(hunksOf('', 'ab')).toEqual([[0, 0, 0, 2]]);
    expect(hunksOf('ab', '')).toEqual([[0, 2, 0, 0]]);
    expect(hunksOf('abc', 'abc')).toEqual([]);
    expect(hunksOf('abc', 'xyz')).toEqual([[0, 3, 0, 3]]);
    expect(hunksOf('abcde', 'abXde')).toEqual([[2, 3, 2, 3]]);
    expect(hunksOf('abcdef', 'Abcdf')).toEqual([
      [0, 1, 0, 1],
      [4, 5, 4, 4],
    ]);
  });

  it('anchors on the rare line, not on the longer run of common ones', () => {
    expect(hunksOf('R.....', '.....R')).toEqual([
      [0, 0, 0, 5],
      [1, 6, 6, 6],
    ]);
  });

  it('survives anchors nested as deeply as they go', () => {
    const oldTokens: number[] = [];
    const newTokens: number[] = [];
    let token = 0;
    for (let length = 1; length <= 600; length++) {
      oldTokens.push(token++);
      newTokens.push(token++);
      for (const end = token + length; token < end; token++) {
        oldTokens.push(token);
        newTokens.push(token);
      }
    }
    const hunks = histogram(Int32Array.from(oldTokens), Int32Array.from(newTokens), token, () => 0);
    expect(hunks.length).toBe(4 * 600);
  });
});

describe('indentLevel', () => {
  it.each([
    ['x', 0],
    ['   x\n', 3],
    ['\tx', 8],
    ['   \tx', 8],
    ['\t  \t x', 17],
    [' \r\f x', 2],
    ['\u00a0 x', 0],
    [' \u2003x', 1],
    ['', BLANK],
    [' \t \r\n', BLANK],
    ['\f\n', BLANK],
    [' '.repeat(199), BLANK],
    [' '.repeat(200), 200],
    ['\t'.repeat(26), 200],
  ])('%j is %i', (line, level) => {
    expect(indentLevel(`  ${line}  x`, 2, 2 + line.length)).toBe(level);
  });
});
