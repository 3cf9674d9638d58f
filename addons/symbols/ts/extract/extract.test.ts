/** What is found in which source, by both engines; and that both find the same in the files of real packages. */

import { globSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SymbolIndex } from '../contract.ts';
import { languageOf } from '../languages.ts';
import { ENGINES, titleOf, whyNoNative } from '../testing/engines.ts';
import { extract } from './extract.ts';

/** Name of a file, source, and what is found: `kind name` or `kind container > name`. */
const TABLE: readonly (readonly [string, string, string])[] = [
  ['a.ts', 'function f(a: string): void; function f(a: number): void; function f(a) {}', 'function f'],
  [
    'a.ts',
    'export function f(): void\nexport function f() { function g() { class C {} } }',
    'function f, function f > g, class g > C',
  ],
  [
    'a.ts',
    'class C { constructor(a); constructor(private a, public readonly b = 1, c) {} }',
    'class C, constructor C > constructor, property C > a, property C > b',
  ],
  [
    'a.ts',
    'class C { static m(): void; static m() {} m() {} get x() { return 1 } set x(v) {} accessor y = 1; #z = 1 }',
    'class C, method C > m, method C > m, property C > x, property C > x, property C > y, property C > #z',
  ],
  [
    'a.ts',
    "abstract class C { abstract m(): void; ['a' + 1]() {} 'b-c'() {} 12 = 1; [Symbol.iterator]() {} [k: string]: any; static { function s() {} } }",
    "class C, method C > m, method C > ['a' + 1], method C > b-c, property C > 12, method C > [Symbol.iterator], function C > s",
  ],
  ['a.ts', '@dec({ a() {} }) class C { @dec() m(@dec p) {} }', 'class C, method C > m'],
  [
    'a.ts',
    'class __proto__ { __proto__ = 1; toString() {} } const constructor = 1',
    'class __proto__, property __proto__ > __proto__, method __proto__ > toString, constant constructor',
  ],
  [
    'a.ts',
    'interface I { a: string; m(): void; m(x: 1): void; new (): I; (): I; readonly [k: string]: any; get q(): number } interface I { b: 1 }',
    'interface I, property I > a, method I > m, property I > q, interface I, property I > b',
  ],
  [
    'a.ts',
    'type T = { a: 1; b(): void }; type U<V> = V | { c: 1 }',
    'type T, property T > a, method T > b, type U',
  ],
  [
    'a.ts',
    "enum E { A, 'B b', ['C'] = 3 } declare const enum F {} namespace E { export const x = 1 }",
    "enum E, enumMember E > A, enumMember E > B b, enumMember E > ['C'], enum F, namespace E, constant E > x",
  ],
  [
    'a.ts',
    "namespace A.B { const a = 1 } declare module 'm' { export function f(): void } declare module 'n'; declare global { var g: 1 } export {}",
    'namespace A.B, constant A.B > a, module m, function m > f, module n, namespace global, variable global > g',
  ],
  [
    'a.ts',
    'const a = 1; let b; var c = function () {}; const d = () => 1, e = class { m() {} }, f = (class {}) as any',
    'constant a, variable b, function c, function d, class e, method e > m, class f',
  ],
  [
    'a.ts',
    'const { a, b: [c, , ...d], e: { f = 1 }, ...g } = x',
    'constant a, constant c, constant d, constant f, constant g',
  ],
  [
    'a.ts',
    'const o = { m() {}, p: 1, q: function () { function inner() {} }, get r() { return 1 }, s: { t() {} } } as const',
    'constant o, method o > m, method o > q, function q > inner, method o > r',
  ],
  [
    'a.ts',
    'function f() { const local = 1; let g = () => { function h() {} } } { const inBlock = 1 } for (const i of x) {}',
    'function f, function f > h',
  ],
  ['a.ts', 'export default class {}', 'class default'],
  ['a.ts', 'export default function (): void; export default function () {}', 'function default'],
  ['a.ts', 'const a = 1; export default a', 'constant a'],
  ['a.ts', 'export default { m() {} }', 'constant default, method default > m'],
  ['a.ts', 'export default () => {}', 'function default'],
  [
    'a.ts',
    "const a = 1; export { a, a as b, a as 'c d' }; export { e, f as g, default } from './x'; export * from './y'; export * as ns from './z'; import q, { r } from 'x'; export import s = a.b",
    'constant a, variable b, variable c d, variable e, variable g, variable default, namespace ns, variable s',
  ],
  ['a.cts', 'function f() {} export = f', 'function f'],
  [
    'a.d.ts',
    'declare function f(): void; declare function f(a: 1): void; declare let x: 1, y: 2; declare class C { m(): void; m(a: 1): void; private constructor() }',
    'function f, variable x, variable y, class C, method C > m, constructor C > constructor',
  ],
  [
    'a.tsx',
    'export const A = <T,>(p: T) => <div>{[1].map(() => <B c={() => 1} />)}</div>; function C() { return <></> }',
    'function A, function C',
  ],
  [
    'a.js',
    'exports.a = exports.b = void 0; exports.a = function () {}; exports.c = 5; module.exports.d = class { m() {} }; const e = 1; exports.e = e',
    'function a, variable c, class d, method d > m, constant e',
  ],
  ['a.js', 'module.exports = { a() {}, b: () => 1, c }', 'method a, method b'],
  ['a.cjs', 'module.exports = function named() {}', 'function named'],
  ['a.cjs', 'module.exports = class {}', 'class default'],
  [
    'a.js',
    'function F() {} F.prototype.m = function () {}; F.s = () => {}; Unknown.t = function () { function u() {} }; F.n = 1',
    'function F, method F > m, method F > s, function u',
  ],
  [
    'a.js',
    '(function (root, factory) {})(this, function (exports) { function inside() {} return class {} })',
    'function inside',
  ],
  ['a.js', 'with (a) { function f() {} } var x = 010', 'function f, variable x'],
  [
    'a.js',
    'if (a) function f() {} else if (b) { function g() {} } try { class C {} } catch { class D {} } finally { class E {} } switch (1) { case 1: function h() {} }',
    'function f, function g, class C, class D, class E, function h',
  ],
  ['a.jsx', 'const A = () => <a b={{ c() {} }}>text</a>', 'function A'],
  ['a.mjs', 'export async function* a() {} export const b = await import("x")', 'function a, constant b'],
  [
    'a.ts',
    'const \\u0061bc = 1; const über = 1, 变量 = 2, 𝒳 = 3',
    'constant abc, constant über, constant 变量, constant 𝒳',
  ],
  ['a.js', 'await f(); var a', 'variable a'],
  ['a.ts', 'await f(); var a', 'variable a'],
  ['a.js', 'var await = 1; with (a) { function f() {} }', 'variable await, function f'],
  ['a.ts', '', ''],
  ['a.ts', '// nothing', ''],
];

function found(index: SymbolIndex): string[] {
  return index
    .query('', { limit: 10_000 })
    .sort((one, other) => one.line - other.line || one.column - other.column)
    .map(({ kind, container, name }) => `${kind} ${container === undefined ? '' : `${container} > `}${name}`);
}

for (const tested of ENGINES) {
  describe.skipIf(tested.skip !== undefined)(titleOf(tested), () => {
    it.each(TABLE)('%s: %s', (path, source, expected) => {
      using index = tested.engine.openSymbolIndex();
      const { problem } = index.updateFile(path, source);
      expect(problem).toBeUndefined();
      expect(found(index).join(', ')).toBe(expected);
    });

    it('places names by lines that end with LF, CRLF or CR, in UTF-16 code units', () => {
      using index = tested.engine.openSymbolIndex();
      index.updateFile('a.js', '\ufeff#!/usr/bin/env node\r\nvar a;\rvar b;\n/* 𝒳é */ var c; \u2028 var d');
      const places = index.query('').map(({ name, line, column }) => `${name} ${line}:${column}`);
      expect(places).toEqual(['a 1:4', 'b 2:4', 'c 3:14', 'd 3:23']);
    });

    it('says where a source does not parse, and keeps what it had', () => {
      using index = tested.engine.openSymbolIndex();
      index.updateFile('a.ts', 'const a = 1');
      const { symbols, problem } = index.updateFile('a.ts', 'const a = 1\nconst = 2');
      expect(symbols).toBe(1);
      expect(problem).toMatchObject({ line: 1, column: 6 });
      expect(found(index)).toEqual(['constant a']);
    });

    it('is not ended by deep nesting', () => {
      using index = tested.engine.openSymbolIndex();
      for (const [open, close] of [
        ['(', ')'],
        ['[', ']'],
        ['{', '}'],
        ['f(', ')'],
        ['a?b:', ''],
        ['!', ''],
        ['`${', '}`'],
      ] as const) {
        const source = `x = ${open.repeat(20_000)}1${close.repeat(20_000)}`;
        expect(() => index.updateFile('deep.js', source)).not.toThrow();
      }
      expect(index.updateFile('after.js', 'var a').symbols).toBe(1);
    });
  });
}

/** Where a package of the lockfile lies. */
function directoryOf(name: string): string {
  const require = createRequire(import.meta.url);
  for (const place of require.resolve.paths(name) ?? []) {
    const path = join(place, name);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return realpathSync(path);
  }
  return dirname(require.resolve(`${name}/package.json`));
}

describe.skipIf(whyNoNative !== undefined)('both engines', () => {
  it('find the same in files of real packages', () => {
    let files = 0;
    let symbols = 0;
    for (const name of ['typescript-5', 'oxc-parser', 'fast-check', 'vitest', 'zod', 'smol-toml', 'diff']) {
      const directory = directoryOf(name);
      for (const path of globSync('**/*.{ts,mts,cts,js,mjs,cjs}', { cwd: directory }).sort()) {
        const whole = join(directory, path);
        const language = languageOf(path);
        if (language === undefined || statSync(whole).size > 1_000_000) continue;
        const source = readFileSync(whole, 'utf8');
        const mine = extract(source, language);
        using index = (
          ENGINES.find(({ name: engine }) => engine === 'native') as (typeof ENGINES)[number]
        ).engine.openSymbolIndex();
        const update = index.updateFile(path, source);
        if ('problem' in mine) expect(update.problem, whole).toEqual(mine.problem);
        else {
          expect(update, whole).toEqual({ symbols: mine.symbols.length });
          const places = (
            list: readonly { name: string; container?: string | undefined; line: number; column: number }[],
          ) =>
            list
              .map(({ name: symbol, container, line, column }) => `${line}:${column} ${container} ${symbol}`)
              .sort();
          if (mine.symbols.length <= 10_000)
            expect(places(index.query('', { limit: 10_000 })), whole).toEqual(places(mine.symbols));
          symbols += mine.symbols.length;
        }
        files++;
      }
    }
    expect(files).toBeGreaterThan(300);
    expect(symbols).toBeGreaterThan(10_000);
  });
});
