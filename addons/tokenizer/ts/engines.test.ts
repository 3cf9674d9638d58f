import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as api from './index.ts';
import { engines } from './testing/engines.ts';

const LONG = 'The quick brown fox jumps over the lazy dog. '.repeat(25_000);

describe.each(Object.entries(engines))('%s', (name, engine) => {
  it('gives back what it was given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...api.ENCODINGS), (text, encoding) => {
        expect(engine.decode(engine.encode(text, encoding), encoding)).toBe(text.toWellFormed());
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('decodes broken UTF-8 as TextDecoder does, and special tokens to their names', () => {
    expect(engine.decode([172])).toBe('\ufffd');
    expect(engine.decode([172, 239, 115])).toBe('\ufffd');
    expect(engine.decode([172, 64, 172])).toBe('\ufffda\ufffd');
    expect(engine.decode([199_999, 200_018])).toBe('<|endoftext|><|endofprompt|>');
    expect(engine.decode([100_257, 100_258, 100_259, 100_260, 100_276], 'cl100k_base')).toBe(
      '<|endoftext|><|fim_prefix|><|fim_middle|><|fim_suffix|><|endofprompt|>',
    );
  });

  it('counts the text that JSON.stringify gives', () => {
    const values = [
      0,
      null,
      'a"b',
      [1, [2, undefined]],
      { a: { b: 'c' }, d: new Date(0) },
      'text',
      true,
      NaN,
    ];
    for (const value of values) {
      for (const encoding of api.ENCODINGS) {
        expect(engine.estimateJsonTokens(value, encoding)).toBe(
          engine.countTokens(JSON.stringify(value), encoding),
        );
      }
    }
    for (const value of [undefined, () => 1, Symbol('s'), { toJSON: () => undefined }]) {
      expect(engine.estimateJsonTokens(value)).toBe(0);
    }
  });

  it('knows limits', () => {
    expect(engine.isWithinTokenLimit('', 0)).toBe(0);
    expect(engine.isWithinTokenLimit('a', 0)).toBe(false);
    expect(engine.isWithinTokenLimit('hello world', 2)).toBe(2);
    expect(engine.isWithinTokenLimit('hello world', 1)).toBe(false);
    expect(engine.isWithinTokenLimit('hello world', Infinity)).toBe(2);
    expect(engine.isWithinTokenLimit(LONG, Number.MAX_SAFE_INTEGER)).toBe(engine.countTokens(LONG));
    for (const limit of [1, 100, 5000, 200_000]) expect(engine.isWithinTokenLimit(LONG, limit)).toBe(false);
  });

  it('counts while others have their turn', async () => {
    let turns = 0;
    let running = true;
    const others = (async () => {
      for (; running; turns += 1) await nextTurn();
    })();
    const [first, second] = await Promise.all([
      engine.countTokensAsync(LONG),
      engine.countTokensAsync(LONG, { encoding: 'cl100k_base' }),
    ]);
    running = false;
    await others;
    expect(first).toBe(engine.countTokens(LONG));
    expect(second).toBe(engine.countTokens(LONG, 'cl100k_base'));
    expect(turns).toBeGreaterThan(2);
  });

  it('stops for a signal and leaves its onabort alone', async () => {
    const reason = new Error('enough');
    await expect(engine.countTokensAsync('a', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const { signal } = controller;
    let heard = 0;
    signal.onabort = () => {
      heard += 1;
    };
    const counting = engine.countTokensAsync(LONG.repeat(3), { signal });
    setImmediate(() => controller.abort(reason));
    await expect(counting).rejects.toBe(reason);
    expect(heard).toBe(1);
    const unused = new AbortController();
    expect(await engine.countTokensAsync('hello world', { signal: unused.signal })).toBe(2);
    unused.abort();
  });

  it('is reached through the public names', () => {
    const reach = api.engines[name as 'typescript' | 'native'];
    expect(reach()).toBe(engine);
  });
});

describe('the public API', () => {
  it('says which engine is live', () => {
    expect(['native', 'typescript']).toContain(api.engine.name);
    expect(api.engine.reason).not.toBe('');
  });

  it('works on the engine chosen', async () => {
    const text = 'hello world, hello tokens';
    const ids = api.encode(text);
    expect(api.decode(ids)).toBe(text);
    expect(api.countTokens(text)).toBe(ids.length);
    expect(api.countTokensBatch([text, ''])).toEqual(Uint32Array.of(ids.length, 0));
    expect(await api.countTokensAsync(text)).toBe(ids.length);
    expect(api.isWithinTokenLimit(text, ids.length)).toBe(ids.length);
    expect(api.estimateJsonTokens(text)).toBe(api.countTokens(`"${text}"`));
  });
});
