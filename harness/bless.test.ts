/** Baselines as a user meets them: bless a result, hold another against it, and everything that is refused. */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readBaseline } from './baseline.ts';
import { readEnvironment } from './environment.ts';
import type { Result } from './result.ts';
import {
  blessedHouse,
  classFile,
  commit,
  committedHouse,
  git,
  madeUpResult,
  place,
  TWO_CASES,
} from './testing/blessed.ts';
import { GOOD_SUITE } from './testing/house.ts';

const oneLine = (text: string) => text.trim().split('\n').length === 1;

describe('bless, then hold against it', () => {
  test('the same result passes; everything is unchanged, in lines, JSON and report', async () => {
    const { house, file } = await blessedHouse();
    const baseline = readBaseline(join(house.root, file));
    expect(baseline.revision).toBe(git(house, 'rev-parse', 'HEAD'));
    expect(baseline.entries).toHaveLength(4);

    const gate = await house.run('gate --baseline auto --json');
    expect(gate.code).toBe(0);
    expect(gate.stderr).toContain(`against the baseline, revision ${baseline.revision.slice(0, 12)} of 2026`);
    expect(gate.stderr).toContain('baseline: 4 unchanged');
    const judgement = JSON.parse(gate.stdout);
    expect(judgement).toMatchObject({ passed: true, baseline: { passed: true, added: [] } });
    expect(judgement.baseline.verdicts).toHaveLength(4);

    expect((await house.run(`report --baseline ${file}`)).code).toBe(0);
    expect(house.read('.pairbench/report.md')).toContain('## Against the baseline');
    expect((await house.run('report')).code).toBe(0);
    expect(house.read('.pairbench/report.md')).not.toContain('## Against the baseline');
  });

  test('double the time is regressed: exit 1, and the summary says why', async () => {
    const { house } = await blessedHouse();
    place(house, madeUpResult(house, { slower: 2 }));
    const { code, stderr } = await house.run('gate --baseline auto');
    expect(stderr).toMatch(
      /^regressed +sums\/count +native +p50NsOfBatch +50(\.\d)? ns +100(\.\d)? ns +\+100\.\d %/m,
    );
    expect(stderr).toContain(
      'gate FAILED: 0 held targets missed or unmeasured, 0 faults, 1 figure regressed',
    );
    expect(code).toBe(1);
    expect((await house.run('gate')).code).toBe(0);
  });

  test('a case deleted from the suite fails plain bench', async () => {
    const { house } = await blessedHouse();
    writeFileSync(join(house.root, 'suites/sums/suite.ts'), GOOD_SUITE);
    const { code, stderr } = await house.run('--profile smoke --baseline auto');
    expect(stderr).toMatch(/^unmeasured +sums\/count +native .*no suite has the case sums\/count any more/m);
    expect(stderr).toContain('2 figures regressed or missing against the baseline');
    expect(code).toBe(1);
  });

  test('cases that were not chosen are left alone; a new one is noted', async () => {
    const { house } = await blessedHouse();
    const more = TWO_CASES.replaceAll("id: 'count'", "id: 'length'");
    writeFileSync(join(house.root, 'suites/sums/suite.ts'), more);
    const { code, stderr } = await house.run('sums/length --profile smoke --baseline auto');
    expect(stderr).toContain('new sums/length native: not in the baseline');
    expect(stderr).toContain('is not among what was chosen');
    expect(code).toBe(0);
  });

  test('blessed again, it says what changed', async () => {
    const { house, file } = await blessedHouse();
    place(house, madeUpResult(house, { slower: 2 }));
    const { code, stdout, stderr } = await house.run('bless --json');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^ {2}P50 \+\d+\.\d % {2}sums\/count native$/m);
    expect(JSON.parse(stdout)).toMatchObject({
      file: join(house.root, file),
      entries: 4,
      added: [],
      gone: [],
      moved: [{ what: 'sums/count native' }],
    });
    expect((await house.run('gate --baseline auto')).code).toBe(0);
  });
});

describe('not blessed', () => {
  test('a dirty tree', async () => {
    const house = committedHouse();
    writeFileSync(join(house.root, 'left-over.txt'), 'not committed');
    const environment = { ...readEnvironment(house.root), loadBefore: 0.1 };
    expect(environment.dirty).toBe(true);
    place(house, madeUpResult(house, { environment }));
    const { code, stderr } = await house.run('bless');
    expect(stderr).toBe(
      'bench: not blessed: the tree had uncommitted changes when it was measured; commit first\n',
    );
    expect(code).toBe(2);
    expect(readdirSync(join(house.root, 'baselines'))).toEqual(['phase6.toml']);
  });

  test('a run of profile smoke, another commit, a noisy machine', async () => {
    const house = committedHouse();
    await house.run('run --profile smoke');
    expect(await house.run('bless')).toMatchObject({ code: 2, stderr: expect.stringContaining('smoke') });

    const result = madeUpResult(house);
    const trials = result.trials.map((row, i) => (i % 2 === 0 ? row : { ...row, disturbed: ['busy'] }));
    place(house, { ...result, trials: trials as Result['trials'] });
    const noisy = await house.run('bless');
    expect(noisy.stderr).toContain('not blessed: the machine was noisy: 12 of 24 trials');
    expect(noisy.code).toBe(3);

    place(house, result);
    writeFileSync(join(house.root, 'more.txt'), 'another commit');
    commit(house);
    const moved = await house.run('bless');
    expect(moved.stderr).toMatch(/is checked out; measure again\n$/);
    expect(moved.code).toBe(2);
    expect(readdirSync(join(house.root, 'baselines'))).toEqual(['phase6.toml']);
  });
});

describe('baselines that are refused', () => {
  test('of another machine class, also before anything is measured', async () => {
    const { house, result } = await blessedHouse();
    const other = { ...result, environment: { ...result.environment, cores: 64 } };
    place(house, other);
    const kept = house.read('.pairbench/result.json');
    const auto = await house.run('gate --baseline auto');
    expect(auto.stderr).toContain(`there is no baseline ${join(house.root, classFile(other))}`);
    expect(auto.code).toBe(2);
    const named = await house.run(`gate --baseline ${classFile(result)}`);
    expect(named.stderr).toContain('the baseline is of another machine class (cores): ');
    expect(oneLine(named.stderr)).toBe(true);
    expect(named.code).toBe(2);

    expect((await house.run('bless')).code).toBe(0);
    const foreign = await house.run(`--profile smoke --baseline ${classFile(other)}`);
    expect(foreign.stderr).toContain('another machine class (cores)');
    expect(foreign.code).toBe(2);
    expect(house.read('.pairbench/result.json')).toBe(kept);
  });

  test('truncated, of another version, of two classes; blessing replaces it and says so', async () => {
    const { house, file } = await blessedHouse();
    const whole = house.read(file);
    const parsed = JSON.parse(whole);
    parsed.entries[1].machine = 'linux-x64-another-64-cores-node-26';
    const cases: [text: string, part: string][] = [
      [whole.slice(0, whole.length >> 1), ' is damaged: '],
      [whole.replace('"schemaVersion": 1', '"schemaVersion": 7'), 'has schema version 7'],
      [JSON.stringify(parsed), 'mixes machine classes'],
    ];
    for (const [text, part] of cases) {
      writeFileSync(join(house.root, file), text);
      const { code, stderr } = await house.run('gate --baseline auto');
      expect(stderr).toContain(part);
      expect(oneLine(stderr)).toBe(true);
      expect(code).toBe(2);
    }
    const again = await house.run('bless');
    expect(again.stderr).toContain('replaced what was there: ');
    expect(again.code).toBe(0);
    expect(readBaseline(join(house.root, file)).entries).toHaveLength(4);
  });
});

/** A file system of 64 KB in place of a folder; false where mounting is not allowed. */
function mountSmall(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return false;
  }
  onTestFinished(() => void execFileSync('umount', [folder]));
  return true;
}

test('a full disk: the old baseline stays whole', async ({ skip }) => {
  const house = committedHouse();
  const folder = join(house.root, 'baselines');
  if (!mountSmall(folder)) skip('mounting is not allowed here');
  const result = madeUpResult(house);
  place(house, result);
  expect((await house.run('bless')).code).toBe(0);
  const before = house.read(classFile(result));
  expect(() => writeFileSync(join(folder, 'filler'), Buffer.alloc(1 << 20))).toThrow('ENOSPC');

  place(house, madeUpResult(house, { slower: 2 }));
  const { code, stderr } = await house.run('bless');
  expect(stderr).toMatch(/ cannot be written: ENOSPC/);
  expect(oneLine(stderr)).toBe(true);
  expect(code).toBe(2);
  expect(readFileSync(join(house.root, classFile(result)), 'utf8')).toBe(before);
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});
