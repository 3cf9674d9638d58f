/** Text goes through a buffer of this size, however long it is. */
const PIECE_BYTES = 65_536;
/** UTF-8 has at most 3 bytes a UTF-16 unit. */
const SHORT_UNITS = Math.floor(PIECE_BYTES / 3);

const encoder = new TextEncoder();

/** Hands `text` as UTF-8 to `write`, piece by piece; each piece is overwritten by the next. Lone surrogates become U+FFFD. */
export function writeText(text: string, write: (bytes: Uint8Array) => void): void {
  if (text.length <= SHORT_UNITS) {
    write(Buffer.from(text));
    return;
  }
  const piece = new Uint8Array(PIECE_BYTES);
  let rest = text;
  while (rest.length > 0) {
    const { read, written } = encoder.encodeInto(rest, piece);
    write(piece.subarray(0, written));
    rest = rest.slice(read);
  }
}
