import { describe, expect, test } from 'vitest';
import type { Result, TrialRow } from '../result.ts';
import type { Target } from '../targets.ts';
import { measurementOf, resultOf, rowsOf, targetOf, timesOf } from '../testing/result.ts';
import { judge } from './judge.ts';

const SIX = [1_000, 1_010, 1_020, 1_030, 1_040, 1_050];
const NATIVE = timesOf('sums/add', 'native', SIX);
const TYPESCRIPT = timesOf(
  'sums/add',
  'typescript',
  SIX.map((ns) => ns * 4),
);
const ADD = [...NATIVE, ...TYPESCRIPT];

function verdictOf(target: Partial<Target>, result: Result = resultOf(ADD)) {
  const judgement = judge(result, [targetOf(target)]);
  return { ...judgement, ...judgement.verdicts[0] };
}

describe('against a limit', () => {
  test('met: the bound on the bad side is good', () => {
    expect(verdictOf({ max: 1_100 })).toMatchObject({ verdict: 'met', blocks: false, passed: true });
  });

  test('missed: the bound on the good side is bad, and a held target blocks', () => {
    expect(verdictOf({ max: 900 })).toMatchObject({
      verdict: 'missed',
      blocks: true,
      passed: false,
      couldNotMeasure: false,
    });
  });

  test('inconclusive: the limit lies between the bounds, and does not block', () => {
    const found = verdictOf({ max: 1_025 });
    expect(found).toMatchObject({ verdict: 'inconclusive', blocks: false, passed: true });
    expect(found.why).toMatch(/1.02 us|1.03 us/);
    expect(found.why).toContain('between');
    expect(found.why).toMatch(/would have been met, .* missed$/);
  });

  test('a limit right on the bound is met', () => {
    const worst = verdictOf({ max: 2_000 }).estimate?.upperBound as number;
    expect(verdictOf({ max: worst }).verdict).toBe('met');
    expect(verdictOf({ max: worst - 1 }).verdict).toBe('inconclusive');
  });

  test('at least: the other way round', () => {
    expect(verdictOf({ metric: 'unitsPerSec', min: 900_000 })).toMatchObject({ verdict: 'met' });
    expect(verdictOf({ metric: 'unitsPerSec', min: 1_100_000 })).toMatchObject({ verdict: 'missed' });
    expect(verdictOf({ metric: 'unitsPerSec', min: 970_000 })).toMatchObject({ verdict: 'inconclusive' });
  });

  test('too few trials decide nothing, however clear they look', () => {
    const four = resultOf(timesOf('sums/add', 'native', [10, 10, 10, 10]));
    expect(verdictOf({ max: 1_000_000 }, four)).toMatchObject({
      verdict: 'inconclusive',
      why: '4 trials give no 95 % bound; five or more do',
    });
    const five = resultOf(timesOf('sums/add', 'native', [10, 10, 10, 10, 10]));
    expect(verdictOf({ max: 1_000_000 }, five).verdict).toBe('met');
  });

  test('an open target that is missed is shown and does not block', () => {
    expect(verdictOf({ max: 900, status: 'open', reason: 'later' })).toMatchObject({
      verdict: 'missed',
      blocks: false,
      passed: true,
    });
  });

  test('a discarded one is not judged; its evidence is the reason', () => {
    expect(verdictOf({ max: 1, status: 'discarded', evidence: 'seen ten times slower' })).toMatchObject({
      verdict: 'discarded',
      why: 'seen ten times slower',
      passed: true,
    });
  });
});

describe('not measured', () => {
  test('a held target without one good trial fails the gate', () => {
    const result = resultOf(TYPESCRIPT);
    expect(verdictOf({ max: 1_000 }, result)).toMatchObject({
      verdict: 'unmeasured',
      why: 'no good trial of sums/add on native',
      passed: false,
      couldNotMeasure: false,
    });
    expect(verdictOf({ metric: 'speedup', against: 'rival', min: 1 }, resultOf(ADD)).why).toBe(
      'no good trial of sums/add on rival',
    );
  });

  test('an open one says why it is open', () => {
    expect(verdictOf({ max: 1_000, case: 'sums/later', status: 'open', reason: 'not built' })).toMatchObject({
      verdict: 'unmeasured',
      why: 'not built',
      passed: true,
    });
  });

  test('a deleted case fails a complete run', () => {
    expect(verdictOf({ case: 'sums/gone', max: 1_000 })).toMatchObject({
      verdict: 'unmeasured',
      why: 'no suite has the case sums/gone',
      blocks: true,
      passed: false,
      couldNotMeasure: false,
    });
  });

  test('… also where the native engine is missing: a deleted case is not excused by that', () => {
    const gone = resultOf(TYPESCRIPT, {
      unavailable: [{ suite: 'sums', engine: 'native', reason: 'no binding' }],
    });
    expect(verdictOf({ case: 'sums/gone', max: 1_000 }, gone).couldNotMeasure).toBe(false);
  });

  test('a partial choice blocks nothing outside itself', () => {
    const partial = resultOf(ADD, { complete: false });
    expect(verdictOf({ case: 'sums/other', max: 1_000 }, partial)).toMatchObject({
      verdict: 'unmeasured',
      blocks: false,
      passed: true,
    });
    const [entry] = partial.cases;
    const nativeOnly = resultOf(NATIVE, {
      complete: false,
      cases: [{ ...(entry as NonNullable<typeof entry>), engines: ['native'] }],
    });
    expect(verdictOf({ metric: 'speedup', against: 'typescript', min: 2 }, nativeOnly)).toMatchObject({
      verdict: 'unmeasured',
      why: 'not among the chosen engines',
      passed: true,
    });
    expect(verdictOf({ max: 900 }, nativeOnly)).toMatchObject({ verdict: 'missed', passed: false });
  });

  test('an engine that is not available here: could not measure, rather than failed', () => {
    const missing = resultOf(TYPESCRIPT, {
      unavailable: [{ suite: 'sums', engine: 'native', reason: 'no binding for this platform' }],
    });
    expect(verdictOf({ max: 1_000 }, missing)).toMatchObject({
      verdict: 'unmeasured',
      why: 'native is not available here',
      passed: false,
      couldNotMeasure: true,
    });
    const missed = judge(missing, [targetOf({ max: 1_000 }), targetOf({ engine: 'typescript', max: 1_000 })]);
    expect(missed).toMatchObject({ passed: false, couldNotMeasure: false });
  });

  test('an engine that was not chosen is not asked for where it is not available either', () => {
    const [entry] = resultOf(TYPESCRIPT).cases;
    const chosen = resultOf(TYPESCRIPT, {
      complete: false,
      cases: [{ ...(entry as NonNullable<typeof entry>), engines: ['typescript'] }],
      unavailable: [{ suite: 'sums', engine: 'native', reason: 'no binding' }],
    });
    expect(verdictOf({ max: 1_000 }, chosen)).toMatchObject({ blocks: false, passed: true });
  });
});

describe('faults', () => {
  const broken = (state: 'failed' | 'wrong-answer', error: string, trial = 6): TrialRow => ({
    case: 'sums/add',
    engine: 'rival',
    role: 'peer',
    trial,
    position: trial,
    state,
    error,
    addons: [],
  });

  test.each(['failed', 'wrong-answer'] as const)(
    'a trial that %s fails the gate though no target names it',
    (state) => {
      const judgement = judge(resultOf([...ADD, broken(state, 'boom')]), []);
      expect(judgement).toMatchObject({ passed: false, couldNotMeasure: false });
      expect(judgement.faults).toEqual([
        `sums/add rival: ${state === 'failed' ? 'failed' : 'wrong answer'}: boom`,
      ]);
    },
  );

  test('the same fault of several trials is one line', () => {
    const judgement = judge(resultOf([6, 7, 8].map((trial) => broken('failed', 'boom', trial))), []);
    expect(judgement.faults).toEqual(['sums/add rival: failed: boom (3 trials)']);
  });

  test('a fault is never excused by a missing engine', () => {
    const result = resultOf([...TYPESCRIPT, broken('failed', 'boom')], {
      unavailable: [{ suite: 'sums', engine: 'native', reason: 'no binding' }],
    });
    expect(judge(result, [targetOf({ max: 1 })])).toMatchObject({ passed: false, couldNotMeasure: false });
  });
});

describe('a result that does not agree with itself', () => {
  test('a damaged histogram', () => {
    const [row] = timesOf('sums/add', 'native', [10]);
    const damaged = { ...(row as TrialRow), measurement: { ...measurementOf(10), histogram: 'HISTxxxx' } };
    expect(() => judge(resultOf([damaged]), [])).toThrow(expect.objectContaining({ code: 'ERR_RESULT' }));
  });

  test('a histogram of other samples', () => {
    const [row] = rowsOf('sums/add', 'native', [{ ...measurementOf(10, 20), samples: 10_000 }]);
    expect(() => judge(resultOf([row as TrialRow]), [])).toThrow(/10000 samples, but 20 in the histogram/);
  });
});

test('nothing asked and nothing wrong passes', () => {
  expect(judge(resultOf(ADD), [])).toMatchObject({ passed: true, verdicts: [], faults: [] });
});
