import { UNICODE_CLASS_RUNS } from './unicode-classes.ts';

/**
 * Character classes of the two split patterns, one bit each, frozen to Unicode 16.0.0: the version of the
 * regex tables inside tiktoken. The ICU of the running Node is newer and would split some texts elsewhere.
 * A letter without case (Lm, Lo) has both case bits, because both halves of the o200k pattern accept it.
 */
export const UPPER = 1;
export const LOWER = 2;
export const MARK = 4;
export const NUMBER = 8;
/** White_Space as Unicode has it, CR and LF excepted: U+0085 is in, the byte order mark is not. */
export const SPACE = 16;
export const NEWLINE = 32;
/** Not a character: the byte 0xFF, which UTF-8 never holds, stands behind the text. */
export const END = 64;
/** In `BYTE_CLASS`: first or later byte of a longer sequence. In `CODE_POINT_CLASS`: a surrogate. */
export const MULTI = 128;

export const LETTER = UPPER | LOWER;
export const WHITE = SPACE | NEWLINE;
/** What ends a run of `[^\s\p{L}\p{N}]`. */
export const NOT_OTHER = LETTER | NUMBER | WHITE | END;

/** No letter, number, mark or space lies between here and the variation selectors of plane 14. */
const TABLE_SIZE = 0x32400;
const LAST_MARKS_FROM = 0xe0100;
const LAST_MARKS_TO = 0xe01ef;

const CLASS_OF_LETTER: Readonly<Record<string, number>> = {
  O: 0,
  U: UPPER,
  L: LOWER,
  B: UPPER | LOWER,
  M: MARK,
  N: NUMBER,
  S: SPACE,
};

/** Class of each code point below `TABLE_SIZE`; 200 KB, filled in well under a millisecond. */
export const CODE_POINT_CLASS: Uint8Array = fillTable();

/** Class of each byte as the first of a character. */
export const BYTE_CLASS: Uint8Array = new Uint8Array(256).fill(MULTI);
BYTE_CLASS.set(CODE_POINT_CLASS.subarray(0, 0x80));
BYTE_CLASS[0xff] = END;

function fillTable(): Uint8Array {
  const table = new Uint8Array(TABLE_SIZE);
  let at = 0;
  for (const [, letter, length] of UNICODE_CLASS_RUNS.matchAll(/([A-Z])([0-9a-z]*)/g)) {
    const end = at + (length ? Number.parseInt(length, 36) : 1);
    const value = CLASS_OF_LETTER[letter as string] as number;
    if (value !== 0) table.fill(value, at, end);
    at = end;
  }
  table[0x0a] = NEWLINE;
  table[0x0d] = NEWLINE;
  table.fill(MULTI, 0xd800, 0xe000);
  return table;
}

/** Class and width of the character at `at` in valid UTF-8: the class in bits 0-7, the bytes above them. */
export function classAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80 || first === 0xff) return 0x100 | (BYTE_CLASS[first] as number);
  const second = (bytes[at + 1] as number) & 0x3f;
  if (first < 0xe0) return 0x200 | (CODE_POINT_CLASS[((first & 0x1f) << 6) | second] as number);
  const third = (bytes[at + 2] as number) & 0x3f;
  if (first < 0xf0) {
    return 0x300 | (CODE_POINT_CLASS[((first & 0x0f) << 12) | (second << 6) | third] as number);
  }
  const codePoint =
    ((first & 0x07) << 18) | (second << 12) | (third << 6) | ((bytes[at + 3] as number) & 0x3f);
  return 0x400 | classOfCodePoint(codePoint);
}

export function classOfCodePoint(codePoint: number): number {
  if (codePoint < TABLE_SIZE) return CODE_POINT_CLASS[codePoint] as number;
  return codePoint >= LAST_MARKS_FROM && codePoint <= LAST_MARKS_TO ? MARK : 0;
}
