/** The three clocks in their own processes, on work of known length. */

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../testing/folder.ts';
import { suiteOf } from '../testing/house.ts';
import { CLOCK_NAMES } from './clocks/clock.ts';
import type { TrialSpec } from './protocol.ts';
import { spawnTrial } from './spawn.ts';

function trialOf(suite: string, spec: Partial<TrialSpec>) {
  const root = temporaryFolder({ 'suites/sums/suite.ts': suite, 'package.json': '{"type":"module"}' });
  return spawnTrial(
    {
      root,
      suiteFile: join(root, 'suites', 'sums', 'suite.ts'),
      case: 'add',
      engine: 'typescript',
      mode: 'crosscheck',
      warmupMs: 5,
      sampleMs: 60,
      minSamples: 1,
      maxSampleMs: 20_000,
      ...spec,
    },
    { core: null, timeoutMs: 60_000 },
  );
}

/** Inputs 1, 2 and 3 spin for 50, 100 and 150 us: 100 in the mean of whole rotations, and of nothing else. */
const SPIN = 'const end = performance.now() + (i + 1) / 20; while (performance.now() < end);';

describe.each(CLOCK_NAMES)('%s', (clock) => {
  test('the mean of a call over whole rotations', async () => {
    const suite = suiteOf(`{ prepare: () => (i) => { ${SPIN} return i + 2; } }`);
    const { state, error, answers, reading } = await trialOf(suite, { clock });
    expect(error).toBeUndefined();
    expect(state).toBe('measured');
    expect(answers).toMatchObject({ checked: 6, wrong: 0 });
    expect(reading).toMatchObject({ clock, inputs: 3, async: false });
    expect((reading?.calls ?? 0) % 3).toBe(0);
    expect(reading?.meanNs).toBeGreaterThan(100_000);
    // Above what was spun by what other tests took of the core, a call being stretched as the whole was.
    const { spanNs = 0, mainThreadNs } = reading?.noise ?? {};
    const stretch = spanNs / (mainThreadNs ?? spanNs);
    expect(reading?.meanNs).toBeLessThan(150_000 * stretch);
  });

  test('promises', async () => {
    const suite = suiteOf(`{
      async: true,
      prepare: () => async (i) => { await new Promise((done) => setTimeout(done, 4)); return i + 2; },
    }`);
    const { error, reading } = await trialOf(suite, { clock });
    expect(error).toBeUndefined();
    expect(reading?.async).toBe(true);
    expect(reading?.meanNs).toBeGreaterThan(3.5e6);
    expect(reading?.meanNs).toBeLessThan(11e6);
  });

  test('a rotation longer than the time is made once at least', async () => {
    const suite = suiteOf(`{ prepare: () => (i) => { ${SPIN} return i + 2; } }`);
    const { reading } = await trialOf(suite, { clock, sampleMs: 0.01 });
    expect(reading?.rotations).toBeGreaterThanOrEqual(1);
    expect(reading?.meanNs).toBeGreaterThan(100_000);
  });

  test('answers that are right before and wrong under the clock', async () => {
    // Six calls come before the clock's: three that are checked and one rotation to warm up.
    const late = 'globalThis.calls = (globalThis.calls ?? 0) + 1;';
    const scalar = suiteOf(
      `{ prepare: () => (i) => { ${late} ${SPIN} return globalThis.calls === 8 ? 0 : i + 2; } }`,
    );
    expect(await trialOf(scalar, { clock, warmupMs: 0 })).toMatchObject({
      state: 'wrong-answer',
      answers: { wrong: 1 },
    });
    const list = suiteOf(`{
      prepare: () => (i) => { ${late} ${SPIN} return [globalThis.calls > 7 ? 0 : i]; },
      answer: () => [[0], [1], [2]],
    }`);
    const report = await trialOf(list, { clock, warmupMs: 0 });
    expect(report).toMatchObject({ state: 'wrong-answer', error: 'input 1: at [0]: expected 1, got 0' });
    expect(report.reading).toBeUndefined();
  });

  test.each([
    [
      'throws',
      "{ prepare: () => (i) => { if (++globalThis.calls > 6) throw new Error('late'); return i + 2; } }",
    ],
    [
      'rejects',
      "{ async: true, prepare: () => async (i) => { if (++globalThis.calls > 6) throw new Error('late'); return i + 2; } }",
    ],
  ])('an operation that %s', async (_, change) => {
    const report = await trialOf(`globalThis.calls = 0; ${suiteOf(change)}`, { clock, warmupMs: 0 });
    expect(report).toMatchObject({ state: 'failed', error: 'late' });
  });
});

test('a crosscheck without a clock is a fault of the caller', async () => {
  expect((await trialOf(suiteOf('{}'), {})).error).toBe('a crosscheck without a clock');
});
