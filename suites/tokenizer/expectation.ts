/** Reads expected.json: the right answers from the outside oracle, by fixture. */

import { readFileSync } from 'node:fs';
import type { Fixture } from '@pairbench/fixtures';
import type { Encoding } from '@pairbench/tokenizer/contract';
import type { ExpectedFile } from './expected.ts';

export type { Fixture } from '@pairbench/fixtures';

let file: ExpectedFile | undefined;

function expectationOf(fixture: Fixture) {
  file ??= JSON.parse(readFileSync(new URL('./expected.json', import.meta.url), 'utf8')) as ExpectedFile;
  const expectation = file.fixtures[fixture.id];
  if (expectation?.sha256 !== fixture.sha256) {
    throw new Error(
      `expected.json has no answers for fixture ${fixture.id} as it is now: run node suites/tokenizer/expected.ts`,
    );
  }
  return expectation;
}

/** Tokens of a fixture, all its texts together. */
export function tokensOf(fixture: Fixture, encoding: Encoding = 'o200k_base'): number {
  return made.get(fixture)?.(encoding) ?? expectationOf(fixture)[encoding].count;
}

/** Fixtures made here out of recorded ones, with the way to their recorded answer. */
const made = new WeakMap<Fixture, (encoding: Encoding) => number>();

/** Each text of the fixtures as a fixture of its own. */
export function splitTexts(fixtures: readonly Fixture[]): Fixture[] {
  return fixtures.flatMap((whole) => {
    if (whole.kind !== 'texts') return [whole];
    return whole.texts.map((text, index) => {
      const piece: Fixture = { ...whole, kind: 'text', id: `${whole.id}#${index}`, text };
      made.set(piece, (encoding) => tokensOfEach(whole, encoding)[index] as number);
      return piece;
    });
  });
}

/** The windows, those with far more than 10,000 cl100k_base tokens cut down to that. */
export function clipToCl100k(fixtures: readonly Fixture[]): Fixture[] {
  return fixtures.map((whole) => {
    const clip = expectationOf(whole).cl100kClip;
    if (clip === undefined || whole.kind !== 'text') return whole;
    const clipped: Fixture = { ...whole, text: whole.text.slice(0, clip.length) };
    made.set(clipped, (encoding) => {
      if (encoding !== 'cl100k_base') throw new Error(`${whole.id} was cut for cl100k_base`);
      return clip.count;
    });
    return clipped;
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
