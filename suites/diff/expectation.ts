/** Right answers: npm diff asked at once where that is quick, its recorded answer where it takes seconds. */

import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Fixture, TextsFixture } from '@pairbench/fixtures';
import * as npm from 'diff';
import { patchOfRuns } from './runs.ts';

export type { Fixture } from '@pairbench/fixtures';

/** By fixture: what it was made of, npm diff's runs (kept, removed, added, kept, ...) and the hash of its patch. */
export interface ExpectedFile {
  readonly generated: string;
  readonly fixtures: Readonly<
    Record<
      string,
      { readonly sha256: string; readonly patchSha256: string; readonly runs: readonly number[] }
    >
  >;
}

export const NAMES = ['a/file', 'b/file'] as const;

/** The old and the new text of a fixture that is a pair. */
export function pairOf(fixture: Fixture | undefined): readonly [string, string] {
  const [old, next] = (fixture as TextsFixture | undefined)?.texts ?? [];
  if (old === undefined || next === undefined) throw new Error(`fixture ${fixture?.id} is no pair of texts`);
  return [old, next];
}

export const npmPatch = (fixture: Fixture): string => npm.createTwoFilesPatch(...NAMES, ...pairOf(fixture));

let file: ExpectedFile | undefined;

/** The patch of npm diff, put together from its recorded runs and held against the recorded hash. */
export function recordedPatch(fixture: Fixture): string {
  file ??= JSON.parse(readFileSync(new URL('./expected.json', import.meta.url), 'utf8')) as ExpectedFile;
  const found = file.fixtures[fixture.id];
  if (found?.sha256 !== fixture.sha256)
    throw new Error(
      `expected.json has no answer for fixture ${fixture.id} as it is now: run node suites/diff/expected.ts`,
    );
  const patch = patchOfRuns(NAMES, ...pairOf(fixture), found.runs);
  if (hash('sha256', patch) !== found.patchSha256)
    throw new Error(`the runs recorded for fixture ${fixture.id} do not give the patch of npm diff`);
  return patch;
}
