/** The answers are npm diff's, and a patch that is none is found out. */

import { loadSet } from '@pairbench/fixtures';
import * as npm from 'diff';
import { describe, expect, test } from 'vitest';
import { givesNewText, vouched } from './engine.ts';
import { NAMES, npmPatch, pairOf, recordedPatch } from './expectation.ts';
import { RECORDED, runsOf } from './expected.ts';
import { linesOf, patchOfRuns } from './runs.ts';

describe('expected answers', () => {
  test('are recorded for every fixture that needs one', { timeout: 60_000 }, () => {
    for (const fixture of RECORDED.flatMap((set) => loadSet(set)))
      expect(recordedPatch(fixture).length, fixture.id).toBeGreaterThan(0);
  });

  test('are what npm diff says, on those it is quick at', { timeout: 60_000 }, () => {
    const quick = loadSet('diff-real').filter((fixture) => fixture.bytes < 100_000);
    for (const fixture of [...quick, ...loadSet('diff-10k-mixed').slice(0, 4)])
      expect(recordedPatch(fixture) === npmPatch(fixture), fixture.id).toBe(true);
  });
});

test.each([
  ['', 'a\n'],
  ['a', ''],
  ['a\nb', 'a\nb\n'],
  ['a\r\nb\n', 'a\nb\n'],
  ['a\nb\nc\n', 'c\nb\na'],
])('runs of %j and %j print as npm diff does', (old, next) => {
  const runs = runsOf(npm.diffLines(old, next));
  expect(patchOfRuns(NAMES, old, next, runs)).toBe(npm.createTwoFilesPatch(...NAMES, old, next));
});

test('the rewritten file shares no line', () => {
  const fixture = loadSet('diff-10k-mixed').find(({ id }) => id === 'diff-10k-rewritten');
  const [old, next] = pairOf(fixture);
  const known = new Set(linesOf(old));
  expect(linesOf(next).filter((line) => known.has(line))).toEqual([]);
});

test('a patch that does not give the new text is handed on as it is', () => {
  const [fixture] = loadSet('diff-small');
  if (fixture === undefined) throw new Error('diff-small is empty');
  const right = npmPatch(fixture);
  const wrong = right.replace(/^\+(?!\+\+)/m, '+x');
  const run = (patch: string) =>
    vouched(
      () => patch,
      ['as it should be'],
      () => givesNewText(fixture, patch),
      Object.is,
    )(0);
  expect(run(right)).toBe('as it should be');
  expect(run(wrong)).toBe(wrong);
});
