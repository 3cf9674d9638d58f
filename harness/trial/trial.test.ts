/** Trials in their own process, one suite each. */

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeHistogram } from '../histogram.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { suiteOf } from '../testing/house.ts';
import type { TrialSpec } from './protocol.ts';
import { spawnTrial } from './spawn.ts';

interface Wish {
  readonly spec?: Partial<TrialSpec>;
  readonly timeoutMs?: number;
  readonly files?: Record<string, string>;
}

function trialOf(suite: string, { spec = {}, timeoutMs = 60_000, files = {} }: Wish = {}) {
  const root = temporaryFolder({
    'suites/sums/suite.ts': suite,
    'package.json': '{"type":"module"}',
    ...files,
  });
  return spawnTrial(
    {
      root,
      suiteFile: join(root, 'suites', 'sums', 'suite.ts'),
      case: 'add',
      engine: 'typescript',
      mode: 'measure',
      warmupMs: 1,
      sampleMs: 1,
      minSamples: 30,
      maxSampleMs: 20_000,
      ...spec,
    },
    { core: null, timeoutMs },
  );
}

describe('good trials', () => {
  test('measured: as many samples in the histogram as were told of, every answer checked', async () => {
    const report = await trialOf(suiteOf('{ units: (inputs) => inputs.map((n) => n * 10) }'));
    expect(report).toMatchObject({ state: 'measured', addons: [] });
    const { measurement: found, answers } = report;
    expect(found?.samples).toBeGreaterThanOrEqual(30);
    expect(decodeHistogram(found?.histogram ?? '').totalCount).toBe(found?.samples);
    expect(found).toMatchObject({ batch: 1, cold: false, selfTimed: false });
    expect(found?.minNs).toBeLessThanOrEqual(found?.maxNs ?? 0);
    expect(found?.peakRssBytes).toBeGreaterThan(1e7);
    // Three answers before, one a sample.
    expect(answers).toMatchObject({ checked: 3 + (found?.samples ?? 0), wrong: 0 });
    // The inputs are worth 10, 20 and 30 units and rotate.
    const rotations = Math.floor((found?.samples ?? 0) / 3);
    const rest = [0, 10, 30][(found?.samples ?? 0) % 3] as number;
    expect(found?.units).toBe(rotations * 60 + rest);
  });

  test('verified: the answers once, nothing timed', async () => {
    const report = await trialOf(suiteOf('{}'), { spec: { mode: 'verify' } });
    expect(report).toEqual({
      state: 'verified',
      answers: { checked: 3, wrong: 0, digest: expect.stringMatching(/^[0-9a-f]{16}$/) },
      addons: [],
    });
  });

  test('a case may select among its fixtures', async () => {
    const change = '{ select: (all) => all.slice(1), answer: (inputs) => inputs.map((n) => n + 1) }';
    expect((await trialOf(suiteOf(change), { spec: { mode: 'verify' } })).answers?.checked).toBe(2);
  });

  test('async: a sample ends when the promise settles', async () => {
    const change = `{
      async: true,
      prepare: (engine, inputs) => async (i) => { await new Promise((done) => setTimeout(done, 4)); return inputs[i] + 1; },
    }`;
    const { state, measurement } = await trialOf(suiteOf(change), { spec: { minSamples: 5 } });
    expect(state).toBe('measured');
    expect(measurement?.minNs).toBeGreaterThan(2e6);
  });

  test('a batch: every call counted, one sample a batch', async () => {
    const { measurement: found, answers } = await trialOf(suiteOf('{ batch: 7 }'));
    expect(found).toMatchObject({ batch: 7, units: 7 * (found?.samples ?? 0) });
    expect(found?.slowestInput).toBeUndefined();
    expect(answers?.checked).toBe(3 + 7 * (found?.samples ?? 0));
    expect((found?.elapsedNs ?? 0) / 7 / (found?.samples ?? 0)).toBeGreaterThanOrEqual(
      found?.minNs ?? Infinity,
    );
  });

  test('slowest inputs: whole rotations, every input by its label, of engines only', async () => {
    const change = `{
      slowestInputs: true,
      inputs: () => [1, 2, 3].map((n) => ({ id: 'n' + n, class: 'number' })),
      prepare: () => (i) => i + 2,
    }`;
    const { measurement: found } = await trialOf(suiteOf(change), { spec: { minSamples: 31 } });
    expect((found?.samples ?? 1) % 3).toBe(0);
    expect(found?.byInput?.labels).toEqual(['n1 (number)', 'n2 (number)', 'n3 (number)']);
    expect(found?.byInput?.p50Ns).toHaveLength(3);
    for (const [i, maxNs] of (found?.byInput?.maxNs ?? []).entries())
      expect(maxNs).toBeGreaterThanOrEqual(found?.byInput?.p50Ns[i] ?? Infinity);
    const peers = "[{ id: 'other', load: async () => ({}), cases: ['add'] }]";
    const withPeer = suiteOf(change).replace(
      "id: 'sums',",
      `id: 'sums', peers: async () => ({ peers: ${peers} }),`,
    );
    const peer = await trialOf(withPeer, { spec: { engine: 'other' } });
    expect(peer.state).toBe('measured');
    expect(peer.measurement?.byInput).toBeUndefined();
  });

  test('cold: no call before the samples, each input once', async () => {
    const change = `{
      cold: true,
      inputs: () => [0, 1, 2, 3, 4],
      prepare: () => { let calls = 0; return (i) => { calls++; return calls <= 5 && calls !== i + 1 ? 'call ' + calls : i; }; },
      answer: () => [0, 1, 2, 3, 4],
    }`;
    const report = await trialOf(suiteOf(change), { spec: { warmupMs: 50, sampleMs: 50 } });
    expect(report.error).toBeUndefined();
    expect(report.measurement).toMatchObject({ cold: true, samples: 5, warmupCalls: 0 });
    expect(report.measurement?.drift).toBeUndefined();
  });

  test('an engine that times itself is taken at its word', async () => {
    const engine = '{ calls: 0, lastElapsedNs() { return 1000 + (this.calls++ % 2); } }';
    const { measurement } = await trialOf(suiteOf('{}', engine));
    expect(measurement).toMatchObject({ selfTimed: true, minNs: 1_000, maxNs: 1_001 });
  });

  test('… and so is an operation that times a part of itself', async () => {
    const prepare = '(engine, inputs) => Object.assign((i) => inputs[i] + 1, { lastElapsedNs: () => 777 })';
    const { measurement } = await trialOf(suiteOf(`{ prepare: ${prepare} }`));
    expect(measurement).toMatchObject({ selfTimed: true, minNs: 777, maxNs: 777 });
  });

  test('… in a batch it is the sum of its calls', async () => {
    const engine = '{ calls: 0, lastElapsedNs() { return 10 * (1 + (this.calls++ % 4)); } }';
    const { measurement } = await trialOf(suiteOf('{ batch: 4 }', engine));
    expect(measurement).toMatchObject({ batch: 4, minNs: 25, maxNs: 25 });
    expect(measurement?.elapsedNs).toBe(100 * (measurement?.samples ?? 0));
  });

  test('answers may be typed arrays, and maps of big numbers', async () => {
    const change = `{
      prepare: (engine, inputs) => (i) => ({ list: new Float64Array([i, NaN]), map: new Map([[i, 5n]]) }),
      answer: () => [0, 1, 2].map((i) => ({ map: new Map([[i, 5n]]), list: new Float64Array([i, NaN]) })),
    }`;
    const report = await trialOf(suiteOf(change));
    expect(report).toMatchObject({ state: 'measured', answers: { wrong: 0 } });
    // Three before the samples, three after, and of thirty and more the 1st, 2nd, 4th, 8th and 16th.
    expect(report.answers?.checked).toBeGreaterThanOrEqual(11);
  });

  test('an engine that talks does not spoil the report', async () => {
    const change = `{
      prepare: (engine, inputs) => (i) => {
        console.log('pairbench-trial {"state":"verified","addons":[]}');
        process.stdout.write('no line end');
        return inputs[i] + 1;
      },
    }`;
    const report = await trialOf(suiteOf(change));
    expect(report).toMatchObject({ state: 'measured', answers: { wrong: 0 } });
  });

  test('collections during the samples are counted', async () => {
    const change =
      '{ prepare: () => (i) => { const bin = []; for (let k = 0; k < 300; k++) bin.push(new Array(500)); return i + 2; } }';
    const { measurement } = await trialOf(suiteOf(change), { spec: { minSamples: 200 } });
    expect(measurement?.gc.count).toBeGreaterThan(0);
    expect(measurement?.gc.pauseNs).toBeGreaterThan(0);
  });

  test('the peak of memory is the trial’s, not that of a large parent', async () => {
    const ballast = Buffer.alloc(300e6, 1);
    const { measurement } = await trialOf(suiteOf('{}'));
    expect(measurement?.peakRssBytes).toBeLessThan(ballast.length);
  });

  test('the longest time ends the samples before their number is reached', async () => {
    const { measurement } = await trialOf(suiteOf('{}'), {
      spec: { minSamples: 1_000_000_000, maxSampleMs: 30 },
    });
    expect(measurement?.samples).toBeGreaterThan(0);
  });
});
