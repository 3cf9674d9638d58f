/** Letters of names: what they fold to, their classes, and where words start (README, Ranking). */

/** This letter and all above fold to themselves. */
const PLAIN_FROM = 0x2000;
const ASCII_END = 0x80;

/** What a combining mark folds to: equal to no letter of a query. */
export const NO_FOLD = -1;

/** Classes of letters. */
export const LOWER = 0;
export const UPPER = 1;
export const DIGIT = 2;
export const OTHER = 3;

const UNKNOWN = -2;
/** By letter below {@link PLAIN_FROM}; those above ASCII are found out when they are first met. */
const folds = new Int32Array(PLAIN_FROM).fill(UNKNOWN);
const isUpper = new Uint8Array(PLAIN_FROM);

/** By ASCII letter. */
export const ASCII_FOLDS = new Uint8Array(ASCII_END);
export const ASCII_CLASSES = new Uint8Array(ASCII_END);

for (let letter = 0; letter < ASCII_END; letter++) {
  const isCapital = letter >= 0x41 && letter <= 0x5a;
  ASCII_FOLDS[letter] = isCapital ? letter + 0x20 : letter;
  folds[letter] = isCapital ? letter + 0x20 : letter;
  ASCII_CLASSES[letter] = isCapital
    ? UPPER
    : letter >= 0x61 && letter <= 0x7a
      ? LOWER
      : letter >= 0x30 && letter <= 0x39
        ? DIGIT
        : OTHER;
}

/** Two letters are the same when this is equal. {@link NO_FOLD} for a combining mark. */
export function foldOf(letter: number): number {
  if (letter >= PLAIN_FROM) return letter;
  const known = folds[letter] as number;
  if (known !== UNKNOWN) return known;
  learn(letter);
  return folds[letter] as number;
}

export function classOf(letter: number): number {
  if (letter < ASCII_END) return ASCII_CLASSES[letter] as number;
  if (letter >= PLAIN_FROM) return LOWER;
  if (folds[letter] === UNKNOWN) learn(letter);
  return isUpper[letter] as number;
}

function learn(letter: number): void {
  const text = String.fromCodePoint(letter);
  if (isCombiningMark(letter)) {
    folds[letter] = NO_FOLD;
    return;
  }
  const first = text.normalize('NFD').codePointAt(0) as number;
  const lower = lowerOf(first);
  folds[letter] = lower < PLAIN_FROM ? lower : first;
  isUpper[letter] = lowerOf(letter) === letter ? LOWER : UPPER;
}

/** The lower case, where that is one letter; else the letter itself. */
function lowerOf(letter: number): number {
  const lower = String.fromCodePoint(letter).toLowerCase();
  const first = lower.codePointAt(0) as number;
  return lower.length === (first > 0xffff ? 2 : 1) ? first : letter;
}

/** U+0300 to U+036F. */
export function isCombiningMark(letter: number): boolean {
  return letter >= 0x300 && letter <= 0x36f;
}

/** What is left out of a query. */
export function isWhiteSpace(letter: number): boolean {
  return letter === 0x20 || (letter >= 0x09 && letter <= 0x0d) || letter === 0xa0;
}

/** No start; a start; a start if a lower-case letter follows. */
const [NO, YES, BEFORE_LOWER] = [0, 1, 2];
/** By the class before and the own class, two bits each. */
const starts = new Uint8Array(16).fill(NO);
for (const own of [UPPER, LOWER, DIGIT]) starts[(OTHER << 2) | own] = YES;
starts[(LOWER << 2) | UPPER] = YES;
starts[(DIGIT << 2) | UPPER] = YES;
starts[(UPPER << 2) | UPPER] = BEFORE_LOWER;
starts[(UPPER << 2) | DIGIT] = YES;
starts[(LOWER << 2) | DIGIT] = YES;
starts[(DIGIT << 2) | LOWER] = YES;

/** Whether a letter that is not the first of its name starts a word: 0 or 1. `after` is any number where none follows. */
export function startsWord(before: number, own: number, after: number): number {
  const rule = starts[(before << 2) | own] as number;
  return rule === BEFORE_LOWER ? (after === LOWER ? YES : NO) : rule;
}
