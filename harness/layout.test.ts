/** The import rule of the design, read off the sources: data goes one way. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('..', import.meta.url).pathname;
const SKIPPED = new Set(['node_modules', 'dist', 'target', 'testing']);

interface Source {
  /** From the root, with forward slashes. */
  readonly file: string;
  readonly text: string;
  readonly imports: readonly string[];
  /** Imports that are still there when the types are gone. */
  readonly runtimeImports: readonly string[];
}

const IMPORT =
  /(?:^|[\n;])\s*(?:import|export)\s+(type\s)?[^'"`;]*?from\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]|(?:^|[\n;])\s*import\s*['"]([^'"]+)['"]/g;

function readSource(path: string): Source {
  const text = readFileSync(path, 'utf8');
  const found = [...text.matchAll(IMPORT)].map(([, type, from, dynamic, bare]) => ({
    isType: type !== undefined,
    from: (from ?? dynamic ?? bare) as string,
  }));
  return {
    file: relative(ROOT, path).replaceAll('\\', '/'),
    text,
    imports: found.map(({ from }) => from),
    runtimeImports: found.filter(({ isType }) => !isType).map(({ from }) => from),
  };
}

function sourcesIn(folder: string, wanted: (name: string) => boolean): Source[] {
  const start = join(ROOT, folder);
  if (!existsSync(start)) return [];
  return readdirSync(start, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    if (entry.isDirectory()) return sourcesIn(join(folder, entry.name), wanted);
    return wanted(entry.name) ? [readSource(join(start, entry.name))] : [];
  });
}

const isProduct = (name: string) => name.endsWith('.ts') && !/\.test\.ts$|\.d\.ts$/.test(name);

/** Lines that break a rule: `file imports what`. */
const offences = (sources: readonly Source[], isForbidden: (from: string, source: Source) => boolean) =>
  sources.flatMap((source) =>
    source.imports
      .filter((from) => isForbidden(from, source))
      .map((from) => `${source.file} imports ${from}`),
  );

const harness = sourcesIn('harness', isProduct);
const named = (path: string) => harness.find(({ file }) => file === path);

test('the reader of imports sees each kind', () => {
  const source = named('harness/commands/report.ts');
  expect(source?.imports).toContain('node:fs');
  expect(source?.imports).toContain('../context.ts');
  expect(source?.runtimeImports).not.toContain('../context.ts');
  expect([..."const a = import('./x.ts');".matchAll(IMPORT)]).toHaveLength(1);
  expect([..."import './y.ts';".matchAll(IMPORT)]).toHaveLength(1);
  expect([...'import {\n  a,\n  type b,\n} from "z";'.matchAll(IMPORT)]).toHaveLength(1);
});

describe('suites', () => {
  const suites = sourcesIn('suites', isProduct);

  test('import harness/define and nothing else of the harness', () => {
    const isHarness = (from: string) => /(^|\/)harness\//.test(from) || /^pairbench(\/|$)/.test(from);
    expect(offences(suites, (from) => isHarness(from) && from !== 'pairbench/define')).toEqual([]);
  });

  test('import their own addon, the loader, fixtures and npm packages, no other suite and no other addon', () => {
    const own = (source: Source) => source.file.split('/')[1] as string;
    expect(
      offences(suites, (from, source) => {
        if (from.startsWith('@pairbench/'))
          return !['fixtures', 'loader', own(source)].includes(from.split('/')[1] ?? '');
        if (!from.startsWith('.')) return false;
        const target = join('/', source.file, '..', from);
        return !target.startsWith(`/suites/${own(source)}/`) && !target.startsWith('/fixtures/');
      }),
    ).toEqual([]);
  });
});

test('addons import the loader, nothing of the harness, of suites or of fixtures', () => {
  const addons = sourcesIn('addons', isProduct);
  expect(addons.length).toBeGreaterThan(0);
  expect(
    offences(
      addons,
      (from, { file }) =>
        /(^|\/)(harness|suites|fixtures)\//.test(from) ||
        /^pairbench(\/|$)/.test(from) ||
        (from.startsWith('.') && !join('/', file, '..', from).startsWith(`/addons/${file.split('/')[1]}/`)),
    ),
  ).toEqual([]);
});

const IMPURE = /^node:(fs|child_process|os|process|worker_threads|net|http|perf_hooks)/;

/** Imports of the machine by these files or anything that they load, types left out. */
function machineImports(start: readonly Source[]): string[] {
  const seen = new Set(start.map(({ file }) => file));
  const waiting = [...start];
  const touching: string[] = [];
  for (let source = waiting.pop(); source !== undefined; source = waiting.pop()) {
    for (const from of source.runtimeImports) {
      if (IMPURE.test(from)) touching.push(`${source.file} imports ${from}`);
      const next = from.startsWith('.') ? named(join(source.file, '..', from)) : undefined;
      if (next === undefined || seen.has(next.file)) continue;
      seen.add(next.file);
      waiting.push(next);
    }
  }
  return touching;
}

describe('gate, stats and report are pure', () => {
  const pure = harness.filter(({ file }) => /^harness\/(gate|stats|report)\//.test(file));

  test('there are such files', () => {
    expect(pure.length).toBeGreaterThan(8);
  });

  test('they import nothing that touches the machine, and no command', () => {
    expect(offences(pure, (from) => IMPURE.test(from) || /\/(commands|cli|trial)\b/.test(from))).toEqual([]);
  });

  test('nor does anything that they import', () => {
    expect(machineImports(pure)).toEqual([]);
  });

  test('so is the procedure that `compare` and `power` share', () => {
    const procedure = harness.filter(({ file }) =>
      /^harness\/(compare\/(affected|confirm|lines|record|sequence)|power\/(arms|page|record|replay|resample))\.ts$/.test(
        file,
      ),
    );
    expect(procedure.length).toBeGreaterThan(7);
    expect(machineImports(procedure)).toEqual([]);
  });

  test('they read neither arguments nor environment nor clock', () => {
    const impure = /process\.(argv|env|exit|cwd|hrtime)|Date\.now|new Date\(\)|performance\.|Math\.random/;
    expect(pure.filter(({ text }) => impure.test(text)).map(({ file }) => file)).toEqual([]);
  });
});

describe('the harness', () => {
  test('touches arguments and exit code only in the command line and the trial process', () => {
    const allowed = new Set(['harness/trial/main.ts']);
    const touching = harness.filter(({ text }) => /process\.(argv|exit\b|exitCode)|\bexit\(/.test(text));
    expect(touching.map(({ file }) => file).filter((file) => !allowed.has(file))).toEqual([]);
  });

  test('knows no hot path by name', () => {
    const ids = 'tokenizer storage diff sandbox symbols gitignore vector json compression'.split(' ');
    const literal = new RegExp(`(['"\`])(${ids.join('|')})(\\1|/)`);
    const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    expect(harness.filter(({ text }) => literal.test(code(text))).map(({ file }) => file)).toEqual([]);
  });

  test('imports no suite, addon or fixture', () => {
    expect(offences(harness, (from) => /(^|\/)(suites|addons|fixtures)\//.test(from))).toEqual([]);
    expect(offences(harness, (from) => from.startsWith('@pairbench/'))).toEqual([]);
  });

  test('has no file past 250 lines and none that is named after nothing', () => {
    const all = sourcesIn('harness', (name) => name.endsWith('.ts'));
    expect(all.filter(({ text }) => text.split('\n').length > 251).map(({ file }) => file)).toEqual([]);
    expect(all.filter(({ file }) => /(utils?|helpers?|misc)\b/.test(file)).map(({ file }) => file)).toEqual(
      [],
    );
  });
});
