/** What goes wrong in a trial is a report with one clear line, and never an exception. */

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../testing/folder.ts';
import { GOOD_SUITE, suiteOf } from '../testing/house.ts';
import type { TrialSpec } from './protocol.ts';
import { spawnTrial } from './spawn.ts';

function trialOf(suite: string, spec: Partial<TrialSpec> = {}, timeoutMs = 60_000, signal?: AbortSignal) {
  const root = temporaryFolder({ 'suites/sums/suite.ts': suite, 'package.json': '{"type":"module"}' });
  const whole: TrialSpec = {
    root,
    suiteFile: join(root, 'suites', 'sums', 'suite.ts'),
    case: 'add',
    engine: 'typescript',
    mode: 'measure',
    warmupMs: 0,
    sampleMs: 0,
    minSamples: 5,
    maxSampleMs: 20_000,
    ...spec,
  };
  return spawnTrial(whole, { core: null, timeoutMs, ...(signal === undefined ? {} : { signal }) });
}

const operation = (body: string) => suiteOf(`{ prepare: () => (i) => { ${body} } }`);

describe('wrong answers', () => {
  test('before the samples: nothing is timed', async () => {
    expect(await trialOf(operation('return i === 2 ? 5 : i + 2'))).toEqual({
      state: 'wrong-answer',
      error: 'input 2: expected 4, got 5',
      answers: { checked: 3, wrong: 1, digest: expect.any(String) },
      addons: [],
    });
  });

  test('only during the samples', async () => {
    const late = 'globalThis.calls = (globalThis.calls ?? 0) + 1; return globalThis.calls > 5 ? -1 : i + 2';
    const report = await trialOf(operation(late));
    expect(report.state).toBe('wrong-answer');
    expect(report.measurement).toBeUndefined();
  });

  test('only after the samples, where answers are too large to look at each time', async () => {
    const suite = suiteOf(`{
      prepare: () => { let calls = 0; return (i) => [calls++ < 8 ? i : 'x']; },
      answer: () => [[0], [1], [2]],
    }`);
    const report = await trialOf(suite);
    expect(report).toMatchObject({ state: 'wrong-answer', error: "input 0: at [0]: expected 0, got 'x'" });
  });

  test('of a kind that cannot be written as JSON', async () => {
    const report = await trialOf(suiteOf("{ prepare: () => () => 5n, answer: () => [5n, 6n, '5'] }"));
    expect(report.error).toBe('input 1: expected 6n, got 5n');
  });
});

describe('failed, in one line', () => {
  const failures: [string, string, RegExp][] = [
    [
      'a clock that goes backwards',
      operation('globalThis.at ??= 1e6; performance.now = () => (globalThis.at -= 0.5); return i + 2'),
      /^(the clock went backwards|a sample of -\d+ ns is no time: the clock did not move or is broken)$/,
    ],
    ['an engine that throws', operation("throw new RangeError('too\\nlarge')"), /^too; large$/],
    ['one that throws no error', operation("throw 'a word'"), /^a word$/],
    ['one that ends the process', operation('process.exit(0)'), /^the trial process ended by exit code 0/],
    ['one that ends it with a code', operation('process.exit(9)'), /^the trial process ended by exit code 9/],
    [
      'one that is killed',
      operation("process.kill(process.pid, 'SIGKILL')"),
      /^the trial process ended by signal SIGKILL/,
    ],
    [
      'an error nobody caught, without its stack',
      suiteOf(
        "{ async: true, prepare: () => () => new Promise(() => setTimeout(() => { throw new TypeError('late'); }, 1)) }",
      ),
      /^the trial process ended by exit code \d+: TypeError: late$/,
    ],
    [
      'a promise that never settles',
      suiteOf('{ async: true, prepare: () => () => new Promise(() => {}) }'),
      /exit code 13: a promise never settled$/,
    ],
    [
      'a promise where none was announced',
      operation('return Promise.resolve(i + 2)'),
      /returns a promise, but the case is not `async`/,
    ],
    [
      'an engine that does not load',
      GOOD_SUITE.replace(
        'typescript: async () => engine',
        "typescript: async () => { throw new Error('no engine'); }",
      ),
      /^no engine$/,
    ],
    ['answers of another number', suiteOf('{ answer: () => [2, 3] }'), /^case add: 3 inputs but 2 answers$/],
    ['no inputs', suiteOf('{ inputs: () => [], answer: () => [] }'), /^case add has no inputs$/],
    ['inputs that throw', suiteOf("{ inputs: () => { throw new Error('no file'); } }"), /^no file$/],
    [
      'a fixture set without a fixtures room',
      suiteOf("{ inputs: 'mixed' }"),
      /^a case names a fixture set, but .*index\.ts is not there$/,
    ],
    ['a set-up that throws', suiteOf("{ prepare: () => { throw new Error('no set-up'); } }"), /^no set-up$/],
    ['a suite that does not parse', 'export default {', /suite\.ts cannot be loaded: /],
  ];

  test.each(failures)('%s', async (_, suite, line) => {
    const report = await trialOf(suite);
    expect(report).toMatchObject({ state: 'failed', addons: [] });
    expect(report.error).toMatch(line);
    expect(report.error).not.toContain('\n');
  });

  test('a case or engine that is not there', async () => {
    expect((await trialOf(GOOD_SUITE, { case: 'gone' })).error).toBe('sums has no case "gone"');
    expect((await trialOf(GOOD_SUITE, { engine: 'gone' })).error).toBe('sums has no engine or peer "gone"');
  });

  test.each(['0', 'NaN', 'Infinity', '-5', '7.2e12'])('a clock that says %s', async (ns) => {
    const report = await trialOf(suiteOf('{}', `{ lastElapsedNs: () => ${ns} }`));
    expect(report.state).toBe('failed');
    expect(report.error).toBe(`a sample of ${Number(ns)} ns is no time: the clock did not move or is broken`);
  });

  test('a clock that an engine stopped', async () => {
    const suite = suiteOf('{ prepare: () => { performance.now = () => 1000; return (i) => i + 2; } }');
    const report = await trialOf(suite, { warmupMs: 0 });
    expect(report.error).toMatch(/a sample of 0 ns is no time/);
  });
});

describe('ended from outside', () => {
  const endless = operation('for (;;);');

  test('no answer in time', async () => {
    expect(await trialOf(endless, {}, 1_500)).toEqual({
      state: 'failed',
      error: 'no answer within 1.5 s',
      addons: [],
    });
  });

  test('also when a program it started holds on to the pipe', async () => {
    const suite = `import { spawn } from 'node:child_process';
      spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      ${endless}`;
    expect((await trialOf(suite, {}, 1_500)).error).toBe('no answer within 1.5 s');
  });

  test('by an interruption', async () => {
    const stop = new AbortController();
    const report = trialOf(endless, {}, 60_000, stop.signal);
    setTimeout(() => stop.abort(), 300);
    expect((await report).error).toBe('interrupted');
  });

  test('a command that cannot be started', async () => {
    const exec = process.execPath;
    try {
      process.execPath = '/nowhere/node';
      expect((await trialOf(GOOD_SUITE)).error).toMatch(/^the trial cannot be started: .*ENOENT/);
    } finally {
      process.execPath = exec;
    }
  });
});
