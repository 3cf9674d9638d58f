import { thrownBy, wrong } from '@pairbench/testing';
import { describe, expect, it } from 'vitest';
import { MAX_TEXT_LENGTH, type TokenizerEngine, TokenizerError } from './contract.ts';
import { loadNative } from './native.ts';
import { engines, nativeTitle, whyNoNative } from './testing/engines.ts';

type Call = (engine: TokenizerEngine) => unknown;
type Case = readonly [name: string, call: Call, code: string, message: string];

const tooLong = 'a'.repeat(MAX_TEXT_LENGTH + 1);
const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

function detached(): Uint32Array {
  const ids = Uint32Array.of(1, 2, 3);
  structuredClone(ids, { transfer: [ids.buffer] });
  return ids;
}

function shrunk(): Uint32Array {
  const buffer = new ArrayBuffer(16, { maxByteLength: 16 });
  const ids = new Uint32Array(buffer, 8, 2);
  buffer.resize(4);
  return ids;
}

const TYPE = 'ERR_INVALID_ARG_TYPE';
const TOO_LARGE = `has ${MAX_TEXT_LENGTH + 1} UTF-16 code units, more than the ${MAX_TEXT_LENGTH} accepted`;
const ENCODINGS = 'encoding must be one of o200k_base, cl100k_base';

const CASES: readonly Case[] = [
  ...[undefined, null, 5, 5n, Symbol('s'), {}, ['a'], () => 'a', Object('a')].map((value): Case => {
    const got = describeValue(value);
    return [`text ${got}`, (e) => e.countTokens(wrong(value)), TYPE, `text must be a string, got ${got}`];
  }),
  ['encode a number', (e) => e.encode(wrong(1)), TYPE, 'text must be a string, got 1'],
  ['limit of no text', (e) => e.isWithinTokenLimit(wrong(true), 1), TYPE, 'text must be a string, got true'],
  ['async, no text', (e) => e.countTokensAsync(wrong(-0)), TYPE, 'text must be a string, got -0'],
  [
    'texts no array',
    (e) => e.countTokensBatch(wrong('ab')),
    TYPE,
    'texts must be an array of strings, got "ab"',
  ],
  [
    'texts iterable',
    (e) => e.countTokensBatch(wrong(new Set())),
    TYPE,
    'texts must be an array of strings, got an object',
  ],
  ['element', (e) => e.countTokensBatch(wrong(['a', 1])), TYPE, 'texts[1] must be a string, got 1'],
  // biome-ignore lint/suspicious/noSparseArray: a hole is the point
  ['hole', (e) => e.countTokensBatch(wrong(['a', , 'b'])), TYPE, 'texts[1] must be a string, got undefined'],
  [
    'encoding',
    (e) => e.countTokens('', wrong('p50k_base')),
    'ERR_UNKNOWN_ENCODING',
    `${ENCODINGS}, got "p50k_base"`,
  ],
  ['encoding of a number', (e) => e.encode('', wrong(0)), 'ERR_UNKNOWN_ENCODING', `${ENCODINGS}, got 0`],
  ['encoding null', (e) => e.decode([], wrong(null)), 'ERR_UNKNOWN_ENCODING', `${ENCODINGS}, got null`],
  [
    'inherited encoding',
    (e) => e.countTokens('', wrong('toString')),
    'ERR_UNKNOWN_ENCODING',
    `${ENCODINGS}, got "toString"`,
  ],
  [
    'batch encoding',
    (e) => e.countTokensBatch([], wrong('')),
    'ERR_UNKNOWN_ENCODING',
    `${ENCODINGS}, got ""`,
  ],
  [
    'json encoding',
    (e) => e.estimateJsonTokens(1, wrong([])),
    'ERR_UNKNOWN_ENCODING',
    `${ENCODINGS}, got an array`,
  ],
  [
    'limit encoding',
    (e) => e.isWithinTokenLimit('', 1, wrong({})),
    'ERR_UNKNOWN_ENCODING',
    `${ENCODINGS}, got an object`,
  ],
  ['options', (e) => e.countTokensAsync('', wrong(null)), TYPE, 'options must be an object, got null'],
  [
    'options as encoding',
    (e) => e.countTokensAsync('', wrong('cl100k_base')),
    TYPE,
    'options must be an object, got "cl100k_base"',
  ],
  [
    'async encoding',
    (e) => e.countTokensAsync('', wrong({ encoding: 'x' })),
    'ERR_UNKNOWN_ENCODING',
    `${ENCODINGS}, got "x"`,
  ],
  [
    'signal',
    (e) => e.countTokensAsync('', wrong({ signal: {} })),
    TYPE,
    'options.signal must be an AbortSignal, got an object',
  ],
  ...[Number.NaN, -1, 1.5, -Infinity, '5', null, undefined, 5n].map((limit): Case => {
    const got = describeValue(limit);
    const message = `limit must be an integer >= 0 or Infinity, got ${got}`;
    return [`limit ${got}`, (e) => e.isWithinTokenLimit('a', wrong(limit)), TYPE, message];
  }),
  ['long text', (e) => e.countTokens(tooLong), 'ERR_TEXT_TOO_LARGE', `text ${TOO_LARGE}`],
  ['long text, encode', (e) => e.encode(tooLong), 'ERR_TEXT_TOO_LARGE', `text ${TOO_LARGE}`],
  ['long text, async', (e) => e.countTokensAsync(tooLong), 'ERR_TEXT_TOO_LARGE', `text ${TOO_LARGE}`],
  ['long text, limit', (e) => e.isWithinTokenLimit(tooLong, 1), 'ERR_TEXT_TOO_LARGE', `text ${TOO_LARGE}`],
  [
    'long text, batch',
    (e) => e.countTokensBatch(['', tooLong]),
    'ERR_TEXT_TOO_LARGE',
    `texts[1] ${TOO_LARGE}`,
  ],
  [
    'ids no array',
    (e) => e.decode(wrong('1')),
    TYPE,
    'ids must be a Uint32Array or an array of numbers, got "1"',
  ],
  [
    'other view',
    (e) => e.decode(wrong(new Int32Array(1))),
    TYPE,
    'ids must be a Uint32Array or an array of numbers, got an object',
  ],
  ['id as text', (e) => e.decode(wrong([1, '2'])), TYPE, 'ids[1] must be a number, got "2"'],
  ...[-1, 0.5, Number.NaN, Infinity, 2 ** 32, 2 ** 53].map((id): Case => {
    return [
      `id ${id}`,
      (e) => e.decode([7, id]),
      'ERR_INVALID_TOKEN',
      `ids[1] is ${id}, which is no token of o200k_base`,
    ];
  }),
  ...[199_998, 200_000, 200_017, 200_019, 2 ** 32 - 1].map((id): Case => {
    const message = `ids[2] is ${id}, which is no token of o200k_base`;
    return [
      `id ${id}`,
      (e) => e.decode(Uint32Array.of(1, 199_999, id, 300_000)),
      'ERR_INVALID_TOKEN',
      message,
    ];
  }),
  [
    'id of the other',
    (e) => e.decode([100_256], 'cl100k_base'),
    'ERR_INVALID_TOKEN',
    'ids[0] is 100256, which is no token of cl100k_base',
  ],
  [
    'shared id',
    (e) => e.decode(shared(199_998)),
    'ERR_INVALID_TOKEN',
    'ids[0] is 199998, which is no token of o200k_base',
  ],
  ['detached', (e) => e.decode(detached()), 'ERR_DETACHED_BUFFER', 'the buffer of ids is detached'],
  ['shrunk', (e) => e.decode(shrunk()), 'ERR_DETACHED_BUFFER', 'the buffer of ids was shrunk below its view'],
  [
    'a gigabyte',
    (e) => e.decode(new Uint32Array(2 ** 23).fill(longestId(e))),
    'ERR_TEXT_TOO_LARGE',
    `the text of ids is longer than ${MAX_TEXT_LENGTH} UTF-16 code units`,
  ],
  [
    'bigint',
    (e) => e.estimateJsonTokens({ a: 1n }),
    'ERR_NOT_SERIALIZABLE',
    'value cannot be written as JSON: Do not know how to serialize a BigInt',
  ],
  [
    'cycle',
    (e) => e.estimateJsonTokens(cyclic),
    'ERR_NOT_SERIALIZABLE',
    'value cannot be written as JSON: Converting circular structure to JSON',
  ],
  [
    'toJSON',
    (e) =>
      e.estimateJsonTokens({
        toJSON: () => {
          throw new Error('no\nway');
        },
      }),
    'ERR_NOT_SERIALIZABLE',
    'value cannot be written as JSON: no',
  ],
];

function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'symbol' || typeof value === 'function' || typeof value === 'bigint')
    return `a ${typeof value}`;
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function shared(...ids: number[]): Uint32Array {
  const view = new Uint32Array(new SharedArrayBuffer(4 * ids.length));
  view.set(ids);
  return view;
}

function longestId(engine: TokenizerEngine): number {
  return engine.encode(' '.repeat(128))[0] as number;
}

describe.each(Object.entries(engines))('%s', (_, engine) => {
  it.each(CASES)('%s', async (_name, call, code, message) => {
    const error = await thrownBy(() => call(engine));
    expect(error).toBeInstanceOf(TokenizerError);
    expect(error).toMatchObject({ name: 'TokenizerError', code, message });
  });

  it('keeps the cause of what JSON cannot write', async () => {
    const cause = new Error('mine');
    const toJSON = () => {
      throw cause;
    };
    expect(await thrownBy(() => engine.estimateJsonTokens({ toJSON }))).toMatchObject({ cause });
  });

  it('takes shared and resizable buffers, and views with an offset', () => {
    const ids = engine.encode('hello shared world');
    expect(engine.decode(shared(...ids))).toBe('hello shared world');
    const resizable = new Uint32Array(new ArrayBuffer(4 * ids.length, { maxByteLength: 4096 }));
    resizable.set(ids);
    expect(engine.decode(resizable)).toBe('hello shared world');
    expect(engine.decode(Uint32Array.of(9, 9, ...ids).subarray(2))).toBe('hello shared world');
    expect(engine.decode([...ids])).toBe('hello shared world');
    expect(engine.decode([])).toBe('');
  });

  it('works after errors', () => {
    expect(engine.countTokens('hello world')).toBe(2);
  });
});

describe.skipIf(whyNoNative !== undefined)(`a panic inside, ${nativeTitle}`, () => {
  const calls: readonly (readonly [name: string, call: Call])[] = [
    ['countTokens', (e) => e.countTokens('a')],
    ['countTokensBatch', (e) => e.countTokensBatch(['a'])],
    ['countTokensAsync', (e) => e.countTokensAsync('a')],
    ['encode', (e) => e.encode('a')],
    ['decode', (e) => e.decode([64])],
    ['countUpTo', (e) => e.isWithinTokenLimit('a', 1)],
  ];

  it.each(calls)('%s becomes ERR_INTERNAL, and the next call works', async (name, call) => {
    const engine = engines.native as TokenizerEngine;
    const before = await call(engine);
    loadNative().injectPanic(name);
    const error = await thrownBy(() => call(engine));
    expect(error).toBeInstanceOf(TokenizerError);
    expect(error).toMatchObject({ code: 'ERR_INTERNAL' });
    expect(await call(engine)).toEqual(before);
  });
});
