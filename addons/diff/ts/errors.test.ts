import { thrownBy, wrong } from '@pairbench/testing';
import { describe, expect, it } from 'vitest';
import { type DiffEngine, DiffError, MAX_TEXT_LENGTH } from './contract.ts';
import { loadNative } from './native.ts';
import { npmEngine } from './testing/compare.ts';
import { engines, nativeTitle, whyNoNative } from './testing/engines.ts';

type Call = (engine: DiffEngine) => unknown;
type Case = readonly [name: string, call: Call, code: string, message: string];

const TYPE = 'ERR_INVALID_ARG_TYPE';
const RANGE = 'ERR_OUT_OF_RANGE';
const tooLong = 'a'.repeat(MAX_TEXT_LENGTH + 1);

const TEXTS: readonly (readonly [value: unknown, got: string])[] = [
  [undefined, 'undefined'],
  [null, 'null'],
  [5, '5'],
  [true, 'true'],
  [5n, 'a bigint'],
  [Symbol('s'), 'a symbol'],
  [{ toString: () => 'a' }, 'an object'],
  [['a'], 'an array'],
  [() => 'a', 'a function'],
  [Object('a'), 'an object'],
];

const CONTEXT = 'options.context must be a non-negative integer or Infinity, got';

function patched(options: unknown): Call {
  return (engine) => engine.createTwoFilesPatch('a', 'b', 'a\n', 'b\n', undefined, undefined, wrong(options));
}

const CASES: readonly Case[] = [
  ...TEXTS.flatMap(([value, got]): Case[] => [
    [`oldStr ${got}`, (e) => e.diffLines(wrong(value), ''), TYPE, `oldStr must be a string, got ${got}`],
    [
      `newStr ${got}`,
      (e) => e.createPatch('a', '', wrong(value)),
      TYPE,
      `newStr must be a string, got ${got}`,
    ],
    [
      `structuredPatch ${got}`,
      (e) => e.structuredPatch('a', 'b', wrong(value), ''),
      TYPE,
      `oldStr must be a string, got ${got}`,
    ],
    [
      `async ${got}`,
      (e) => e.createTwoFilesPatchAsync('a', 'b', '', wrong(value)),
      TYPE,
      `newStr must be a string, got ${got}`,
    ],
    [`source ${got}`, (e) => e.applyPatch(wrong(value), ''), TYPE, `source must be a string, got ${got}`],
    [`patch ${got}`, (e) => e.parsePatch(wrong(value)), TYPE, `patch must be a string, got ${got}`],
  ]),
  ...[-1, 1.5, Number.NaN, Number.NEGATIVE_INFINITY].map(
    (context): Case => [`context ${context}`, patched({ context }), RANGE, `${CONTEXT} ${context}`],
  ),
  ['context "3"', patched({ context: '3' }), TYPE, 'options.context must be a number, got "3"'],
  ['context null', patched({ context: null }), TYPE, 'options.context must be a number, got null'],
  ['options', patched('3'), TYPE, 'options must be an object or a function, got "3"'],
  ['callback', patched({ callback: 1 }), TYPE, 'options.callback must be a function, got 1'],
  ['signal', patched({ signal: {} }), TYPE, 'options.signal must be an AbortSignal, got an object'],
  [
    'algorithm',
    patched({ algorithm: 'patience' }),
    RANGE,
    'options.algorithm must be myers or histogram, got "patience"',
  ],
  ['edits', patched({ maxEditLength: '5' }), TYPE, 'options.maxEditLength must be a number, got "5"'],
  ['timeout', patched({ timeout: {} }), TYPE, 'options.timeout must be a number, got an object'],
  ['memory', patched({ maxMemoryBytes: -1 }), RANGE, 'options.maxMemoryBytes must not be negative, got -1'],
  [
    'newlineIsToken',
    patched({ newlineIsToken: true }),
    RANGE,
    'newlineIsToken may not be used with patch-generation functions, only with diffing functions',
  ],
  [
    'long text',
    (e) => e.diffLines('', tooLong),
    'ERR_TEXT_TOO_LARGE',
    `newStr has ${MAX_TEXT_LENGTH + 1} UTF-16 code units, more than ${MAX_TEXT_LENGTH}`,
  ],
];

const MALFORMED = [
  '@@ -1,1 +1,1 @@\n-a\n',
  '@@ -1,2 +1,1 @@\n-a\n+b\n',
  '@@ -1,1 +1,1 @@\n-a\n+b\n+c\n',
  '@@ -1 +1 @@\nxx\n',
  '@@ nonsense\n',
  '--- a\n+++ b\n@@ -1,0 +1,1 @@\n*a\n',
];

describe.each(Object.entries(engines))('%s', (_, engine) => {
  it.each(CASES)('%s', async (_name, call, code, message) => {
    const error = await thrownBy(() => call(engine));
    expect(error).toBeInstanceOf(DiffError);
    expect(error).toMatchObject({ name: 'DiffError', code, message });
  });

  it.each(MALFORMED)('says of %j what npm diff says', async (patch) => {
    const { message } = (await thrownBy(() => npmEngine.parsePatch(patch))) as Error;
    for (const call of [() => engine.parsePatch(patch), () => engine.applyPatch('a\n', patch)]) {
      const error = await thrownBy(call);
      expect(error).toBeInstanceOf(DiffError);
      expect(error).toMatchObject({ code: 'ERR_INVALID_PATCH', message });
    }
  });

  it.each([-1, 1.5, Number.POSITIVE_INFINITY])('fuzzFactor %s', async (fuzzFactor) => {
    const patch = engine.createPatch('a', 'a\n', 'b\n');
    const error = await thrownBy(() => engine.applyPatch('a\n', patch, { fuzzFactor }));
    expect(error).toMatchObject({ name: 'DiffError', code: RANGE });
  });

  it('passes on what a getter of the options throws, and works after it', async () => {
    const mine = new Error('mine');
    for (const name of ['context', 'ignoreWhitespace', 'algorithm', 'headerOptions', 'callback']) {
      const options = Object.defineProperty({}, name, {
        enumerable: true,
        get: () => {
          throw mine;
        },
      });
      expect(await thrownBy(() => patched(options)(engine))).toBe(mine);
    }
    expect(engine.diffLines('a\n', 'b\n')).toEqual(npmEngine.diffLines('a\n', 'b\n'));
  });

  it('does not write into the options it is given', () => {
    const options = Object.freeze({ headerOptions: Object.freeze({ includeIndex: false }) });
    expect(patched(options)(engine)).toContain('@@ -1,1 +1,1 @@');
  });
});

describe.skipIf(whyNoNative !== undefined)(`a panic inside, ${nativeTitle}`, () => {
  const calls: readonly (readonly [name: string, call: Call])[] = [
    ['runs', (e) => e.diffLines('a\n', 'b\n')],
    ['hunks', (e) => e.createPatch('a', 'a\n', 'b\n')],
    ['runsAsync.compute', (e) => e.diffLinesAsync('a\n', 'b\n')],
    ['hunksAsync.compute', (e) => e.createPatchAsync('a', 'a\n', 'b\n')],
  ];

  it.each(calls)('%s becomes ERR_INTERNAL, and the next call works', async (name, call) => {
    const engine = engines.native as DiffEngine;
    const before = await call(engine);
    loadNative().injectPanic(name);
    const error = await thrownBy(() => call(engine));
    expect(error).toBeInstanceOf(DiffError);
    expect(error).toMatchObject({ code: 'ERR_INTERNAL' });
    expect(await call(engine)).toEqual(before);
  });

  it('a callback is given undefined, and a warning says why', async () => {
    const engine = engines.native as DiffEngine;
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    loadNative().injectPanic('runsAsync.compute');
    const given = await new Promise((resolve) => engine.diffLines('a\n', 'b\n', resolve));
    expect(given).toBeUndefined();
    expect(await warned).toMatchObject({ code: 'ERR_INTERNAL' });
  });
});
