/** What others got wrong, by the number of the report. */

import { thrownBy, wrong } from '@pairbench/testing';
import { describe, expect, it } from 'vitest';
import { engines } from './testing/engines.ts';

const MARKER = '\\ No newline at end of file';
const numbered = (count: number, word: string) => Array.from({ length: count }, (_, at) => `${word}${at}\n`);

describe.each(Object.entries(engines))('%s', (_, engine) => {
  const body = (oldText: string, newText: string) =>
    engine.createPatch('f', oldText, newText).split('\n').slice(4);

  /** The patch leads to the new text and back, also after parsing and formatting. */
  function roundTrip(oldText: string, newText: string): void {
    const patch = engine.createPatch('f', oldText, newText);
    const parsed = engine.parsePatch(patch);
    expect(engine.applyPatch(oldText, patch)).toBe(newText);
    expect(engine.applyPatch(oldText, engine.formatPatch(parsed))).toBe(newText);
    expect(engine.applyPatch(newText, engine.reversePatch(parsed[0] as (typeof parsed)[0]))).toBe(oldText);
  }

  it('jsdiff #535, comby #135, sourcegraph #6625: the marker follows the very line without an end', () => {
    expect(body('a\nb', 'a\nc')).toEqual(['@@ -1,2 +1,2 @@', ' a', '-b', MARKER, '+c', MARKER, '']);
    expect(body('a\nb', 'a\nb\n')).toEqual(['@@ -1,2 +1,2 @@', ' a', '-b', MARKER, '+b', '']);
    expect(body('a\nb\n', 'a\nb')).toEqual(['@@ -1,2 +1,2 @@', ' a', '-b', '+b', MARKER, '']);
    expect(body('a\nb', 'c\nb')).toEqual(['@@ -1,2 +1,2 @@', '-a', '+c', ' b', MARKER, '']);
    expect(body('a', '')).toEqual(['@@ -1,1 +0,0 @@', '-a', MARKER, '']);
  });

  it('bun #39229: no marker is missing, whatever lies between', () => {
    for (const [a, b] of [
      ['a', 'b'],
      ['', 'b'],
      ['a\n', 'a\nb'],
      ['a\nb', 'a'],
    ] as const) {
      const missing = [a, b].filter((text) => text !== '' && !text.endsWith('\n')).length;
      expect(body(a, b).filter((line) => line === MARKER)).toHaveLength(missing);
      roundTrip(a, b);
    }
  });

  it('trusty-tools #2150, BaseIntelligence #19647: applying adds no newline that was not there', () => {
    const patch = engine.createPatch('f', 'a\nb\nc', 'a\nB\nc');
    expect(engine.applyPatch('a\nb\nc', patch)).toBe('a\nB\nc');
    roundTrip('a\nb', 'a\nb\n');
    roundTrip('a\nb\n', 'a\nb');
  });

  it('gitu #343, gex #62, go-gitdiff #57: the marker is read after a removed, an added and a common line', () => {
    const patch = `--- a\n+++ b\n@@ -1 +1 @@\n-a\n${MARKER}\n+b\n${MARKER}\n`;
    expect(engine.parsePatch(patch)[0]?.hunks[0]?.lines).toEqual(['-a', MARKER, '+b', MARKER]);
    expect(engine.applyPatch('a', patch)).toBe('b');
    roundTrip('a\nx', 'b\nx');
  });

  it('GHSA-73rr-hh4g-fpgx: line separators in file headers do not hang the parser', () => {
    for (const odd of ['\r', '\u2028', '\u2029']) {
      const patch = `Index: a${odd}b\n--- a${odd}b\n+++ a${odd}b\n@@ -1 +1 @@\n-a\n+b\n`;
      const { hunks } = engine.parsePatch(patch)[0] as { hunks: unknown[] };
      expect(hunks).toHaveLength(1);
    }
  });

  it('jsdiff #595: a hunk of 130,000 lines and more', { timeout: 60_000 }, () => {
    const [oldText, newText] = [numbered(140_000, 'o').join(''), numbered(140_000, 'n').join('')];
    const [hunk] = engine.structuredPatch('f', 'f', oldText, newText).hunks;
    expect(hunk).toMatchObject({ oldLines: 140_000, newLines: 140_000 });
    roundTrip(oldText, newText);
  });

  it.each(['\v', '\f', '\u0085', '\u2028', '\u2029', '\r', '\x1c', '\0'])(
    'jsdiff #435: %j is no line break',
    (odd) => {
      expect(engine.diffLines(`a${odd}b\nc\n`, `a${odd}d\nc\n`)).toHaveLength(3);
      roundTrip(`a${odd}b\nc\n`, `a${odd}d\nc\n`);
      roundTrip(`${odd}\n${odd}`, `${odd}${odd}\n`);
    },
  );

  it('jsdiff #529: lines that start with -- and ++ are no file headers', () => {
    roundTrip('-- a\n++ b\nc\n', '++ b\n-- d\nc\n');
    roundTrip('-- a\n', '++ b\n');
    expect(engine.parsePatch(engine.createPatch('f', '-- a\n', '++ b\n'))).toHaveLength(1);
  });

  it('jsdiff #508: counts that the lines do not have are refused', async () => {
    for (const header of ['-1,2 +1,1', '-1,1 +1,2', '-1,0 +1,1', '-1,1 +1,0']) {
      const error = await thrownBy(() => engine.applyPatch('a\n', `--- a\n+++ b\n@@ ${header} @@\n-a\n+b\n`));
      expect(error).toMatchObject({ code: 'ERR_INVALID_PATCH' });
    }
  });

  it('jsdiff 9.0: formatPatch leaves its input alone and writes no undefined header', () => {
    const patch = engine.structuredPatch('a', 'b', '', 'x\n');
    const before = structuredClone(patch);
    const text = engine.formatPatch(patch);
    expect(patch).toEqual(before);
    expect(text).not.toContain('undefined');
    expect(text).toContain('--- a\n+++ b\n@@ -0,0 +1,1 @@\n');
    expect(engine.formatPatch({ ...patch, oldHeader: '', newHeader: '' })).toBe(text);
  });

  it('jsdiff #376: one line against 13,000', { timeout: 20_000 }, () => {
    const many = numbered(13_000, 'a').join('');
    expect(engine.diffLines('x\n', many)).toMatchObject([{ removed: true }, { added: true, count: 13_000 }]);
    expect(engine.diffLines('a6000\n', many).map(({ count }) => count)).toEqual([6000, 1, 6999]);
    roundTrip(many, 'x\n');
  });

  it('diffy #20: patches of texts with CRLF', () => {
    roundTrip('a\r\nb\r\nc\r\n', 'a\r\nB\r\nc\r\n');
    roundTrip('a\r\nb\n', 'a\nb\r\n');
    const patch = engine.createPatch('f', 'a\nb\n', 'a\nc\n').replaceAll('\n', '\r\n');
    expect(engine.applyPatch('a\nb\n', patch)).toBe('a\nc\n');
  });

  it('aider #5369: a +++ header with no --- before it is no crash', async () => {
    for (const text of ['+++ b\n', '--- a\n', '+++ b\n@@ -1 +1 @@\n-a\n+b\n', '--- \n+++ \n', '---\n+++\n']) {
      const patches = await Promise.resolve()
        .then(() => engine.parsePatch(text))
        .catch((error: unknown) => error);
      if (patches instanceof Error) expect(patches).toMatchObject({ code: 'ERR_INVALID_PATCH' });
    }
    expect(await thrownBy(() => engine.applyPatch('a', wrong(undefined)))).toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
    });
  });

  it('happy #1676: one long line changed costs no more than its length', { timeout: 20_000 }, () => {
    const words = 'word '.repeat(400_000);
    expect(engine.diffLines(`${words}a`, `${words}b`)).toHaveLength(2);
  });
});
