/** Inputs made to hurt. Bounds of time are generous: they tell a hang from an answer. */

import { thrownBy } from '@pairbench/testing';
import { describe, expect, it } from 'vitest';
import { DiffError } from './contract.ts';
import { npmEngine } from './testing/compare.ts';
import { costlyTexts } from './testing/costly.ts';
import { engines } from './testing/engines.ts';

const timeout = 60_000;
const LONG = 'x'.repeat(100_000_000);
const HEAD = '--- a\n+++ b\n';

describe.each(Object.entries(engines))('%s', (_, engine) => {
  it('refuses hunks that lie about their counts', async () => {
    for (const header of ['-1,1000000000 +1,1', '-1,1 +1,99999999999999999999', '-1,0 +1,0']) {
      const error = await thrownBy(() => engine.parsePatch(`${HEAD}@@ ${header} @@\n-a\n+b\n`));
      expect(error).toBeInstanceOf(DiffError);
      expect(error).toMatchObject({ code: 'ERR_INVALID_PATCH' });
    }
  });

  it('applies hunks that overlap, or come in the wrong order, as npm diff does', () => {
    const source = 'a\nb\nc\nd\n';
    const first = '@@ -1,2 +1,2 @@\n-a\n+A\n b\n';
    const second = '@@ -2,2 +2,2 @@\n b\n-c\n+C\n';
    const third = '@@ -4,1 +4,1 @@\n-d\n+D\n';
    for (const hunks of [first + second, third + first, first + first, second + first, first + third]) {
      const patch = HEAD + hunks;
      expect(engine.applyPatch(source, patch)).toBe(npmEngine.applyPatch(source, patch));
      expect(engine.applyPatch(source, patch, { fuzzFactor: 2 })).toBe(
        npmEngine.applyPatch(source, patch, { fuzzFactor: 2 }),
      );
    }
    expect(engine.applyPatch(source, HEAD + first, { fuzzFactor: 1e9 })).toBe('A\nb\nc\nd\n');
  });

  it('parses a million hunks', { timeout }, () => {
    const patch = HEAD + '@@ -1 +1 @@\n-a\n+b\n'.repeat(1_000_000);
    expect(engine.parsePatch(patch)[0]?.hunks).toHaveLength(1_000_000);
  });

  it('reads a patch of one line of 100 MB', { timeout }, async () => {
    const expected = npmEngine.parsePatch(LONG);
    expect(engine.parsePatch(LONG)).toEqual(expected);
    const found = await thrownBy(() => engine.parsePatch(`${HEAD}@@ -1 +1 @@\n${LONG}`));
    expect(found).toMatchObject({ code: 'ERR_INVALID_PATCH' });
  });

  it('compares one line of 100 MB', { timeout }, () => {
    const changes = engine.diffLines(`${LONG}a`, `${LONG}b`);
    expect(changes.map(({ value }) => value.length)).toEqual([LONG.length + 1, LONG.length + 1]);
    expect(engine.diffLines(`${LONG}\na\n`, `${LONG}\nb\n`)).toHaveLength(3);
  });

  it('takes equal lines, 100,000 against 99,999, and 1 against 200,000', { timeout }, () => {
    const same = 'a\n'.repeat(99_999);
    expect(engine.diffLines(`${same}a\n`, same).map(({ count }) => count)).toEqual([99_999, 1]);
    expect(engine.diffLines('a\n', 'a\n'.repeat(200_000)).map(({ count }) => count)).toEqual([1, 199_999]);
    expect(engine.diffLines('b\n', 'a\n'.repeat(200_000)).map(({ count }) => count)).toEqual([1, 200_000]);
    expect(engine.createPatch('f', `${same}a\n`, same)).toContain('@@ -99996,5 +99996,4 @@');
  });

  it('takes names of Object.prototype as lines and as names of files', () => {
    const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', '0', '-1'];
    const [oldText, newText] = [names, names.toReversed()].map((lines) => `${lines.join('\n')}\n`) as [
      string,
      string,
    ];
    expect(engine.diffLines(oldText, newText)).toEqual(npmEngine.diffLines(oldText, newText));
    for (const name of names) {
      const patch = engine.createPatch(name, oldText, newText);
      expect(patch).toBe(npmEngine.createPatch(name, oldText, newText));
      expect(engine.applyPatch(oldText, patch)).toBe(newText);
    }
  });

  it('keeps names of files as they are written: to check them is the caller’s task', () => {
    for (const name of [
      '../../etc/x',
      '/etc/x',
      'a"b',
      'a\tb',
      'a\\b',
      'a\nb',
      '\x01\x7f',
      'ü',
      '..\\x',
      'C:\\x',
    ]) {
      const patch = engine.createPatch(name, 'a\n', 'b\n');
      expect(patch).toBe(npmEngine.createPatch(name, 'a\n', 'b\n'));
      expect(engine.parsePatch(patch)).toEqual(npmEngine.parsePatch(patch));
    }
  });

  it('stops at its memory cap, and goes on', { timeout }, async () => {
    const [oldText, newText] = costlyTexts(20_000);
    const error = await thrownBy(() => engine.diffLines(oldText, newText, { maxMemoryBytes: 100_000 }));
    expect(error).toBeInstanceOf(DiffError);
    expect(error).toMatchObject({ code: 'ERR_MEMORY_LIMIT' });
    expect(engine.diffLines('a\n', 'b\n', { maxMemoryBytes: 100_000 })).toHaveLength(2);
  });
});
