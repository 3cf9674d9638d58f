/** A regression has to show twice: in the pass over everything, and in a second one over what it named. */

import {
  compareInLooks,
  type Sequence,
  type SequenceOptions,
  type Subject,
  type TakeRound,
  type UnitVerdict,
} from './sequence.ts';

export interface FinalVerdict extends UnitVerdict {
  /** The verdict of the second pass on what the first called regressed. */
  readonly second?: UnitVerdict;
}

export interface TwoPasses {
  /** One a unit; `regressed` only where both passes said so. */
  readonly verdicts: readonly FinalVerdict[];
  readonly first: Sequence;
  /** Absent where the first pass found nothing to confirm. */
  readonly second?: Sequence;
  readonly voided: boolean;
}

/**
 * Chance of one false confirmation. Not as strict as the first pass: it asks one question that the first has raised, and
 * what it wrongly lets through had to pass the first as well.
 */
export const CONFIRM_ALPHA = 0.05;

/**
 * The second pass takes new pairs of the suspects alone, with the margins of the first, Holm over them. A change that is in
 * the code shows again; what the machine did for a quarter of an hour does not. Both run on one machine, so that their
 * errors are not independent: the rates multiply on paper only.
 */
export async function compareTwice(
  subjects: readonly Subject[],
  takeRound: TakeRound,
  options: SequenceOptions & { readonly onConfirm?: (suspects: readonly Subject[]) => void } = {},
): Promise<TwoPasses> {
  const first = await compareInLooks(subjects, takeRound, options);
  const suspects = subjects
    .map(({ id }) => ({ id, metrics: regressedMetrics(first.verdicts, id) }))
    .filter(({ metrics }) => metrics.length > 0);
  if (suspects.length === 0 || first.voided || options.isOver?.() === true)
    return { verdicts: first.verdicts.map(unconfirmed), first, voided: first.voided };
  options.onConfirm?.(suspects);
  const second = await compareInLooks(suspects, takeRound, {
    ...options,
    alpha: CONFIRM_ALPHA,
    // What is tolerated was settled by the first pass.
    margins: new Map(first.verdicts.map(({ id, margin }) => [id, margin])),
  });
  return {
    verdicts: first.verdicts.map((verdict) =>
      confirm(
        verdict,
        second.verdicts.find(({ id }) => id === verdict.id),
      ),
    ),
    first,
    second,
    voided: second.voided,
  };
}

const regressedMetrics = (verdicts: readonly UnitVerdict[], subject: string) =>
  verdicts
    .filter((unit) => unit.subject === subject && unit.verdict === 'regressed')
    .map(({ metric }) => metric);

function confirm(verdict: UnitVerdict, second: UnitVerdict | undefined): FinalVerdict {
  if (verdict.verdict !== 'regressed') return verdict;
  if (second === undefined) return unconfirmed(verdict);
  if (second.verdict === 'regressed') {
    return { ...verdict, second, why: `${verdict.why}; again in a second pass: ${second.why}` };
  }
  return {
    ...verdict,
    verdict: 'inconclusive',
    second,
    why: `regressed in the first pass (${verdict.why}), ${second.verdict} in the second (${second.why})`,
  };
}

/** A regression that no second pass looked at is none yet. */
function unconfirmed(verdict: UnitVerdict): FinalVerdict {
  if (verdict.verdict !== 'regressed') return verdict;
  return { ...verdict, verdict: 'inconclusive', why: `${verdict.why}; not confirmed, the run ended before` };
}
