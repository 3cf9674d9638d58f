/** Patches go through programs that others wrote, and through our own apply, there and back. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@pairbench/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engines } from './testing/engines.ts';
import { randomTexts } from './testing/pairs.ts';

const PAIRS = 400;
const ALGORITHMS = ['myers', 'histogram'] as const;
const combinations = Object.entries(engines).flatMap(([name, engine]) =>
  ALGORITHMS.map((algorithm) => [name, algorithm, engine] as const),
);
const missing = (program: string) => spawnSync(program, ['--version']).error !== undefined;
const titleOf = (program: string) => (missing(program) ? `${program} (skipped: not installed)` : program);

/**
 * Files are UTF-8, which has no half characters. A program removes a file that becomes empty, and tells an empty one from
 * none at all: both sides have a line.
 */
function pairsFor(seed: number, repeats = true): [oldText: string, newText: string][] {
  const random = new Random(seed);
  const pairs: [string, string][] = [];
  while (pairs.length < PAIRS) {
    const [oldText, newText] = randomTexts(random);
    if (oldText === newText || oldText === '' || newText === '') continue;
    if (!repeats && (hasRepeats(oldText) || hasRepeats(newText))) continue;
    if (oldText.isWellFormed() && newText.isWellFormed()) pairs.push([oldText, newText]);
  }
  return pairs;
}

function hasRepeats(text: string): boolean {
  const lines = text.split(/\r?\n/);
  return new Set(lines).size !== lines.length;
}

describe.each(combinations)('%s, %s', (_, algorithm, engine) => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pairbench-diff-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function writeAll(pairs: readonly (readonly [string, string])[], kind: string, context: number): string {
    const work = join(folder, `${kind}-${context}`);
    mkdirSync(work);
    const patches = pairs.map(([oldText, newText], at) => {
      writeFileSync(join(work, `f${at}`), oldText);
      const options = { algorithm, context, headerOptions: wholeHeaders };
      return engine.createTwoFilesPatch(
        `a/f${at}`,
        `b/f${at}`,
        oldText,
        newText,
        undefined,
        undefined,
        options,
      );
    });
    writeFileSync(join(folder, `${kind}-${context}.patch`), patches.join(''));
    return work;
  }

  function checkAll(pairs: readonly (readonly [string, string])[], work: string): void {
    for (const [at, [oldText, newText]] of pairs.entries()) {
      const got = readFileSync(join(work, `f${at}`), 'utf8');
      if (got !== newText) expect({ at, oldText, got }).toEqual({ at, oldText, got: newText });
    }
  }

  it.skipIf(missing('git')).each([0, 1, 3, 4])(`${titleOf('git')} applies them, context %i`, (context) => {
    // Where a hunk has no context and one side has no line, git looks a line too early: a line that is there twice is
    // then taken for its twin.
    const pairs = pairsFor(context + 1, context > 0);
    const work = writeAll(pairs, 'git', context);
    const patch = join('..', `git-${context}.patch`);
    // Without context a hunk is taken at its word only when that is asked for; white space is no error here.
    const flags = ['--whitespace=nowarn', '--unsafe-paths', ...(context === 0 ? ['--unidiff-zero'] : [])];
    execFileSync('git', ['-c', 'core.autocrlf=false', 'apply', ...flags, patch], {
      cwd: work,
      env: { ...process.env, GIT_CEILING_DIRECTORIES: folder },
    });
    checkAll(pairs, work);
  });

  it.skipIf(missing('patch')).each([0, 1, 3, 4])(
    `${titleOf('patch')} applies them, context %i`,
    (context) => {
      const pairs = pairsFor(context + 11);
      const work = writeAll(pairs, 'patch', context);
      // --binary: else GNU patch takes CR from the ends of lines.
      const flags = ['-p1', '--binary', '--fuzz=0', '--no-backup-if-mismatch', '-s'];
      execFileSync('patch', [...flags, '-i', join('..', `patch-${context}.patch`)], { cwd: work });
      checkAll(pairs, work);
    },
  );

  it('apply and reverse lead there and back, parse and format change nothing', () => {
    const random = new Random(99);
    for (let done = 0; done < 2000; done++) {
      const [oldText, newText] = randomTexts(random);
      const options = { algorithm, context: random.below(6) };
      const text = engine.createPatch('f', oldText, newText, undefined, undefined, options);
      const structured = engine.structuredPatch('f', 'f', oldText, newText, undefined, undefined, options);
      const parsed = engine.parsePatch(text);
      const [patch] = parsed;
      const got = {
        applied: engine.applyPatch(oldText, text, { autoConvertLineEndings: false }),
        structured: engine.applyPatch(oldText, structured, { autoConvertLineEndings: false }),
        hunks: patch?.hunks,
        formatted: engine.formatPatch(parsed),
        reversed:
          patch && engine.applyPatch(newText, engine.reversePatch(patch), { autoConvertLineEndings: false }),
      };
      const wanted = {
        applied: newText,
        structured: newText,
        hunks: structured.hunks,
        formatted: text,
        reversed: oldText,
      };
      if (JSON.stringify(got) !== JSON.stringify(wanted))
        expect(got, JSON.stringify(options)).toEqual(wanted);
    }
  });
});

const wholeHeaders = { includeIndex: false, includeUnderline: false, includeFileHeaders: true };
