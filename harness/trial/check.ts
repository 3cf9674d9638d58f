/** Holds a trial's answers against the expected ones. */

import type { Case, Operation } from '../define.ts';
import { HarnessError } from '../errors.ts';
import { AnswerDigest, sameAnswer } from './answer.ts';
import { describeDifference } from './difference.ts';

export interface Checked {
  readonly entry: Pick<Case<unknown, unknown>, 'id' | 'async'>;
  readonly inputs: readonly unknown[];
  readonly operation: Operation;
  readonly expected: readonly unknown[];
}

/** Counts answers and remembers the first wrong one. */
export class AnswerCheck {
  checked = 0;
  wrong = 0;
  firstWrong: string | undefined;
  readonly #prepared: Checked;

  constructor(prepared: Checked) {
    this.#prepared = prepared;
  }

  see(i: number, answer: unknown): void {
    this.checked++;
    if (sameAnswer(answer, this.#prepared.expected[i])) return;
    this.wrong++;
    this.firstWrong ??= `input ${i}: ${describeDifference(answer, this.#prepared.expected[i])}`;
  }

  /** Every input once; the digest of all answers. */
  async all(): Promise<string> {
    const digest = new AnswerDigest();
    for (let i = 0; i < this.#prepared.inputs.length; i++) {
      const given = this.#prepared.operation(i);
      if (given instanceof Promise && this.#prepared.entry.async !== true) {
        throw new HarnessError('ERR_SUITE', 'the operation returns a promise, but the case is not `async`');
      }
      const answer = await given;
      this.see(i, answer);
      digest.add(answer);
    }
    return digest.finish();
  }
}

/**
 * The expected answers, one an input.
 * @throws HarnessError `ERR_SUITE` when their numbers differ
 */
export async function expectedAnswers(
  entry: Case<unknown, unknown>,
  inputs: readonly unknown[],
): Promise<readonly unknown[]> {
  const expected = await entry.answer(inputs);
  if (expected.length !== inputs.length) {
    throw new HarnessError(
      'ERR_SUITE',
      `case ${entry.id}: ${inputs.length} inputs but ${expected.length} answers`,
    );
  }
  return expected;
}
