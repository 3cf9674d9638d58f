import {
  BYTE_CLASS,
  classAt,
  LETTER,
  LOWER,
  MARK,
  MULTI,
  NEWLINE,
  NOT_OTHER,
  NUMBER,
  SPACE,
  UPPER,
  WHITE,
} from './character-class.ts';

/**
 * The two split patterns by hand: where the piece that starts at `at` ends. The bytes are valid UTF-8, one 0xFF
 * behind them. Both look at a byte a bounded number of times, so splitting is linear in the length.
 *
 * o200k_base, in order: word with one optional character before it and a contraction behind it; up to three
 * numbers; other characters with an optional space before and line ends or slashes behind; white space up to the
 * last line end; white space but for its last character when something follows; white space.
 */
export function endOfO200kPiece(bytes: Uint8Array, at: number): number {
  const first = BYTE_CLASS[bytes[at] as number] as number;
  if ((first & LETTER) !== 0) return endOfAsciiCasedWord(bytes, at);
  if (first === NUMBER) return endOfNumbers(bytes, at);
  if (first === 0 || first === SPACE) {
    const next = BYTE_CLASS[bytes[at + 1] as number] as number;
    if ((next & LETTER) !== 0) return endOfAsciiCasedWord(bytes, at + 1);
    if (next !== MULTI) {
      if (first === 0) return endOfO200kOther(bytes, at + 1);
      if (next === 0 && bytes[at] === 0x20) return endOfO200kOther(bytes, at + 2);
      return endOfWhite(bytes, at);
    }
  }
  if (first === NEWLINE) return endOfWhite(bytes, at);
  return endOfAnyO200kPiece(bytes, at);
}

/** As `endOfO200kPiece`, for pieces whose first two characters are not both ASCII. */
function endOfAnyO200kPiece(bytes: Uint8Array, at: number): number {
  const head = classAt(bytes, at);
  const first = head & 0xff;
  const second = at + (head >>> 8);
  if ((first & (LETTER | MARK)) !== 0) return endOfCasedWord(bytes, at);
  if (first === NUMBER) return endOfNumbers(bytes, at);
  if (first === NEWLINE) return endOfWhite(bytes, at);
  const next = classAt(bytes, second) & 0xff;
  if ((next & (LETTER | MARK)) !== 0) return endOfCasedWord(bytes, second);
  if (first === 0) return endOfO200kOther(bytes, second);
  if (next === 0 && bytes[at] === 0x20) return endOfO200kOther(bytes, second);
  return endOfWhite(bytes, at);
}

function endOfAsciiCasedWord(bytes: Uint8Array, from: number): number {
  let at = from;
  let kind = BYTE_CLASS[bytes[at] as number] as number;
  while (kind === UPPER) kind = BYTE_CLASS[bytes[++at] as number] as number;
  while (kind === LOWER) kind = BYTE_CLASS[bytes[++at] as number] as number;
  if (kind === MULTI) return endOfCasedWord(bytes, from);
  return bytes[at] === 0x27 ? endOfContraction(bytes, at) : at;
}

/**
 * `[Lu Lt Lm Lo M]*[Ll Lm Lo M]+`, else `[Lu Lt Lm Lo M]+[Ll Lm Lo M]*`. When no lower-case letter follows the
 * first run, the match gives characters back up to the last one that both halves accept.
 */
function endOfCasedWord(bytes: Uint8Array, from: number): number {
  let at = from;
  let endOfLastBoth = 0;
  let head = classAt(bytes, at);
  while ((head & (UPPER | MARK)) !== 0) {
    at += head >>> 8;
    if ((head & 0xff) !== UPPER) endOfLastBoth = at;
    head = classAt(bytes, at);
  }
  if ((head & LOWER) !== 0) {
    do {
      at += head >>> 8;
      head = classAt(bytes, at);
    } while ((head & (LOWER | MARK)) !== 0);
  } else if (endOfLastBoth !== 0) {
    at = endOfLastBoth;
  }
  return bytes[at] === 0x27 ? endOfContraction(bytes, at) : at;
}

function endOfO200kOther(bytes: Uint8Array, from: number): number {
  let at = endOfOther(bytes, from);
  while (bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x2f) at += 1;
  return at;
}

/**
 * cl100k_base, in order: contraction; letters with one optional character before them; up to three numbers; other
 * characters with an optional space before and line ends behind; white space as in o200k_base.
 */
export function endOfCl100kPiece(bytes: Uint8Array, at: number): number {
  const head = classAt(bytes, at);
  const first = head & 0xff;
  const second = at + (head >>> 8);
  if ((first & LETTER) !== 0) return endOfLetters(bytes, second);
  if (first === NUMBER) return endOfNumbers(bytes, at);
  if (first === NEWLINE) return endOfWhite(bytes, at);
  if (bytes[at] === 0x27) {
    const end = endOfContraction(bytes, at);
    if (end !== at) return end;
  }
  const next = classAt(bytes, second) & 0xff;
  if ((next & LETTER) !== 0) return endOfLetters(bytes, second);
  if (first !== SPACE) return endOfCl100kOther(bytes, second);
  if ((next & NOT_OTHER) === 0 && bytes[at] === 0x20) return endOfCl100kOther(bytes, second);
  return endOfWhite(bytes, at);
}

function endOfLetters(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const kind = BYTE_CLASS[bytes[at] as number] as number;
    if ((kind & LETTER) !== 0) {
      at += 1;
      continue;
    }
    if (kind !== MULTI) return at;
    const head = classAt(bytes, at);
    if ((head & LETTER) === 0) return at;
    at += head >>> 8;
  }
}

function endOfCl100kOther(bytes: Uint8Array, from: number): number {
  let at = endOfOther(bytes, from);
  while (bytes[at] === 0x0a || bytes[at] === 0x0d) at += 1;
  return at;
}

function endOfOther(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const kind = BYTE_CLASS[bytes[at] as number] as number;
    if (kind === 0) {
      at += 1;
      continue;
    }
    if (kind !== MULTI) return at;
    const head = classAt(bytes, at);
    if ((head & NOT_OTHER) !== 0) return at;
    at += head >>> 8;
  }
}

function endOfNumbers(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let count = 0; count < 3; count += 1) {
    const head = classAt(bytes, at);
    if ((head & NUMBER) === 0) break;
    at += head >>> 8;
  }
  return at;
}

function endOfWhite(bytes: Uint8Array, from: number): number {
  let at = from;
  let endOfLastLine = 0;
  let startOfLast = from;
  let head = classAt(bytes, at);
  while ((head & WHITE) !== 0) {
    startOfLast = at;
    at += head >>> 8;
    if ((head & NEWLINE) !== 0) endOfLastLine = at;
    head = classAt(bytes, at);
  }
  if (endOfLastLine !== 0) return endOfLastLine;
  if (startOfLast === from || bytes[at] === 0xff) return at;
  return startOfLast;
}

/** Behind `'s 't 'm 'd 're 've 'll` in any case, the long s (U+017F) included; `at` when there is none. */
function endOfContraction(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 1] as number;
  switch (first | 0x20) {
    case 0x73:
    case 0x74:
    case 0x6d:
    case 0x64:
      return at + 2;
    case 0x72:
    case 0x76:
      return ((bytes[at + 2] as number) | 0x20) === 0x65 ? at + 3 : at;
    case 0x6c:
      return ((bytes[at + 2] as number) | 0x20) === 0x6c ? at + 3 : at;
    default:
      return first === 0xc5 && bytes[at + 2] === 0xbf ? at + 3 : at;
  }
}
