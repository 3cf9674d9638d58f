/** Output of a run: kept up to a limit, counted beyond it. */

import type { Readable } from 'node:stream';

export interface Kept {
  readonly bytes: Uint8Array;
  /** All that came. */
  readonly total: number;
}

/** Settles at the stream's end, however it ends; memory stays below the limit and one piece. */
export function keep(
  stream: Readable,
  maxBytes: number,
  onPiece?: (piece: Uint8Array) => void,
): Promise<Kept> {
  const pieces: Uint8Array[] = [];
  let kept = 0;
  let total = 0;
  const { promise, resolve } = Promise.withResolvers<Kept>();
  stream.on('data', (piece: Buffer) => {
    total += piece.length;
    const room = maxBytes - kept;
    if (room > 0) {
      const part = piece.length <= room ? piece : piece.subarray(0, room);
      pieces.push(part);
      kept += part.length;
    }
    onPiece?.(piece);
  });
  // A pipe whose other end is killed may break instead of ending: what came is kept.
  stream.on('error', () => stream.destroy());
  stream.on('close', () => resolve({ bytes: joined(pieces, kept), total }));
  return promise;
}

/** Without a copy where there is one piece: most runs say little. */
function joined(pieces: readonly Uint8Array[], bytes: number): Uint8Array {
  if (pieces.length === 1) return pieces[0] as Uint8Array;
  return Buffer.concat(pieces, bytes);
}
