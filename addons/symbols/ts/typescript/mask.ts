/** Masks of names (FORMAT.md): 64 bits as two words of 32, which tell most names from those that a query can match. */

import { NO_FOLD } from './letters.ts';
import type { Spelling } from './spelling.ts';

const DIGIT = 26;
const OTHER = 27;
const WIDE = 28;
/** In the high word: the lowest bit of the first letter's number. */
export const FIRST_SHIFT = 26;

/** The bit of a fold in the low word, 0 to 28; -1 for a combining mark. */
export function letterBit(fold: number): number {
  if (fold >= 0x61 && fold <= 0x7a) return fold - 0x61;
  if (fold >= 0x30 && fold <= 0x39) return DIGIT;
  if (fold === NO_FOLD) return -1;
  return fold < 0x80 ? OTHER : WIDE;
}

/** The bit in the high word of a fold that starts a word, 0 to 25; -1 for what is not a to z. */
export function startBit(fold: number): number {
  return fold >= 0x61 && fold <= 0x7a ? fold - 0x61 : -1;
}

/** The low word of a name's mask. */
export function lowMask({ letters, folds }: Spelling): number {
  let mask = 0;
  for (let index = 0; index < letters; index++) {
    const bit = letterBit(folds[index] as number);
    if (bit >= 0) mask |= 1 << bit;
  }
  return mask >>> 0;
}

/** The high word of a name's mask. */
export function highMask({ letters, folds, starts }: Spelling): number {
  if (letters === 0) return 0;
  let mask = (letterBit(folds[0] as number) + 1) << FIRST_SHIFT;
  for (let index = 0; index < letters; index++) {
    if (starts[index] === 0) continue;
    const bit = startBit(folds[index] as number);
    if (bit >= 0) mask |= 1 << bit;
  }
  return mask >>> 0;
}
