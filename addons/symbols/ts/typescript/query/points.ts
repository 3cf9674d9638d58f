/** What a placed letter counts (README, Ranking). */

export const LETTER = 16;
/** It is the same unfolded. */
export const EXACT = 1;
/** It is the first of the name. */
export const FIRST = 10;
/** It starts another word. */
export const START = 8;
/** It stands directly behind the letter before. */
export const DIRECT = 6;
/** A gap: this, and one more for each letter in it, up to {@link LONGEST_GAP}. */
export const GAP = 2;
export const LONGEST_GAP = 6;
/** The query is as long as the name. */
export const WHOLE = 8;
/** A pair of the query's letters was exchanged. */
export const EXCHANGED = -9;

/** Letters of a query from which on a pair may be exchanged. */
export const EXCHANGE_FROM = 3;
