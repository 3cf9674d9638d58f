import { describe, expect, test } from 'vitest';
import type { Case, Peer } from './define.ts';
import type { LoadedSuite } from './house.ts';
import { type Choice, makePlan, type PlannedTrial } from './plan.ts';
import { PROFILES, type Profile } from './profile.ts';
import { targetOf } from './testing/result.ts';

const caseNamed = (id: string): Case<unknown, unknown> => ({
  id,
  title: `Does ${id}`,
  unit: 'item',
  inputs: () => [1],
  prepare: () => () => 1,
  answer: () => [1],
});

const peerNamed = (id: string, cases: string[]): Peer<unknown> => ({ id, load: async () => ({}), cases });

const suiteNamed = (id: string, cases: string[], peers: Peer<unknown>[] = []): LoadedSuite => ({
  suite: {
    id,
    engines: { typescript: async () => ({}), native: async () => ({}) },
    cases: cases.map(caseNamed),
  },
  peers,
  file: `/suites/${id}/suite.ts`,
});

const SUITES = [
  suiteNamed('sums', ['add', 'mul'], [peerNamed('rival', ['add']), peerNamed('other', ['add', 'mul'])]),
  suiteNamed('words', ['count']),
];

const EVERYTHING: Choice = { cases: [], engines: [], unavailable: new Set() };
const plan = (choice: Partial<Choice> = {}, profile: Profile = PROFILES.quick, seed = 1) =>
  makePlan(SUITES, { ...EVERYTHING, ...choice }, profile, [], seed);
const ids = (choice: Partial<Choice>) => plan(choice).cases.map(({ id }) => id);
const names = (trials: readonly PlannedTrial[]) => trials.map((trial) => trial.engine);

test('a case of one engine alone has trials on no other', () => {
  const [sums] = SUITES as [LoadedSuite];
  const own = { ...caseNamed('own'), engines: ['native'] as const };
  const suite = { ...sums, suite: { ...sums.suite, cases: [own] } };
  const { cases, trials, memoryTrials } = makePlan([suite], EVERYTHING, PROFILES.quick, [], 1);
  expect(cases[0]?.engines).toEqual(['native']);
  expect(new Set([...names(trials), ...names(memoryTrials)])).toEqual(new Set(['native']));
  expect(makePlan([suite], { ...EVERYTHING, engines: ['typescript'] }, PROFILES.quick, [], 1).cases).toEqual(
    [],
  );
});

test('the same seed gives the same plan, another seed another order', () => {
  expect(plan()).toEqual(plan());
  const orders = new Set(
    [1, 2, 3, 4, 5].map((seed) => names(plan({}, PROFILES.full, seed).trials).join(' ')),
  );
  expect(orders.size).toBe(5);
});

test('every block is an order and its reverse', () => {
  for (const id of ['sums/add', 'sums/mul', 'words/count']) {
    const own = plan().trials.filter((trial) => trial.case === id);
    const competitors = new Set(names(own)).size;
    for (let at = 0; at < own.length; at += 2 * competitors) {
      const first = own.slice(at, at + competitors);
      const second = own.slice(at + competitors, at + 2 * competitors);
      expect(names(second)).toEqual(names(first).reverse());
      expect(new Set(names(first)).size).toBe(competitors);
      expect(new Set(first.map(({ trial }) => trial))).toEqual(new Set([(2 * at) / (2 * competitors)]));
      expect(new Set(second.map(({ trial }) => trial))).toEqual(new Set([(2 * at) / (2 * competitors) + 1]));
    }
  }
});

test('both ABBA and BAAB come up', () => {
  const own = plan({ cases: ['words'] }, PROFILES.full).trials;
  const blocks = new Set<string>();
  for (let at = 0; at < own.length; at += 4) blocks.add(names(own.slice(at, at + 4)).join(' '));
  expect([...blocks].sort()).toEqual([
    'native typescript typescript native',
    'typescript native native typescript',
  ]);
});

test.each([1, 2, 5, 6, 20])(
  '%i trials: each engine and peer runs exactly as often, numbered from 0',
  (trials) => {
    const planned = plan({}, { ...PROFILES.quick, trials }).trials;
    for (const [id, engine] of [
      ['sums/add', 'native'],
      ['sums/add', 'rival'],
      ['sums/mul', 'other'],
      ['words/count', 'typescript'],
    ]) {
      const numbers = planned
        .filter((trial) => trial.case === id && trial.engine === engine)
        .map(({ trial }) => trial);
      expect(numbers).toEqual(Array.from({ length: trials }, (_, i) => i));
    }
    expect(planned).toHaveLength(trials * (4 + 3 + 2));
  },
);

test('engines and peers keep their roles, and trials the file of their suite', () => {
  for (const trial of plan().trials) {
    expect(trial.role).toBe(['native', 'typescript'].includes(trial.engine) ? 'engine' : 'peer');
    expect(trial.suiteFile).toBe(`/suites/${trial.case.split('/')[0]}/suite.ts`);
  }
});

describe('choice', () => {
  test('by suite, by case, by both, by filter', () => {
    expect(ids({})).toEqual(['sums/add', 'sums/mul', 'words/count']);
    expect(ids({ cases: ['sums'] })).toEqual(['sums/add', 'sums/mul']);
    expect(ids({ cases: ['sums/mul'] })).toEqual(['sums/mul']);
    expect(ids({ cases: ['sums/mul', 'words'] })).toEqual(['sums/mul', 'words/count']);
    expect(ids({ filter: /u/ })).toEqual(['sums/add', 'sums/mul', 'words/count']);
    expect(ids({ filter: /^sums\/m/ })).toEqual(['sums/mul']);
    expect(ids({ cases: ['sums'], filter: /count/ })).toEqual([]);
  });

  test('by engine and by peer; a case without one of them is left out', () => {
    expect(new Set(names(plan({ engines: ['native'] }).trials))).toEqual(new Set(['native']));
    const rival = plan({ engines: ['rival'] });
    expect(rival.cases).toMatchObject([{ id: 'sums/add', engines: [], peers: [{ id: 'rival' }] }]);
  });

  test('only everything is complete', () => {
    expect(plan().complete).toBe(true);
    expect(plan({ cases: ['sums'] }).complete).toBe(false);
    expect(plan({ filter: /./ }).complete).toBe(false);
    expect(plan({ engines: ['native'] }).complete).toBe(false);
  });

  test('what cannot run here is in no trial, but its case still tells of it', () => {
    const without = plan({ unavailable: new Set(['sums native', 'sums rival']) });
    expect(without.complete).toBe(true);
    const own = without.trials.filter((trial) => trial.case === 'sums/add');
    expect(new Set(names(own))).toEqual(new Set(['typescript', 'other']));
    expect(without.cases[0]).toMatchObject({
      engines: ['native', 'typescript'],
      peers: [{ id: 'rival' }, { id: 'other' }],
    });
    expect(names(without.trials.filter((trial) => trial.case === 'words/count'))).toContain('native');
  });
});

describe('memory trials', () => {
  const memory = (choice: Partial<Choice> = {}, profile: Profile = PROFILES.quick) =>
    plan(choice, profile).memoryTrials.map((row) => `${row.case} ${row.engine} ${row.trial}`);

  test('each engine of each chosen case as often as the profile says, no peer', () => {
    expect(memory({ cases: ['words'] })).toEqual([
      'words/count native 0',
      'words/count typescript 0',
      'words/count native 1',
      'words/count typescript 1',
    ]);
    expect(memory()).toHaveLength(3 * 2 * 2);
    expect(memory({}, PROFILES.full)).toHaveLength(3 * 2 * 5);
    expect(memory({}, PROFILES.smoke)).toEqual([]);
    expect(new Set(plan().memoryTrials.map(({ role }) => role))).toEqual(new Set(['engine']));
  });

  test('only engines that were chosen and can run', () => {
    expect(memory({ cases: ['sums/add'], engines: ['native', 'rival'] })).toEqual([
      'sums/add native 0',
      'sums/add native 1',
    ]);
    expect(memory({ cases: ['words'], unavailable: new Set(['words native']) })).toEqual([
      'words/count typescript 0',
      'words/count typescript 1',
    ]);
    expect(memory({ engines: ['rival'] })).toEqual([]);
  });

  test('a peer that a target compares the memory of takes part, in that case alone', () => {
    const target = targetOf({ metric: 'retainedRatio', against: 'other', max: 0.5 });
    const rows = (change: Partial<typeof target>) =>
      makePlan(SUITES, EVERYTHING, PROFILES.quick, [{ ...target, ...change }], 1).memoryTrials.filter(
        ({ role }) => role === 'peer',
      );
    expect(rows({}).map((row) => `${row.case} ${row.engine}`)).toEqual(['sums/add other', 'sums/add other']);
    expect(rows({ status: 'discarded', evidence: 'seen' })).toEqual([]);
    expect(rows({ metric: 'speedup' })).toEqual([]);
  });

  test('they change nothing in the order of the others', () => {
    expect(plan({}, { ...PROFILES.quick, memoryTrials: 0 }).trials).toEqual(plan().trials);
  });
});

test('a case that says how many trials are enough gets no more, and never more than the profile takes', () => {
  const { suite, ...rest } = suiteNamed('sums', ['add']);
  const counted = (trials: number) => {
    const changed = { ...rest, suite: { ...suite, cases: [{ ...caseNamed('add'), trials }] } };
    const made = makePlan([changed], EVERYTHING, PROFILES.quick, [], 1).trials;
    return made.filter(({ engine }) => engine === 'native').length;
  };
  expect([counted(2), counted(3), counted(50)]).toEqual([2, 3, PROFILES.quick.trials]);
});

describe('the samples a gated P99 needs', () => {
  const p99 = targetOf({ metric: 'p99Ns', max: 1_000 });
  const wishes = (target: Parameters<typeof targetOf>[0], profile: Profile) =>
    makePlan(SUITES, EVERYTHING, profile, [{ ...p99, ...target }], 1).trials.map(
      (trial) => [trial.case, trial.engine, trial.minSamples] as const,
    );

  test('are taken only by the engine and case the target limits', () => {
    for (const [id, engine, minSamples] of wishes({}, PROFILES.quick))
      expect(minSamples).toBe(id === 'sums/add' && engine === 'native' ? 10_000 : 10);
  });

  test('also for an open target, not for a discarded one, a P50, or the smoke profile', () => {
    const most = (wish: ReturnType<typeof wishes>) => Math.max(...wish.map(([, , samples]) => samples));
    expect(most(wishes({ status: 'open', reason: 'later' }, PROFILES.full))).toBe(20_000);
    expect(most(wishes({ status: 'discarded', evidence: 'seen' }, PROFILES.quick))).toBe(10);
    expect(most(wishes({ metric: 'p50Ns' }, PROFILES.quick))).toBe(10);
    expect(most(wishes({}, PROFILES.smoke))).toBe(3);
  });

  test('by both sides of a ratio of P99s', () => {
    const ratio = { metric: 'p99Speedup', against: 'rival', max: undefined, min: 0.8 } as const;
    const wished = wishes(ratio as Parameters<typeof wishes>[0], PROFILES.quick);
    const engines = new Set(
      wished.filter(([, , samples]) => samples === 10_000).map(([id, engine]) => `${id} ${engine}`),
    );
    expect([...engines].sort()).toEqual(['sums/add native', 'sums/add rival']);
  });

  test('are never more than are enough for the case', () => {
    const [sums] = SUITES as [LoadedSuite];
    const slow = { ...sums, suite: { ...sums.suite, cases: [{ ...caseNamed('add'), samples: 500 }] } };
    const wished = (profile: Profile) =>
      makePlan([slow], EVERYTHING, profile, [p99], 1).trials.map(({ engine, minSamples }) => [
        engine,
        minSamples,
      ]);
    expect(wished(PROFILES.quick)).toContainEqual(['native', 500]);
    expect(wished(PROFILES.quick)).toContainEqual(['typescript', 10]);
    expect(wished(PROFILES.full)).toContainEqual(['typescript', 300]);
  });
});
