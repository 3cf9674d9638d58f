/** The sequential test and its second pass, on pairs whose truth is known. */

import { describe, expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import { drawNormal } from '../stats/normal.ts';
import { compareTwice } from './confirm.ts';
import {
  type Block,
  compareInLooks,
  LARGEST_MARGIN,
  marginOf,
  type Pair,
  type Subject,
  type Taken,
  type TakeRound,
} from './sequence.ts';

interface Truth {
  /** head / base */
  readonly p50?: number;
  readonly p99?: number;
  readonly sd?: number;
}

/** Rounds of lognormal noise around a known ratio; counts what was asked for. */
function simulated(truths: Readonly<Record<string, Truth>>, seed = 1) {
  const random = seededRandom(seed);
  const asked: Record<string, number> = {};
  const takeRound: TakeRound = async (subjects) =>
    new Map(
      subjects.map(({ id }): [string, Taken] => {
        const { p50 = 1, p99 = p50, sd = 0.01 } = truths[id] ?? {};
        asked[id] = (asked[id] ?? 0) + 2;
        const noisy = (ns: number) => ns * Math.exp((sd / Math.SQRT2) * drawNormal(random));
        const pair = (): Pair => ({
          base: { p50Ns: noisy(1000), p99Ns: noisy(4000) },
          head: { p50Ns: noisy(1000 * p50), p99Ns: noisy(4000 * p99) },
        });
        return [id, [pair(), pair()]];
      }),
    );
  return { takeRound, asked };
}

const subject = (id: string, metrics: Subject['metrics'] = ['p50Ns']): Subject => ({ id, metrics });
const verdictsOf = (units: readonly { id: string; verdict: string }[]) =>
  Object.fromEntries(units.map(({ id, verdict }) => [id, verdict]));

describe('looks', () => {
  test('identical code is unchanged at the first look, and is measured no further', async () => {
    const { takeRound, asked } = simulated({ a: {}, b: {} });
    const found = await compareInLooks([subject('a'), subject('b')], takeRound);
    expect(verdictsOf(found.verdicts)).toEqual({ 'a p50Ns': 'unchanged', 'b p50Ns': 'unchanged' });
    expect(asked).toEqual({ a: 14, b: 14 });
  });

  test('what is undecided goes on to 20 and 30 pairs, the rest stays as it was', async () => {
    const { takeRound, asked } = simulated({ quiet: {}, loud: { p50: 1.09, sd: 0.15 } }, 3);
    const found = await compareInLooks([subject('quiet'), subject('loud')], takeRound);
    expect(asked).toEqual({ quiet: 14, loud: 30 });
    expect(verdictsOf(found.verdicts)).toEqual({ 'quiet p50Ns': 'unchanged', 'loud p50Ns': 'inconclusive' });
    expect(found.verdicts[1]?.why).toMatch(/would have shown|cannot tell/);
  });

  test('a slowdown of 5 % at a noise of 2 % is regressed, its mirror improved', async () => {
    const { takeRound } = simulated({ slow: { p50: 1.05, sd: 0.02 }, fast: { p50: 1 / 1.05, sd: 0.02 } });
    const found = await compareInLooks([subject('slow'), subject('fast')], takeRound);
    expect(verdictsOf(found.verdicts)).toEqual({ 'slow p50Ns': 'regressed', 'fast p50Ns': 'improved' });
  });

  test('the metrics of a subject are judged side by side: a slow tail under an unchanged middle', async () => {
    const { takeRound } = simulated({ a: { p50: 1, p99: 1.1 } });
    const found = await compareInLooks([subject('a', ['p50Ns', 'p99Ns'])], takeRound);
    expect(verdictsOf(found.verdicts)).toEqual({ 'a p50Ns': 'unchanged', 'a p99Ns': 'regressed' });
  });

  test('a metric that not every trial gave is not judged', async () => {
    const { takeRound } = simulated({ a: {} });
    const withoutTail: TakeRound = async (subjects) => {
      const [block] = [...(await takeRound(subjects)).values()] as [Block];
      return new Map([['a', [{ base: { p50Ns: 1 }, head: block[0].head }, block[1]]]]);
    };
    const found = await compareInLooks([subject('a', ['p50Ns', 'p99Ns'])], withoutTail);
    expect(found.verdicts.map(({ metric }) => metric)).toEqual(['p50Ns']);
  });

  test('a subject with a fault is dropped, the others go on', async () => {
    const { takeRound } = simulated({ good: {} });
    const fault = { why: 'head: wrong answer', fails: true };
    const broken: TakeRound = async (subjects) => {
      const taken = new Map(await takeRound(subjects));
      if (taken.has('bad')) taken.set('bad', fault);
      return taken;
    };
    const found = await compareInLooks([subject('good'), subject('bad')], broken);
    expect([...found.faults]).toEqual([['bad', fault]]);
    expect(verdictsOf(found.verdicts)).toEqual({ 'good p50Ns': 'unchanged' });
  });

  test('looks at odd numbers of pairs are refused', async () => {
    await expect(
      compareInLooks([subject('a')], simulated({}).takeRound, { pairsAtLooks: [15] }),
    ).rejects.toThrow(RangeError);
  });
});

describe('controls', () => {
  test.each([
    [1.06, true],
    [1 / 1.06, true],
    [1.04, false],
    [1, false],
  ])('one that moves to %s of itself voids the run: %s', async (ratio, voided) => {
    const { takeRound } = simulated({ a: { p50: 1.2 }, still: {}, moving: { p50: ratio, sd: 0.001 } });
    const controls = [subject('still'), subject('moving')];
    const found = await compareTwice([subject('a')], takeRound, { controls });
    expect(found.voided).toBe(voided);
    expect(found.first.controls.find(({ id }) => id === 'moving')?.ratio).toBeCloseTo(ratio, 2);
    // Nothing is confirmed in a void run, so nothing of it fails.
    expect(found.verdicts[0]?.verdict).toBe(voided ? 'inconclusive' : 'regressed');
  });
});

describe('the second pass', () => {
  test('a change that is in the code shows again and fails', async () => {
    const { takeRound, asked } = simulated({ slow: { p50: 1.1 }, same: {} });
    const found = await compareTwice([subject('slow'), subject('same')], takeRound);
    expect(verdictsOf(found.verdicts)).toEqual({ 'slow p50Ns': 'regressed', 'same p50Ns': 'unchanged' });
    expect(asked).toEqual({ slow: 28, same: 14 });
    expect(found.verdicts[0]?.why).toContain('again in a second pass');
  });

  test('what the machine did only during the first pass is inconclusive, and says so', async () => {
    const during = simulated({ a: { p50: 1.1 } }).takeRound;
    const after = simulated({ a: {} }).takeRound;
    let rounds = 0;
    const found = await compareTwice([subject('a')], (subjects) => (rounds++ < 7 ? during : after)(subjects));
    expect(found.verdicts[0]?.verdict).toBe('inconclusive');
    expect(found.verdicts[0]?.why).toMatch(/^regressed in the first pass .* unchanged in the second/);
  });

  test('a run that was interrupted before it confirms nothing', async () => {
    const { takeRound, asked } = simulated({ a: { p50: 1.1 } });
    const found = await compareTwice([subject('a')], takeRound, { isOver: () => (asked.a ?? 0) >= 14 });
    expect(found.verdicts[0]).toMatchObject({ verdict: 'inconclusive' });
    expect(found.verdicts[0]?.why).toContain('not confirmed');
  });
});

describe('margins', () => {
  const pairsOf = (base: number, head: number): Pair => ({ base: { p50Ns: base }, head: { p50Ns: head } });

  test('come from the noise within each arm, whatever lies between the arms', () => {
    const random = seededRandom(5);
    const noisy = (ns: number, sd: number) => ns * Math.exp(sd * drawNormal(random));
    const pairs = (factor: number, sd: number) =>
      Array.from({ length: 400 }, () => pairsOf(noisy(100, sd), noisy(100 * factor, sd)));
    expect(marginOf(pairs(1, 0.001), 'p50Ns', 30)).toBe(0.02);
    // 4 standard deviations of the estimate of 30 pairs, each of sd sqrt(2) x 5 %.
    const expected = Math.expm1(4 * Math.sqrt(Math.PI / 3 / 30) * 0.05 * Math.SQRT2);
    for (const factor of [1, 1.5, 3]) {
      expect(Math.abs(marginOf(pairs(factor, 0.05), 'p50Ns', 30) / expected - 1)).toBeLessThan(0.1);
    }
    expect(marginOf(pairs(1, 0.3), 'p50Ns', 30)).toBe(LARGEST_MARGIN);
  });
});
