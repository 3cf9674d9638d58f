/** What the cases call of an engine, and how an answer is checked that need not be npm diff's. */

import type { DiffEngine } from '@pairbench/diff/contract';
import * as npm from 'diff';
import { type Fixture, NAMES, pairOf } from './expectation.ts';

export type Engine = DiffEngine & {
  /** A peer whose edit script may be another than npm diff's: it is right when it gives the new text. */
  readonly ownScript?: true;
};

/**
 * Hands the right answer on where `holds` says that this one is as good, and the wrong one itself where not. An input's
 * first answer is checked, which the harness asks for before it takes a time; later ones must be equal to it.
 */
export function vouched<T>(
  given: (i: number) => T,
  right: readonly unknown[],
  holds: (i: number, answer: T) => boolean,
  same: (a: T, b: T) => boolean,
): (i: number) => unknown {
  const seen = new Map<number, T>();
  return (i) => {
    const answer = given(i);
    const first = seen.get(i);
    if (first !== undefined) return same(first, answer) ? right[i] : answer;
    if (!holds(i, answer)) return answer;
    seen.set(i, answer);
    return right[i];
  };
}

export const givesNewText = (fixture: Fixture | undefined, patch: string): boolean => {
  const [old, next] = pairOf(fixture);
  return npm.applyPatch(old, patch, { autoConvertLineEndings: false }) === next;
};

export function unified(answer: (inputs: readonly Fixture[]) => readonly string[]) {
  return (engine: Engine, inputs: readonly Fixture[]) => {
    const pairs = inputs.map(pairOf);
    const call = (i: number) =>
      engine.createTwoFilesPatch(...NAMES, ...(pairs[i] as readonly [string, string]));
    if (engine.ownScript !== true) return call;
    return vouched(
      call,
      answer(inputs),
      (i, patch) => givesNewText(inputs[i], patch),
      (a, b) => a === b,
    );
  };
}

/** The answer is the new text: hunks are histogram's own, and no outside oracle has its very bytes. */
export function histogram(engine: Engine, inputs: readonly Fixture[]) {
  const pairs = inputs.map(pairOf);
  const call = (i: number) => {
    const [old, next] = pairs[i] as readonly [string, string];
    return engine.createTwoFilesPatch(...NAMES, old, next, undefined, undefined, { algorithm: 'histogram' });
  };
  return vouched(
    call,
    newTexts(inputs),
    (i, patch) => givesNewText(inputs[i], patch),
    (a, b) => a === b,
  );
}

export function lines(engine: Engine, inputs: readonly Fixture[]) {
  const pairs = inputs.map(pairOf);
  const call = (i: number) => engine.diffLines(...(pairs[i] as readonly [string, string]));
  if (engine.ownScript !== true) return call;
  const side = (changes: readonly npm.Change[], other: 'added' | 'removed') =>
    changes.map((change) => (change[other] ? '' : change.value)).join('');
  return vouched(
    call,
    npmLines(inputs),
    (i, changes) => side(changes, 'added') === pairs[i]?.[0] && side(changes, 'removed') === pairs[i]?.[1],
    (a, b) => a.length === b.length,
  );
}

export const npmLines = (inputs: readonly Fixture[]): npm.Change[][] =>
  inputs.map((input) => npm.diffLines(...pairOf(input)));

export const newTexts = (inputs: readonly Fixture[]): string[] => inputs.map((input) => pairOf(input)[1]);
export const oldTexts = (inputs: readonly Fixture[]): string[] => inputs.map((input) => pairOf(input)[0]);
