import type * as npm from 'diff';
import { expect, it } from 'vitest';
import type { DiffEngine } from './contract.ts';
import * as ours from './index.ts';
import { typescriptEngine } from './typescript.ts';

/** The functions of npm `diff` that this package has. */
type Ours = Pick<
  typeof npm,
  | 'applyPatch'
  | 'applyPatches'
  | 'createPatch'
  | 'createTwoFilesPatch'
  | 'diffLines'
  | 'FILE_HEADERS_ONLY'
  | 'formatPatch'
  | 'INCLUDE_HEADERS'
  | 'OMIT_HEADERS'
  | 'parsePatch'
  | 'reversePatch'
  | 'structuredPatch'
>;

it('can be imported in the place of npm diff: the type check proves it', () => {
  const module: Ours = ours;
  for (const value of Object.values(module)) expect(value).toBeDefined();
});

it('gives the types of npm diff, and takes options of its own', () => {
  const engine: DiffEngine = typescriptEngine;
  const patch: string = engine.createPatch('a', 'a\n', 'b\n', '', '', { algorithm: 'histogram', context: 1 });
  const limited: string | undefined = engine.createPatch('a', 'a\n', 'b\n', '', '', { maxEditLength: 1 });
  const changes: npm.ChangeObject<string>[] = engine.diffLines('a', 'b');
  const structured: npm.StructuredPatch = engine.structuredPatch('a', 'b', '', 'c');
  // @ts-expect-error: with a limit there may be no answer
  const unchecked: string = engine.createPatch('a', 'a\n', 'a\n', '', '', { maxEditLength: 1 });
  // @ts-expect-error: no such algorithm
  expect(() => engine.diffLines('a', 'b', { algorithm: 'patience' })).toThrow('algorithm');
  expect([patch, limited, unchecked].map((one) => typeof one)).toEqual(['string', 'undefined', 'string']);
  expect([changes.length, structured.hunks.length]).toEqual([2, 1]);
});
