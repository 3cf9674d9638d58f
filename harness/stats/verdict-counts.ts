/** Verdicts counted over many runs of a gate. */

import type { ChangeName } from './compare.ts';

export type VerdictCounts = Record<ChangeName, number>;

export const noVerdicts = (): VerdictCounts => ({
  unchanged: 0,
  improved: 0,
  regressed: 0,
  inconclusive: 0,
});

/** Each as a share of all; zeros where nothing was counted. */
export function verdictShares(counts: VerdictCounts): VerdictCounts {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const share = (count: number) => (total === 0 ? 0 : count / total);
  return {
    unchanged: share(counts.unchanged),
    improved: share(counts.improved),
    regressed: share(counts.regressed),
    inconclusive: share(counts.inconclusive),
  };
}
