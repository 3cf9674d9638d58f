/** Houses that are git checkouts, results made up for them, and their blessed baselines. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '../environment.ts';
import { classSlug, machineClassOf } from '../machine-class.ts';
import type { Result } from '../result.ts';
import { buildHouse, GOOD_SUITE, type House } from './house.ts';
import { measurementOf, resultOf, rowsOf } from './result.ts';

/** The good suite with a second case, `sums/count`. */
export const TWO_CASES = GOOD_SUITE.replace(
  'batch: 500,',
  `batch: 500,
  }, {
    id: 'count', title: 'Counts a list', unit: 'number', inputs: () => lists,
    prepare: (engine, inputs) => (i) => inputs[i].length,
    answer: () => [3, 2, 1],
    batch: 500,`,
);

/** A root that is a git checkout of one clean commit. */
export function committedHouse(files: Readonly<Record<string, string>> = {}): House {
  const house = buildHouse({ 'suites/sums/suite.ts': TWO_CASES, '.gitignore': '.pairbench/\n', ...files });
  git(house, 'init', '--quiet');
  commit(house);
  return house;
}

export function git({ root }: House, ...words: string[]): string {
  const who = ['-c', 'user.name=test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', ['-C', root, ...who, ...words], { encoding: 'utf8' }).trim();
}

export function commit(house: House): void {
  git(house, 'add', '--all');
  git(house, 'commit', '--quiet', '--message', 'as it is');
}

/**
 * Six trials a case on this machine in quiet, of the commit that is checked out, clean; times are made up, so that
 * nothing here depends on timing.
 */
export function madeUpResult(
  { root }: House,
  { slower = 1, ...change }: Partial<Result> & { slower?: number } = {},
): Result {
  const figures: [id: string, engine: string, ns: number][] = [
    ['sums/add', 'native', 100],
    ['sums/add', 'typescript', 400],
    ['sums/count', 'native', 50 * slower],
    ['sums/count', 'typescript', 60],
  ];
  const rows = figures.flatMap(([id, engine, ns]) =>
    rowsOf(
      id,
      engine,
      [0, 1, 2, 3, 4, 5].map((i) => measurementOf(ns * (1 + i / 1_000), 40, ns, { batch: 500 })),
    ),
  );
  const environment = { ...readEnvironment(root), dirty: false, loadBefore: 0.1 };
  return resultOf(rows, { environment, ...change });
}

/** The house's latest result. */
export function place(house: House, result: Result): void {
  mkdirSync(join(house.root, '.pairbench'), { recursive: true });
  writeFileSync(join(house.root, '.pairbench', 'result.json'), JSON.stringify(result));
}

/** Where the baseline of a result's class lies in a house. */
export const classFile = (result: Result) =>
  `baselines/${classSlug(machineClassOf(result.environment))}.json`;
/** A house with a blessed and committed baseline; the result it came of is still the latest. */
export async function blessedHouse(): Promise<{ house: House; result: Result; file: string }> {
  const house = committedHouse();
  const result = madeUpResult(house);
  place(house, result);
  const { code, stderr } = await house.run('bless');
  if (code !== 0 || !stderr.includes('the first of this class')) throw new Error(stderr);
  return { house, result, file: classFile(result) };
}
