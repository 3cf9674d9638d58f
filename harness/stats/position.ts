/**
 * Does the place within a block matter? Asked of A/A data, where all trials of a block run the same code: if the first
 * place is slower than the last, a fixed order would have told a difference where there is none, and the pairs of an
 * ABBA block have to be averaged before they are tested.
 */

import { median, permutationsHeap } from 'simple-statistics';
import { seededRandom, shuffled } from '../random.ts';
import { doubledMidRanks, requireFinite } from './ranks.ts';
import { signedRank } from './signed-rank.ts';

export interface PositionEffect {
  /** Of "every order within a block is as likely as any other". */
  readonly p: number;
  /** False where p comes from seeded random orders. */
  readonly exact: boolean;
  /** For each place the median over blocks of value - median of its block. */
  readonly effects: readonly number[];
  /** Friedman's chi-square, corrected for ties; 0 where all values of each block are equal. */
  readonly chiSquare: number;
}

/** Orders drawn where not all can be followed: p is then good to about a tenth of itself at 0.01. */
const RANDOM_ORDERS = 20_000;
/** Rank sums times orders within a block, beyond which random orders are taken. */
const MOST_STEPS = 100_000;

/**
 * Friedman's test with its exact permutation distribution (Friedman 1937); for two places the exact signed-rank test,
 * which sees sizes as well. Follows the rank sums of all orders block by block, sums in rising order since places are
 * alike under the hypothesis: exact for four places up to about twenty blocks, then from 20,000 random orders. At most
 * about half a second.
 * @param blocks values (logarithms of times, say) of each block by place; equally many in every block
 * @throws RangeError for no block, unequal blocks, fewer than two places, or a value that is no finite number
 */
export function positionEffect(
  blocks: readonly (readonly number[])[],
  { seed = 1, mostSteps = MOST_STEPS }: { readonly seed?: number; readonly mostSteps?: number } = {},
): PositionEffect {
  const places = blocks[0]?.length ?? 0;
  if (places < 2) throw new RangeError('blocks of two places or more are needed');
  for (const [index, block] of blocks.entries()) {
    if (block.length !== places)
      throw new RangeError(`block ${index + 1} has ${block.length} of ${places} places`);
    requireFinite(block, `block ${index + 1}, place`);
  }
  const middles = blocks.map((block) => median([...block]));
  const effects = Array.from({ length: places }, (_, place) =>
    median(blocks.map((block, index) => (block[place] as number) - (middles[index] as number))),
  );
  const ranks = blocks.map((block) => [...doubledMidRanks(block)]);
  const sums = Array.from({ length: places }, (_, place) =>
    ranks.reduce((sum, row) => sum + (row[place] as number), 0),
  );
  const chiSquare = friedmanChiSquare(ranks, sums);
  if (places === 2) {
    const { pTwoSided } = signedRank(blocks.map(([first, second]) => (second as number) - (first as number)));
    return { p: pTwoSided, exact: true, effects, chiSquare };
  }
  const observed = squares(sums);
  const exact = followAllOrders(ranks, observed, mostSteps);
  return { p: exact ?? drawOrders(ranks, observed, seed), exact: exact !== null, effects, chiSquare };
}

const squares = (sums: readonly number[]) => sums.reduce((total, sum) => total + sum * sum, 0);

/** Spread of the rank sums over their variance under random orders; the doubling of ranks cancels out. */
function friedmanChiSquare(ranks: readonly (readonly number[])[], sums: readonly number[]): number {
  const places = sums.length;
  const mean = ranks.length * (places + 1);
  const between = sums.reduce((total, sum) => total + (sum - mean) ** 2, 0);
  const within = ranks.flat().reduce((total, rank) => total + (rank - places - 1) ** 2, 0);
  return within === 0 ? 0 : ((places - 1) * between) / within;
}

/** P(sum of squares at least as large); null where it would take too long. All arithmetic on sums is in whole numbers. */
function followAllOrders(
  ranks: readonly (readonly number[])[],
  observed: number,
  mostSteps: number,
): number | null {
  const places = (ranks[0] as readonly number[]).length;
  const base = 2 * places * ranks.length + 1;
  // 6! orders of a block are 720; eight places would be 40,320, and their sums no longer fit a number.
  if (places > 6 || base ** places > Number.MAX_SAFE_INTEGER) return null;
  const encode = (sums: readonly number[]) => sums.reduce((key, sum) => key * base + sum, 0);
  const decode = (key: number) => {
    const sums = new Array<number>(places);
    for (let i = places - 1, rest = key; i >= 0; i--, rest = Math.floor(rest / base)) sums[i] = rest % base;
    return sums;
  };
  let reached = new Map([[0, 1]]);
  for (const row of ranks) {
    const orders = permutationsHeap([...row]) as number[][];
    if (reached.size * orders.length > mostSteps) return null;
    const next = new Map<number, number>();
    for (const [key, probability] of reached) {
      const sums = decode(key);
      for (const order of orders) {
        const added = order.map((rank, i) => rank + (sums[i] as number)).sort((a, b) => a - b);
        const to = encode(added);
        next.set(to, (next.get(to) ?? 0) + probability / orders.length);
      }
    }
    reached = next;
  }
  let p = 0;
  for (const [key, probability] of reached) if (squares(decode(key)) >= observed) p += probability;
  return Math.min(1, p);
}

/** The same from random orders; the observed one counts as one of them, so that p is never zero (Phipson & Smyth 2010). */
function drawOrders(ranks: readonly (readonly number[])[], observed: number, seed: number): number {
  const random = seededRandom(seed);
  let asLarge = 1;
  for (let i = 0; i < RANDOM_ORDERS; i++) {
    const sums = new Array<number>((ranks[0] as readonly number[]).length).fill(0);
    for (const row of ranks) {
      shuffled(row, random).forEach((rank, place) => {
        sums[place] = (sums[place] as number) + rank;
      });
    }
    if (squares(sums) >= observed) asLarge++;
  }
  return asLarge / (RANDOM_ORDERS + 1);
}
