import { Random, thrownBy, wrong } from '@pairbench/testing';
import { describe, expect, it } from 'vitest';
import { DiffError } from './contract.ts';
import { npmEngine, outcome } from './testing/compare.ts';
import { costlyTexts } from './testing/costly.ts';
import { engines } from './testing/engines.ts';
import { type Call, randomCall } from './testing/pairs.ts';

type Loose = (...args: unknown[]) => unknown;

const [costlyOld, costlyNew] = costlyTexts(4000);

describe.each(Object.entries(engines))('%s', (_, engine) => {
  const asyncs = {
    diffLines: engine.diffLinesAsync,
    structuredPatch: engine.structuredPatchAsync,
    createPatch: engine.createPatchAsync,
    createTwoFilesPatch: engine.createTwoFilesPatchAsync,
  } as unknown as Record<Call['name'], Loose>;

  it('gives with a promise what it gives at once, many together', async () => {
    const random = new Random(7);
    const calls = Array.from({ length: 500 }, () => randomCall(random));
    const found = await Promise.all(
      calls.map(async (call) => {
        const promise = { [call.name]: asyncs[call.name] } as never;
        try {
          return await (outcome(promise, call) as Promise<unknown>);
        } catch (error) {
          return { thrown: (error as Error).message };
        }
      }),
    );
    for (const [at, call] of calls.entries()) expect(found[at]).toEqual(outcome(npmEngine, call));
  });

  it('calls back what it would return, later and once, undefined for limits too', async () => {
    const random = new Random(8);
    for (let done = 0; done < 200; done++) {
      const call = randomCall(random);
      const expected = outcome(npmEngine, call);
      if (typeof expected === 'object' && 'thrown' in (expected ?? {})) continue;
      let calls = 0;
      const got = await new Promise((resolve) => {
        const callback = (result: unknown) => {
          calls++;
          resolve(result);
        };
        expect(outcome(engine, { ...call, options: { ...call.options, callback } })).toBeUndefined();
        expect(calls).toBe(0);
      });
      expect(got).toEqual(expected);
      await new Promise((resolve) => setImmediate(resolve));
      expect(calls).toBe(1);
    }
  });

  it('takes a function in the place of the options', async () => {
    const patch = await new Promise((resolve) => {
      engine.createTwoFilesPatch('a', 'b', 'a\n', 'b\n', undefined, undefined, wrong(resolve));
    });
    expect(patch).toBe(npmEngine.createTwoFilesPatch('a', 'b', 'a\n', 'b\n'));
    const changes = await new Promise((resolve) => {
      engine.diffLines('a\n', 'b\n', wrong(resolve));
    });
    expect(changes).toEqual(npmEngine.diffLines('a\n', 'b\n'));
  });

  it('lets timers run while it works', { timeout: 60_000 }, async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const patch = await engine.createPatchAsync('a', costlyOld, costlyNew);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(1);
    expect(patch).toBe(engine.createPatch('a', costlyOld, costlyNew));
  });

  it.each(['myers', 'histogram'] as const)('%s: rejects with the reason of a signal', async (algorithm) => {
    const reason = new Error('enough');
    const before = AbortSignal.abort(reason);
    expect(await thrownBy(() => engine.diffLinesAsync('a', 'b', { algorithm, signal: before }))).toBe(reason);
    const controller = new AbortController();
    const options = { algorithm: 'myers', signal: controller.signal } as const;
    const running = engine.createPatchAsync('a', costlyOld, costlyNew, undefined, undefined, options);
    setImmediate(() => controller.abort(reason));
    expect(await thrownBy(() => running)).toBe(reason);
    expect(await engine.diffLinesAsync('a\n', 'b\n')).toHaveLength(2);
  });

  it('rejects with a typed error, never throws at once', async () => {
    const promise = engine.createPatchAsync('a', costlyOld, costlyNew, undefined, undefined, {
      maxMemoryBytes: 1000,
    });
    const error = await thrownBy(() => promise);
    expect(error).toBeInstanceOf(DiffError);
    expect(error).toMatchObject({ code: 'ERR_MEMORY_LIMIT' });
    const refused = engine.diffLinesAsync(wrong(1), '');
    expect(refused).toBeInstanceOf(Promise);
    expect(await thrownBy(() => refused)).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
  });

  it('gives up after the time it is given', async () => {
    expect(engine.diffLines(costlyOld, costlyNew, { timeout: 0 })).toBeUndefined();
    expect(engine.diffLines(costlyOld, costlyNew, { timeout: -1 })).toBeUndefined();
    expect(await engine.diffLinesAsync(costlyOld, costlyNew, { timeout: 1 })).toBeUndefined();
    const called = await new Promise((resolve) => {
      engine.createPatch('a', costlyOld, costlyNew, undefined, undefined, { timeout: 1, callback: resolve });
    });
    expect(called).toBeUndefined();
    // Equal texts need no search.
    expect(engine.diffLines('a\n', 'a\n', { timeout: -1 })).toEqual(npmEngine.diffLines('a\n', 'a\n'));
  });
});
