import { CODE_POINT_CLASS, LETTER, MARK, MULTI, NUMBER, SPACE, WHITE } from './character-class.ts';
import { PADDING } from './vocabulary.ts';

/** UTF-16 code units taken at a time: their UTF-8 form stays in the second-level cache. */
export const CHUNK_UNITS = 2 ** 16;
/** Below this length an ASCII text is copied faster by a loop than by the encoder. */
const SHORT_UNITS = 24;

const encoder = new TextEncoder();

/** UTF-8 of a text with a 0xFF and the padding behind it. Lone surrogates become U+FFFD on the way in. */
export class TextBytes {
  bytes: Uint8Array;
  words: DataView;

  constructor(units: number) {
    this.bytes = new Uint8Array(3 * units + PADDING);
    this.words = new DataView(this.bytes.buffer);
  }

  /** Takes `text`, whose length is at most the `units` of the constructor, and returns its bytes' number. */
  load(text: string): number {
    const units = text.length;
    const bytes = this.bytes;
    let written = 0;
    if (units <= SHORT_UNITS) {
      for (; written < units; written += 1) {
        const unit = text.charCodeAt(written);
        if (unit >= 0x80) break;
        bytes[written] = unit;
      }
    }
    if (written < units) written = encoder.encodeInto(text, bytes).written;
    bytes[written] = 0xff;
    return written;
  }
}

/**
 * The last place in `(from, to)` where every text is split, whatever stands around it, so that the two sides can be
 * tokenized apart; -1 when there is none. One of these borders: anything but white space, then a space other than
 * CR and LF; a letter, then neither letter, mark nor apostrophe; a number, then none.
 */
export function lastSureBorder(text: string, from: number, to: number): number {
  let after = classOfUnit(text, to - 1);
  for (let at = to - 1; at > from; at -= 1) {
    const before = classOfUnit(text, at - 1);
    if ((after & SPACE) !== 0 && (before & WHITE) === 0) return at;
    if ((before & LETTER) !== 0 && (after & (LETTER | MARK | MULTI)) === 0) {
      if (text.charCodeAt(at) !== 0x27) return at;
    } else if ((before & NUMBER) !== 0 && (after & (NUMBER | MULTI)) === 0) return at;
    after = before;
  }
  return -1;
}

function classOfUnit(text: string, at: number): number {
  return CODE_POINT_CLASS[text.charCodeAt(at)] as number;
}
