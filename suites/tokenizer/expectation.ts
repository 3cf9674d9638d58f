/** Reads expected.json: the right answers from the outside oracle, by fixture. */

import { readFileSync } from 'node:fs';
import type { Fixture, TextsFixture } from '@pairbench/fixtures';
import type { Encoding } from '@pairbench/tokenizer/contract';
import type { ExpectedFile } from './expected.ts';

export type { Fixture } from '@pairbench/fixtures';

let file: ExpectedFile | undefined;

function expectationOf(fixture: Fixture) {
  file ??= JSON.parse(readFileSync(new URL('./expected.json', import.meta.url), 'utf8')) as ExpectedFile;
  const expectation = file.fixtures[fixture.id];
  if (expectation?.sha256 !== fixture.sha256) {
    throw new Error(`expected.json has no answers for fixture ${fixture.id} as it is now: run node suites/tokenizer/expected.ts`);
  }
  return expectation;
}

/** Tokens of a fixture, all its texts together. */
export function tokensOf(fixture: Fixture, encoding: Encoding = 'o200k_base'): number {
  const piece = pieces.get(fixture);
  if (piece !== undefined) return tokensOfEach(piece.whole, encoding)[piece.index] as number;
  return expectationOf(fixture)[encoding].count;
}

/** Where a fixture made by `splitTexts` comes from: its answer is recorded there. */
const pieces = new WeakMap<Fixture, { whole: TextsFixture; index: number }>();

/** Each text of the fixtures as a fixture of its own. */
export function splitTexts(fixtures: readonly Fixture[]): Fixture[] {
  return fixtures.flatMap((whole) => {
    if (whole.kind !== 'texts') return [whole];
    return whole.texts.map((text, index) => {
      const piece: Fixture = { ...whole, kind: 'text', id: `${whole.id}#${index}`, text };
      pieces.set(piece, { whole, index });
      return piece;
    });
  });
}

/** Tokens of each text of a fixture with many. */
export function tokensOfEach(fixture: Fixture, encoding: Encoding = 'o200k_base'): Uint32Array {
  const answer = expectationOf(fixture)[encoding];
  if (!('counts' in answer)) throw new Error(`fixture ${fixture.id} has one text, not many`);
  return Uint32Array.from(answer.counts);
}

/** The text of a fixture that has one. */
export function textOf(fixture: Fixture | undefined): string {
  if (fixture?.kind !== 'text') throw new Error(`fixture ${fixture?.id} has no single text`);
  return fixture.text;
}

export function textsOf(fixture: Fixture | undefined): readonly string[] {
  if (fixture?.kind !== 'texts') throw new Error(`fixture ${fixture?.id} has no list of texts`);
  return fixture.texts;
}
