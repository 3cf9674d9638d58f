/** The runs of a recorded pool, gone through again in the order in which they were measured. Pure. */

import { compareTwice } from '../compare/confirm.ts';
import type { Block, Taken, TakeRound } from '../compare/sequence.ts';
import { ARMS, blockOf, type PoolBlock, type PowerArm, subjectOf } from './arms.ts';
import type { LiveRun } from './record.ts';

/**
 * The verdicts that today's procedure gives on the very pairs of each run. A procedure that asks for more pairs than were
 * taken leaves that run's rest undecided; one that asks for fewer stops earlier.
 */
export async function replayRuns(pool: readonly PoolBlock[]): Promise<LiveRun[]> {
  const live: LiveRun[] = [];
  for (const run of new Set(pool.map((block) => block.run))) {
    const recorded = recordedRounds(pool.filter((block) => block.run === run));
    const { verdicts } = await compareTwice(ARMS.map(subjectOf), recorded.takeRound, {
      isOver: recorded.isOver,
    });
    live.push({ run, verdicts });
  }
  return live;
}

function recordedRounds(blocks: readonly PoolBlock[]): { takeRound: TakeRound; isOver: () => boolean } {
  let next = 0;
  let over = false;
  return {
    isOver: () => over,
    takeRound: async (subjects) => {
      const wanted = subjects.map(({ id }) => id as PowerArm);
      const has = (block: PoolBlock) => wanted.every((arm) => blockOf(block, arm) !== undefined);
      const found = blocks.findIndex((block, i) => i >= next && has(block));
      over = found < 0;
      if (over) return new Map();
      next = found + 1;
      return new Map(
        wanted.map((arm): [string, Taken] => [arm, blockOf(blocks[found] as PoolBlock, arm) as Block]),
      );
    },
  };
}
