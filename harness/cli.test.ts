/** The command line as a user meets it: a child process in a root of its own. */

import { describe, expect, test } from 'vitest';
import { parseResult } from './result.ts';
import { buildHouse, GOOD_SUITE, suiteOf } from './testing/house.ts';

const HELD = `[[target]]
case = "sums/add"
engine = "native"
metric = "wrongAnswers"
max = 0
source = "goal"
status = "held"
`;

const NO_NATIVE = GOOD_SUITE.replace(
  'native: async () => engine',
  "native: async () => { throw new Error('no binding for this platform') }",
);

const oneLine = (text: string) => text.trim().split('\n').length === 1;

describe('a good suite', () => {
  test('bench: measures, gates, reports; progress on stderr, nothing on stdout', async () => {
    const house = buildHouse({ 'baselines/phase6.toml': HELD });
    const { code, stdout, stderr } = await house.run('--profile smoke');
    expect(stderr).toContain('gate passed (held: 1 met; open: none');
    expect(code).toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain('measured: 2 of 2 trials');
    expect(stderr).not.toContain('\u001b');
    const result = house.result();
    expect(result).toMatchObject({ complete: true, interrupted: false, profile: 'smoke', trialsPlanned: 2 });
    expect(result.trials.map((row) => row.state)).toEqual(['measured', 'measured']);
    expect(new Set(result.trials.map((row) => row.answers?.digest)).size).toBe(1);
    expect(house.read('.pairbench/report.md')).toContain('### sums/add');
  });

  test('run --json: standard output is the result and nothing else, though everything talks', async () => {
    const talking = `console.log('the suite');\n${GOOD_SUITE}`
      .replace(
        'native: async () => engine',
        "native: async () => { console.log('the engine'); return engine; }",
      )
      .replace('answer: ()', "answer: () => (console.log('the answer'), [6, 9, 6]), unused: ()");
    const house = buildHouse({ 'suites/sums/suite.ts': talking });
    const { code, stdout, stderr } = await house.run('run --profile smoke --json');
    expect(code).toBe(0);
    expect(parseResult(stdout, 'stdout')).toEqual(house.result());
    expect(stderr).toContain('the suite');
    expect(stderr).toContain('the engine');
  });

  test('--json into a file leaves stdout empty', async () => {
    const house = buildHouse();
    const { code, stdout } = await house.run('verify --json out/verify.json');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(JSON.parse(house.read('out/verify.json')).trials).toHaveLength(2);
  });

  test('list needs no targets and loads no engine', async () => {
    const house = buildHouse({ 'suites/sums/suite.ts': NO_NATIVE, 'baselines/phase6.toml': 'broken' });
    const { code, stdout } = await house.run('list');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'case      inputs             engines and peers  what one call does',
      'sums/add  made by the suite  native typescript  Adds a list',
      '',
    ]);
    expect(JSON.parse((await house.run('list --json')).stdout)).toMatchObject([{ id: 'sums/add' }]);
  });

  test('verify counts the answers it checked', async () => {
    const { code, stderr } = await buildHouse().run('verify');
    expect(code).toBe(0);
    expect(stderr).toContain('6 answers checked in 2 of 2 trials, 0 with a fault');
  });

  test('gate and report work on the file of an earlier run, and on one that is named', async () => {
    const house = buildHouse({ 'baselines/phase6.toml': HELD });
    await house.run('run --profile smoke --json kept.json');
    expect((await house.run('gate')).code).toBe(0);
    expect((await house.run('gate kept.json')).code).toBe(0);
    expect((await house.run('report kept.json')).stderr).toContain('report: ');
    expect(JSON.parse((await house.run('gate kept.json --json')).stdout)).toMatchObject({ passed: true });
    const kept = house.read('kept.json');
    const mistaken = await house.run('gate --json kept.json');
    expect(mistaken.code).toBe(2);
    expect(mistaken.stderr).toContain('would write over the result kept.json');
    expect(house.read('kept.json')).toBe(kept);
  });
});

describe('peers', () => {
  const withPeers = GOOD_SUITE.replace(
    "id: 'sums',",
    `id: 'sums', peers: async () => ({ peers: [
      { id: 'rival', cases: ['add'], load: async () => engine, note: 'rounds' },
      { id: 'absent', cases: ['add'], load: async () => { throw new Error('not installed'); } },
    ] }),`,
  );

  test('run beside the engines; one that does not load is left out with its reason', async () => {
    const house = buildHouse({ 'suites/sums/suite.ts': withPeers });
    const { code, stderr } = await house.run('--profile smoke');
    expect(code).toBe(0);
    expect(stderr).toContain('left out sums absent: not installed');
    expect(house.result().unavailable).toEqual([
      { suite: 'sums', engine: 'absent', reason: 'not installed' },
    ]);
    expect(
      house
        .result()
        .trials.map((row) => `${row.role} ${row.engine}`)
        .sort(),
    ).toEqual(['engine native', 'engine typescript', 'peer rival']);
  });
});

describe('what goes wrong', () => {
  test('a wrong answer is a fault and fails the gate, though no target names it', async () => {
    const house = buildHouse({ 'suites/sums/suite.ts': suiteOf('{ answer: () => [2, 3, 5], batch: 500 }') });
    const { code, stderr } = await house.run('--profile smoke');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^fault sums\/add native: wrong answer: input 2: expected 5, got 4$/m);
    expect(stderr).toContain('gate FAILED: 0 held targets missed or unmeasured, 2 faults');
    expect((await house.run('gate')).code).toBe(1);
    expect((await house.run('run --profile smoke')).code).toBe(1);
    expect((await house.run('verify')).code).toBe(1);
  });

  test('one engine that ends its process does not stop the other', async () => {
    const suite = suiteOf(
      '{ batch: 500, prepare: (engine, inputs) => (i) => engine.end ? process.exit(0) : inputs[i] + 1 }',
      '{}',
      '{ end: true }',
    );
    const house = buildHouse({ 'suites/sums/suite.ts': suite });
    const { code, stderr } = await house.run('--profile smoke');
    expect(code).toBe(1);
    expect(stderr).toContain('fault sums/add native: failed: the trial process ended by exit code 0');
    expect(house.result().trials.find((row) => row.engine === 'typescript')?.state).toBe('measured');
  });

  test('a native engine that does not load: left out, and exit 3 where a held target needs it', async () => {
    const house = buildHouse({ 'suites/sums/suite.ts': NO_NATIVE, 'baselines/phase6.toml': HELD });
    const { code, stderr } = await house.run('--profile smoke');
    expect(code).toBe(3);
    expect(stderr).toContain('left out sums native: no binding for this platform');
    expect(stderr).toContain('gate could not decide: 1 held target missed or unmeasured, 0 faults');
    expect(house.result().unavailable).toEqual([
      { suite: 'sums', engine: 'native', reason: 'no binding for this platform' },
    ]);
    expect((await house.run('--profile smoke --engine typescript')).code).toBe(0);
    expect((await house.run('run --profile smoke')).code).toBe(0);
  });

  test('--native require: exit 3 before anything is measured, save where native was not asked for', async () => {
    const house = buildHouse({ 'suites/sums/suite.ts': NO_NATIVE });
    const required = await house.run('--profile smoke --native require');
    expect(required).toMatchObject({ code: 3, stdout: '' });
    expect(required.stderr).toBe(
      'bench: native engines are required, but sums: no binding for this platform\n',
    );
    expect((await house.run('verify', { PAIRBENCH_NATIVE: 'require' })).code).toBe(3);
    expect(house.has('.pairbench/result.json')).toBe(false);
    expect((await house.run('verify --native require --engine typescript')).code).toBe(0);
  });

  test('--native off leaves them out, and the result is not complete', async () => {
    const house = buildHouse();
    const { code, stderr } = await house.run('run --profile smoke --native off');
    expect(code).toBe(0);
    expect(stderr).toContain('left out sums native: switched off');
    expect(house.result()).toMatchObject({ complete: false, trials: [{ engine: 'typescript' }] });
    expect(house.result().command).toContain('--native off');
  });
});

describe('refused with one line and exit 2', () => {
  test.each([
    ['--nonsense', /^bench: Unknown option '--nonsense'; see `pnpm bench --help`$/],
    ['nonsense', /^bench: no command, suite or case "nonsense"; `pnpm bench list` shows all$/],
    ['run sums/gone', /^bench: `run` knows no suite or case "sums\/gone"; /],
    ['run --engine gone', /^bench: no engine or peer "gone"; there are native, typescript; see /],
    ['run --filter zzz', /^bench: no case matches the choice; /],
    ['run --targets gone.toml', /^bench: the targets cannot be read: ENOENT/],
    ['gate', /^bench: there is no result .*result\.json; `pnpm bench run` makes one$/],
    ['gate one.json two.json', /^bench: one result file at a time; /],
    ['report gone.json', /^bench: there is no result .*gone\.json; /],
  ])('%s', async (line, message) => {
    const { code, stdout, stderr } = await buildHouse().run(line);
    expect(stderr.trim()).toMatch(message);
    expect(oneLine(stderr)).toBe(true);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test.each([
    ['export default 3;', /suite\.ts cannot be loaded: the default export is no suite/],
    ['export const x = 1;', /cannot be loaded: the default export is no suite/],
    ["import './gone.ts';", /cannot be loaded: /],
    [GOOD_SUITE.replace("id: 'sums'", "id: 'other'"), /the suite calls itself "other", its folder "sums"/],
    [GOOD_SUITE.replace("id: 'add'", "id: 'Add It'"), /"Add It" is not kebab-case/],
    [GOOD_SUITE.replace('batch: 500', 'batch: 0'), /case add: batch is 0/],
    [GOOD_SUITE.replace('batch: 500', 'samples: 0.5'), /case add: samples is 0.5/],
    [GOOD_SUITE.replace('batch: 500', 'batch: 5, cold: true'), /a batch can be neither async nor cold/],
    [GOOD_SUITE.replace('batch: 500', 'batch: 5, slowestInputs: true'), /a batch mixes inputs, so it has no/],
    [GOOD_SUITE.replace('native: async () => engine', 'native: engine'), /engines\.native is no function/],
    [GOOD_SUITE.replace('prepare:', 'prepared:'), /case add: prepare is no function/],
    [
      GOOD_SUITE.replace(
        "id: 'sums',",
        "id: 'sums', peers: async () => ({ peers: [{ id: 'x', cases: ['gone'] }] }),",
      ),
      /peer x names a case that is not there: "gone"/,
    ],
  ])('a suite that cannot be measured (%#)', async (suite, message) => {
    const { code, stderr } = await buildHouse({ 'suites/sums/suite.ts': suite }).run('list');
    expect(stderr).toMatch(message);
    expect(oneLine(stderr)).toBe(true);
    expect(code).toBe(2);
  });

  test('a damaged result', async () => {
    const house = buildHouse({ '.pairbench/result.json': '{"schemaVersion": 1, "tri' });
    const { code, stderr } = await house.run('gate');
    expect(stderr).toMatch(/^bench: .*result\.json is damaged: /);
    expect(code).toBe(2);
  });
});

test('--help goes to standard output', async () => {
  const { code, stdout, stderr } = await buildHouse().run('run --help');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^pnpm bench \[command\]/);
});
