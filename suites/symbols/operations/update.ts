/** One file's symbols replaced in an index of the whole corpus. */

import type { SymbolIndex, Update } from '@pairbench/symbols/contract';
import type { Operation } from 'pairbench/define';
import { loadCorpus } from '../corpus.ts';
import { type Engine, filled, LIMIT, wrongHits } from '../engine.ts';
import { readExpected, type UpdateAnswer } from '../recorded.ts';
import { type NewContent, type UpdateCase, updatesOf } from '../updates.ts';

export interface UpdateInput extends NewContent {
  readonly class: string;
  readonly expected: UpdateAnswer;
}

/** With the recorded answers. */
export function updateInputs(caseId: UpdateCase): UpdateInput[] {
  const answers = readExpected().updates[caseId] ?? [];
  return updatesOf(loadCorpus())[caseId].map((content, i) => {
    const expected = answers[i];
    if (expected?.id !== content.id) throw new Error(`expected.json has no answer for ${content.id}`);
    return { ...content, class: 'update', expected };
  });
}

/** The first pass, which is never timed, also asks for names of what was put in, and of what it took the place of. */
export function update(engine: Engine, inputs: readonly UpdateInput[]): Operation {
  const index = filled(engine, loadCorpus().files);
  const seen = new Uint8Array(inputs.length);
  return (i) => {
    const { path, content, expected } = inputs[i] as UpdateInput;
    const answer = symbolsOf(index.updateFile(path, content));
    if (seen[i] === 1) return answer;
    seen[i] = 1;
    return wrongProbe(index, expected) ?? answer;
  };
}

const symbolsOf = ({ symbols, problem }: Update): number | string => problem?.message ?? symbols;

function wrongProbe(index: SymbolIndex, { probes }: UpdateAnswer): string | undefined {
  for (const { text, answer } of probes) {
    const wrong = wrongHits(text, index.query(text, { limit: LIMIT }), answer);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

export const symbolCounts = (inputs: readonly UpdateInput[]): number[] =>
  inputs.map(({ expected }) => expected.symbols);
