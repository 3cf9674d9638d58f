import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { Random, whyNoBinding } from '@pairbench/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DiffEngine } from './contract.ts';
import { loadNative, nativeEngine } from './native.ts';
import { typescriptEngine } from './typescript.ts';

const whyNoNative = whyNoBinding('diff', loadNative);
const nativeTitle = whyNoNative === undefined ? 'native' : `native (skipped: ${whyNoNative})`;
const engines: Readonly<Record<string, DiffEngine>> =
  whyNoNative === undefined
    ? { typescript: typescriptEngine, native: nativeEngine }
    : { typescript: typescriptEngine };

const OPTIONS = { algorithm: 'histogram', context: 3 } as const;

function patchOf(engine: DiffEngine, oldText: string, newText: string) {
  return engine.structuredPatch('a', 'b', oldText, newText, undefined, undefined, OPTIONS);
}

/** Throws where an engine differs from the TypeScript one, or where its patch does not lead to the new text. */
function check(oldText: string, newText: string, label: string): void {
  const expected = patchOf(typescriptEngine, oldText, newText);
  for (const [name, engine] of Object.entries(engines)) {
    const patch = engine === typescriptEngine ? expected : patchOf(engine, oldText, newText);
    if (!isDeepStrictEqual(patch, expected)) {
      throw new Error(`${label}: ${name} differs: ${JSON.stringify([oldText, newText]).slice(0, 2000)}`);
    }
    if (engine.applyPatch(oldText, patch) !== newText) {
      throw new Error(
        `${label}: ${name} does not apply: ${JSON.stringify([oldText, newText]).slice(0, 2000)}`,
      );
    }
  }
}

const INDENTS = ['', '', '  ', '    ', '\t', ' \t', '\t\t', ' '.repeat(205)];
const ENDS = ['\n', '\n', '\n', '\r\n', '\u2028\n'];
const ODD_LINES = [
  '\n',
  '\n',
  '  \n',
  '\t\n',
  '\r\n',
  '\f\n',
  '\u00a0\n',
  '\ufeff\n',
  '\r}\n',
  '\0\n',
  '\ud800\n',
];

/** `count` different lines, indented, blank and odd ones among them. */
function makeLines(random: Random, count: number): string[] {
  return Array.from({ length: count }, (_, id) =>
    random.chance(0.2)
      ? random.pick(ODD_LINES)
      : `${random.pick(INDENTS)}${random.pick(['}', 'else', 'call'])}${id}${random.pick(ENDS)}`,
  );
}

function sequence(random: Random, lines: readonly string[], count: number): string[] {
  return Array.from({ length: count }, () => random.pick(lines));
}

/** Inserts, deletes, replaces, moves and copies blocks. */
function edited(random: Random, text: readonly string[], lines: readonly string[], edits: number): string[] {
  const result = text.slice();
  for (let edit = 0; edit < edits; edit++) {
    const at = random.below(result.length + 1);
    const size = 1 + random.below(random.pick([1, 3, 12]));
    const kind = random.below(5);
    const taken = kind === 0 ? [] : kind === 4 ? result.slice(at, at + size) : result.splice(at, size);
    if (kind === 0 || kind === 1) result.splice(at, 0, ...sequence(random, lines, size));
    if (kind >= 3) result.splice(random.below(result.length + 1), 0, ...taken);
  }
  return result;
}

function joined(random: Random, lines: readonly string[]): string {
  const text = lines.join('');
  return random.chance(0.1) ? text.replace(/\n$/, '') : text;
}

describe(`both engines (typescript, ${nativeTitle}) agree and their patches apply`, () => {
  it.each([2, 3, 8, 200, 100_000])('4,000 pairs of texts of at most %i different lines', (alphabet) => {
    for (let seed = 1; seed <= 4000; seed++) {
      const random = new Random(alphabet * 10_000 + seed);
      const most = random.pick([4, 20, 20, 60, 60, seed % 20 === 0 ? 400 : 100]);
      const lines = makeLines(random, Math.min(alphabet, 2 * most + 1));
      const before = sequence(random, lines, random.below(most + 1));
      const after = random.chance(0.3)
        ? sequence(random, lines, random.below(most + 1))
        : edited(random, before, makeLines(random, 3).concat(lines), 1 + random.below(12));
      check(joined(random, before), joined(random, after), `alphabet ${alphabet}, seed ${seed}`);
    }
  });

  it.each([2, 5, 12, 40])('5,000 lines of which %i differ: none is an anchor', (alphabet) => {
    for (let seed = 1; seed <= 4; seed++) {
      const random = new Random(alphabet * 100 + seed);
      const lines = makeLines(random, alphabet);
      const before = sequence(random, lines, 5000);
      const after = seed % 2 === 0 ? sequence(random, lines, 5000) : edited(random, before, lines, 300);
      check(before.join(''), after.join(''), `alphabet ${alphabet}, seed ${seed}`);
    }
  });

  it('common lines amid lines that the other text does not have', () => {
    for (let seed = 1; seed <= 4; seed++) {
      const random = new Random(seed);
      const lines = makeLines(random, 6);
      const withOwn = (own: string) =>
        Array.from({ length: 3000 }, (_, at) =>
          random.chance(0.7) ? `${own}${at >> 3}\n` : random.pick(lines),
        ).join('');
      check(withOwn('old'), withOwn('new'), `seed ${seed}`);
    }
  });

  it('long snakes among noise: a search that is cut short', () => {
    const random = new Random(5);
    const lines = Array.from({ length: 12 }, (_, id) => `${id}\n`);
    const before: string[] = [];
    const after: string[] = [];
    while (before.length + after.length < 70_000) {
      const shared = sequence(random, lines, 1 + random.below(120));
      before.push(...shared);
      after.push(...shared);
      for (let left = random.below(40); left > 0; left--) {
        (random.chance(0.5) ? before : after).push(random.pick(lines));
      }
    }
    check(before.join(''), after.join(''), 'seed 5');
  });
});

describe('git diff --histogram', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'pairbench-histogram-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  /** The hunks of git, without what it appends to their headers. */
  function gitHunks(oldText: string, newText: string): string {
    const names = [join(directory, 'old'), join(directory, 'new')] as const;
    writeFileSync(names[0], oldText);
    writeFileSync(names[1], newText);
    const options = ['--no-index', '--histogram', '--indent-heuristic', '--no-color', '--no-ext-diff', '-U3'];
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
    try {
      execFileSync('git', ['diff', ...options, ...names], { cwd: directory, env, stdio: 'pipe' });
      return '';
    } catch (error) {
      // Status 1: the texts differ.
      const { status, stdout } = error as { status?: number; stdout?: Buffer };
      if (status !== 1 || stdout === undefined) throw error;
      const patch = stdout.toString();
      return patch.slice(patch.indexOf('@@ ')).replace(/^(@@ .*? @@).*$/gm, '$1');
    }
  }

  /** As git has it, a count of one is left out. */
  function ourHunks(engine: DiffEngine, oldText: string, newText: string): string {
    const patch = engine.createTwoFilesPatch('a', 'b', oldText, newText, undefined, undefined, OPTIONS);
    return patch.slice(patch.indexOf('@@ ')).replace(/^@@ .*/gm, (header) => header.replaceAll(/,1\b/g, ''));
  }

  const body = (name: string) => `function ${name}() {\n  start();\n  if (ready) {\n    run();\n  }\n}\n\n`;
  const CASES: Readonly<Record<string, readonly [string, string]>> = {
    'a moved function': [
      body('one') + body('two') + body('three') + body('four'),
      body('one') + body('three') + body('four') + body('two'),
    ],
    'a block inserted before a similar one': [
      `${body('one')}${body('three')}end();\n`,
      `${body('one')}${body('two')}${body('three')}end();\n`,
    ],
    'a block inserted behind a similar one, at the end': [body('one'), body('one') + body('two')],
    'a removed block': [body('one') + body('two') + body('three'), body('one') + body('three')],
    'a wrapped block': [
      'a();\nb();\nc();\nd();\n',
      'a();\nif (x) {\n  b();\n  c();\n} else {\n  b();\n}\nd();\n',
    ],
    'a comment that repeats': [
      '/**\n * One.\n */\none();\n\n/**\n * Three.\n */\nthree();\n',
      '/**\n * One.\n */\none();\n\n/**\n * Two.\n */\ntwo();\n\n/**\n * Three.\n */\nthree();\n',
    ],
    'no line feed at the end': ['a\nb', 'a\nb\nc'],
  };

  it.each(Object.keys(CASES))('%s: the same hunks', (name) => {
    const [oldText, newText] = CASES[name] as readonly [string, string];
    for (const engine of Object.values(engines)) {
      expect(ourHunks(engine, oldText, newText)).toBe(gitHunks(oldText, newText));
    }
  });

  it('edited windows of a bundle: the same hunks', () => {
    const bundle = readFileSync(fileURLToPath(import.meta.resolve('fast-check')), 'utf8');
    const lines = bundle.split(/(?<=\n)/);
    expect(lines.length).toBeGreaterThan(8000);
    for (let seed = 1; seed <= 20; seed++) {
      const random = new Random(seed);
      const start = random.below(lines.length - 4000);
      const before = lines.slice(start, start + 2000);
      const after = edited(random, before, lines.slice(start, start + 4000), 12);
      const [oldText, newText] = [before.join(''), after.join('')];
      for (const engine of Object.values(engines)) {
        expect(ourHunks(engine, oldText, newText), `seed ${seed}`).toBe(gitHunks(oldText, newText));
      }
    }
  });
});
