/** The proof of the gate on noise whose truth is known, and the command once from end to end. */

import { describe, expect, test } from 'vitest';
import type { ArmReading, Block } from '../compare/sequence.ts';
import { seededRandom } from '../random.ts';
import { drawNormal } from '../stats/normal.ts';
import { buildHouse, suiteOf } from '../testing/house.ts';
import { resultOf } from '../testing/result.ts';
import { type ArmName, type PoolBlock, plantOf, sharedRounds, subjectOf } from './arms.ts';
import { powerPage, upperRate } from './page.ts';
import { parsePool } from './pool-file.ts';
import { analyse } from './record.ts';
import { replayRuns } from './replay.ts';
import { detectionCurve, resampleRuns } from './resample.ts';

const random = seededRandom(7);
const reading = (sd: number, factor = 1): ArmReading => ({
  p50Ns: 1000 * Math.exp(sd * drawNormal(random)),
  p99Ns: 3000 * factor * Math.exp(sd * drawNormal(random)),
});
/** Readings whose pairs have this sd of the log ratio. */
const blocks = (n: number, pairSd: number, p50 = 1, p99 = p50): Block[] => {
  const sd = pairSd / Math.SQRT2;
  const scaled = ({ p50Ns, p99Ns }: ArmReading) => ({ p50Ns: p50Ns * p50, p99Ns: (p99Ns as number) * p99 });
  const pair = () => ({ base: reading(sd), head: scaled(reading(sd)) });
  return Array.from({ length: n }, () => [pair(), pair()]);
};

describe('resampling', () => {
  test('5 % at a pair sd of 2 % is found in nearly every run, identical code fails in none', async () => {
    const rates = await resampleRuns({
      same: blocks(150, 0.02),
      planted: blocks(150, 0.02, 1.05),
      cases: 5,
      runs: 60,
      seed: 1,
    });
    expect(rates.planted.p50Ns.regressed).toBeGreaterThan(0.95);
    expect(rates.falseAlarms).toBe(0);
    expect(rates.same.p50Ns.unchanged).toBeGreaterThan(0.9);
    expect(rates.same.p50Ns.inconclusive).toBeLessThan(0.1);
  });

  test('a tail alone is found in the P99 and not in the P50', async () => {
    const rates = await resampleRuns({
      same: blocks(100, 0.02),
      planted: blocks(100, 0.02, 1, 1.1),
      cases: 2,
      runs: 40,
      seed: 2,
    });
    expect(rates.planted.p99Ns.regressed).toBeGreaterThan(0.95);
    expect(rates.planted.p50Ns.regressed).toBe(0);
  });

  test('a pool that is not identical raises alarms: the count can go up', async () => {
    const rates = await resampleRuns({ same: blocks(100, 0.01, 1.08), cases: 2, runs: 10, seed: 3 });
    expect(rates.falseAlarms).toBe(10);
  });

  test('more pairs and larger effects are seen more often', () => {
    const curve = detectionCurve(blocks(200, 0.03), 'p50Ns', {
      effects: [0.03, 0.05, 0.1],
      pairs: [14, 20, 30],
      margin: 0.02,
      alpha: 0.01,
      cases: 40,
      draws: 300,
      seed: 4,
    });
    const found = (pairs: number, effect: number) =>
      curve.find((point) => point.pairs === pairs && point.effect === effect)?.found as number;
    expect(found(30, 0.1)).toBeGreaterThan(0.99);
    expect(found(30, 0.05)).toBeGreaterThan(found(20, 0.05));
    expect(found(30, 0.05)).toBeGreaterThan(found(30, 0.03));
    expect(curve).toHaveLength(9);
  });
});

describe('rounds with a shared base', () => {
  test('every arm twice, forwards and backwards, the base once for all', async () => {
    const measured: ArmName[] = [];
    const kept: PoolBlock[] = [];
    const takeRound = sharedRounds(
      async (arm) => {
        measured.push(arm);
        return { p50Ns: measured.length, p99Ns: 1 };
      },
      seededRandom(1),
      0,
      (block) => kept.push(block),
    );
    const taken = await takeRound([subjectOf('same'), subjectOf('tail')]);
    expect([...measured].sort()).toEqual(['base', 'base', 'same', 'same', 'tail', 'tail']);
    expect(measured.slice(3)).toEqual(measured.slice(0, 3).reverse());
    const [block] = kept as [PoolBlock];
    const [first, second] = block.readings.base as [ArmReading, ArmReading];
    expect([first.p50Ns, second.p50Ns]).toEqual([
      measured.indexOf('base') + 1,
      measured.lastIndexOf('base') + 1,
    ]);
    expect([...taken.keys()]).toEqual(['same', 'tail']);
    for (const pairs of taken.values()) expect((pairs as Block)[0].base).toBe(first);
  });

  test('a trial that fails ends the round for all arms', async () => {
    const fault = { why: 'crashed', fails: true };
    const takeRound = sharedRounds(
      async () => fault,
      seededRandom(1),
      0,
      () => {},
    );
    expect(await takeRound([subjectOf('same')])).toEqual(new Map([['same', fault]]));
  });
});

test('what is planted: nothing into the base and its twin, 5 % everywhere, 10 % over the P99', () => {
  expect(plantOf('base', 1000)).toBeUndefined();
  expect(plantOf('same', 1000)).toBeUndefined();
  expect(plantOf('share', 1000)).toEqual({ kind: 'share', share: 0.05 });
  expect(plantOf('tail', 1000)).toEqual({ kind: 'tail', every: 100, atLeastNs: 1100 });
});

test.each([
  // 1 - 0.05^(1/n), and Wilson's score interval (1927) at z = 1.645.
  [0, 300, 0.00994],
  [0, 20, 0.1391],
  [1, 200, 0.0221],
  [10, 100, 0.1606],
])('upper bound of %i in %i', (seen, runs, bound) => {
  expect(upperRate(seen, runs)).toBeCloseTo(bound, 3);
});

test('the page names the case, the seed, the machine and what was found', async () => {
  const order: ArmName[] = ['share', 'base', 'tail', 'same'];
  const pool = Array.from({ length: 20 }, (): PoolBlock => {
    const two = (p50: number, p99: number): [ArmReading, ArmReading] => {
      const [block] = blocks(1, 0.01, p50, p99) as [Block];
      return [block[0].head, block[1].head];
    };
    return {
      run: 0,
      order,
      readings: { base: two(1, 1), same: two(1, 1), share: two(1.05, 1.05), tail: two(1, 1.1) },
    };
  });
  const facts = {
    createdAt: '2026-11-22T10:00:00.000Z',
    command: 'npx -y pnpm@12 bench power',
    subject: 'sums/add native',
    seed: 9,
    environment: resultOf([]).environment,
    seconds: 600,
    trials: 160,
    disturbedTrials: 3,
    p99BeforeNs: 3000,
  };
  const record = await analyse(facts, [], pool, 5);
  expect(record.effects.find(({ arm }) => arm === 'share')?.ratio).toBeCloseTo(1.05, 1);
  expect(record.pairSd.p50Ns).toBeCloseTo(0.01, 2);
  expect(record.position.p50Ns.effects).toHaveLength(4);
  const page = powerPage(record);
  for (const words of [
    'sums/add native',
    'Seed 9',
    'Example CPU',
    '## Resampled runs',
    '## Effect by number',
  ]) {
    expect(page).toContain(words);
  }
  expect(page).not.toMatch(/NaN|undefined/);
});

test('a recorded run, gone through again, gives the verdicts of the same procedure', async () => {
  const noisy = (factor: number): [ArmReading, ArmReading] => [reading(0.01, factor), reading(0.01, factor)];
  const pool = Array.from({ length: 40 }, (_, i): PoolBlock => {
    const all = i % 20 < 8;
    const order: ArmName[] = all ? ['base', 'same', 'share', 'tail'] : ['base', 'tail'];
    const [base, same, share] = [noisy(1), noisy(1), noisy(1)];
    const readings = { base, tail: noisy(1.1), ...(all ? { same, share } : {}) };
    return { run: Math.floor(i / 20), order, readings };
  });
  const live = await replayRuns(pool);
  expect(live.map(({ run }) => run)).toEqual([0, 1]);
  for (const { verdicts } of live) {
    const found = Object.fromEntries(verdicts.map(({ id, verdict }) => [id, verdict]));
    expect(found).toEqual({
      'same p50Ns': 'unchanged',
      'same p99Ns': 'unchanged',
      'share p50Ns': 'unchanged',
      'tail p99Ns': 'regressed',
    });
  }
});

test.each([
  ['no JSON', '{', 'is damaged'],
  ['no pool', '{}', 'createdAt'],
])('data with %s is refused', (_, text, words) => {
  expect(() => parsePool(text, 'data.json')).toThrow(words);
});

test('from end to end: one live run, its page and its data', async () => {
  // Long enough for the clock, short enough for ten thousand samples a trial.
  const spin =
    '{ prepare: (engine, inputs) => (i) => { let n = 0; for (let k = 0; k < 300; k++) n += k & 1; return inputs[i] + n - 149; } }';
  const house = buildHouse({ 'suites/sums/suite.ts': suiteOf(spin) });
  const { code, stderr } = await house.run(
    'power --profile smoke --case sums/add --engine typescript --seed 5',
  );
  expect(stderr).toContain('sums/add typescript: 1 live runs');
  expect(code).toBe(0);
  expect(house.read('.pairbench/gate-power.md')).toContain('Seed 5');
  const record = JSON.parse(house.read('.pairbench/gate-power.json')) as {
    pool: PoolBlock[];
    live: unknown[];
  };
  expect(record.live).toHaveLength(1);
  expect(record.pool.length).toBe(2);
  const again = await house.run('power .pairbench/gate-power.json --profile smoke');
  expect(again.stderr).toContain('identical code: ');
  expect(again.code).toBe(0);
});

test.each([
  ['power --case sums/add --engine typescript --profile quick --publish', 'only --profile full is published'],
  ['power --case sums/none', 'neither revision has a suite or case "sums/none"'],
])('%s is refused', async (line, words) => {
  const { code, stderr } = await buildHouse().run(line);
  expect(stderr).toContain(words);
  expect(code).toBe(2);
});
