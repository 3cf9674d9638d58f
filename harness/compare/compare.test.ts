/** `bench compare` as a user runs it, on small repositories: everything about it that does not hang on a time. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildHouse, GOOD_SUITE, type House } from '../testing/house.ts';
import type { ComparisonRecord } from './record.ts';

const ADD = 'const engine = { add: (list) => list.reduce((sum, n) => sum + n, 0) };';
const SUITE = 'suites/sums/suite.ts';

function git(root: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', ['-C', root, ...identity, ...args], { encoding: 'utf8' }).trim();
}

/** A repository with one commit of the good suite. */
function repository(files: Record<string, string> = {}): House {
  const house = buildHouse({ '.gitignore': '.pairbench/\n', ...files });
  git(house.root, 'init', '--quiet', '--initial-branch=main');
  commit(house, 'First');
  return house;
}

function commit({ root }: House, message: string): void {
  git(root, 'add', '--all');
  git(root, 'commit', '--quiet', '--message', message);
}

function change({ root }: House, file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

const recordOf = (house: House) => JSON.parse(house.read('.pairbench/compare.json')) as ComparisonRecord;
const QUICKLY = '--profile smoke --engine typescript';

describe('what is wrong fails, whatever the times', () => {
  test('a wrong answer in the working tree', async () => {
    const house = repository();
    change(house, SUITE, GOOD_SUITE.replace('sum + n', 'sum + n + 1'));
    const { code, stderr } = await house.run(`compare HEAD ${QUICKLY}`);
    expect(stderr).toContain('fault: sums/add typescript: head: wrong answer');
    expect(stderr).toContain('compare FAILED (1 with a fault): working tree');
    expect(code).toBe(1);
    expect(recordOf(house).outcome).toBe('failed');
  });

  test('a case that is gone', async () => {
    const house = repository();
    change(house, SUITE, GOOD_SUITE.replace("id: 'add'", "id: 'sum'"));
    commit(house, 'Rename the case');
    const { code, stderr } = await house.run(`compare HEAD~1 HEAD ${QUICKLY}`);
    expect(stderr).toContain('gone: sums/add typescript is in the base and not in the head');
    expect(stderr).toContain('new: sums/sum typescript has nothing to be compared with');
    expect(code).toBe(1);
  });

  test('an engine that crashes', async () => {
    const house = repository();
    change(house, SUITE, GOOD_SUITE.replace(ADD, 'const engine = { add: () => process.abort() };'));
    const { code, stderr } = await house.run(`compare HEAD ${QUICKLY}`);
    expect(stderr).toContain('head: failed: the trial process ended by signal SIGABRT');
    expect(code).toBe(1);
  });
});

test('a wrong answer in the base is nobody’s regression: the case is not compared', async () => {
  const house = repository({ [SUITE]: GOOD_SUITE.replace('sum + n', 'sum + n + 1') });
  change(house, SUITE, GOOD_SUITE);
  const { code, stderr } = await house.run(`compare HEAD ${QUICKLY}`);
  expect(stderr).toContain('not compared: sums/add typescript: base: wrong answer');
  expect(code).toBe(3);
});

test('inputs that changed give no ratio', async () => {
  const house = repository();
  const other = GOOD_SUITE.replace('[6]]', '[7]]').replace('[6, 9, 6]', '[6, 9, 7]');
  change(house, SUITE, other);
  const { code, stderr } = await house.run(`compare HEAD ${QUICKLY}`);
  expect(stderr).toContain('not compared: sums/add typescript: both answer rightly, but not the same');
  expect(code).toBe(3);
});

test('a slowdown of several times is found in uncommitted changes, confirmed, and fails', async () => {
  const house = repository();
  const slow =
    'const engine = { add: (list) => { let sum; for (let k = 0; k < 40; k++) sum = list.reduce((sum, n) => sum + n, 0); return sum; } };';
  change(house, SUITE, GOOD_SUITE.replace(ADD, slow));
  const { code, stderr } = await house.run(`compare HEAD --seed 3 ${QUICKLY}`);
  const { units, outcome, controls } = recordOf(house);
  expect(controls.map(({ id }) => id)).toEqual(['control/core', 'control/memory']);
  expect(units.map(({ id }) => id)).toEqual(['sums/add typescript p50Ns']);
  expect(units[0]?.baseNs).toHaveLength(units[0]?.pairs as number);
  expect(units[0]?.ratio).toBeGreaterThan(2);
  expect(house.read('.pairbench/compare.md')).toContain('seed 3');
  // A machine that is busy with other tests may void the run; it must not pass it.
  expect([1, 3]).toContain(code);
  if (outcome === 'void') return;
  expect(units[0]).toMatchObject({ verdict: 'regressed', subject: 'sums/add typescript' });
  expect(stderr).toContain('once more, to confirm: sums/add typescript');
}, 300_000);

describe('the choice', () => {
  test('nothing that a case runs has changed: nothing is measured', async () => {
    const house = repository();
    change(house, 'README.md', 'words');
    const { code, stderr } = await house.run('compare HEAD');
    expect(stderr).toContain('nothing that a case runs or reads differs');
    expect(code).toBe(0);
    expect(house.has('.pairbench/compare.json')).toBe(false);
  });

  test.each([
    ['compare', 'needs the revision to compare with'],
    ['compare HEAD HEAD HEAD', 'two revisions at most'],
    ['compare no-such-branch', 'git knows no revision "no-such-branch" here'],
    ['compare --all HEAD HEAD --case sums/nothing', 'neither revision has a suite or case "sums/nothing"'],
    ['compare --all HEAD HEAD --engine rust', 'neither revision has an engine or peer "rust"'],
    ['compare HEAD --publish', '--publish means nothing to `compare`'],
  ])('%s', async (line, words) => {
    const { code, stderr } = await repository().run(line);
    expect(stderr).toContain(words);
    expect(code).toBe(2);
  });

  test('outside a repository', async () => {
    const { code, stderr } = await buildHouse().run('compare HEAD');
    expect(stderr).toContain('git knows no revision');
    expect(code).toBe(2);
  });
});

test('a revision that does not build: its last words, and no verdict', async () => {
  const house = repository();
  const manifest = { type: 'module', scripts: { 'build:native': 'echo the linker is missing >&2; exit 7' } };
  change(house, 'package.json', JSON.stringify(manifest));
  change(house, SUITE, `${GOOD_SUITE}\n`);
  // The package manager needs the environment it was installed in.
  const { code, stderr } = await house.run('compare HEAD', process.env);
  expect(stderr).toContain('its build failed');
  expect(stderr).toContain('the linker is missing');
  expect(code).toBe(3);
});

test('a suite that cannot be loaded names its revision', async () => {
  const house = repository();
  change(house, SUITE, 'this is no TypeScript');
  const { code, stderr } = await house.run(`compare HEAD ${QUICKLY}`);
  expect(stderr).toContain('suite.ts cannot be loaded');
  expect(code).toBe(2);
});

test('the working tree, its index and its branches stay as they were', async () => {
  const house = repository();
  change(house, SUITE, GOOD_SUITE.replace('sum + n', 'sum + n + 1'));
  change(house, 'new-file.txt', 'not added');
  const state = () => [git(house.root, 'status', '--porcelain'), git(house.root, 'for-each-ref')];
  const before = state();
  await house.run(`compare HEAD ${QUICKLY}`);
  expect(state()).toEqual(before);
  const [snapshot] = readdirSync(join(house.root, '.pairbench', 'revisions'))
    .filter((name) => !name.includes('.'))
    .map((name) => join(house.root, '.pairbench', 'revisions', name, 'new-file.txt'))
    .flatMap((file) => {
      try {
        return [readFileSync(file, 'utf8')];
      } catch {
        return [];
      }
    });
  expect(snapshot).toBe('not added');
});
