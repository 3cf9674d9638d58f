/** Reads an index file by FORMAT.md's words, without a check: what a third program would do. */

export interface FileName {
  readonly text: string;
  readonly mask: bigint;
}

export interface FileContents {
  readonly header: {
    magic: string;
    version: number;
    sum: number;
    length: bigint;
    files: number;
    symbols: number;
  };
  /** By name number. */
  readonly names: ReadonlyMap<number, FileName>;
  readonly symbols: readonly {
    name: number;
    container: number;
    line: number;
    column: number;
    kind: number;
  }[];
  readonly files: readonly { path: string; symbols: number; stamp: string | undefined }[];
  /** Where the last section ends. */
  readonly end: number;
}

export function readFileContents(bytes: Buffer): FileContents {
  const header = {
    magic: bytes.toString('latin1', 0, 8),
    version: bytes.readUInt32LE(8),
    sum: bytes.readUInt32LE(12),
    length: bytes.readBigUInt64LE(16),
    files: bytes.readUInt32LE(24),
    symbols: bytes.readUInt32LE(28),
  };
  let end = 32;
  const section = (length: number) => {
    const start = end + ((8 - (end % 8)) % 8);
    end = start + length;
    return bytes.subarray(start, end);
  };
  const numbers = (count: number) => {
    const part = section(4 * count);
    return Array.from({ length: count }, (_, index) => part.readUInt32LE(4 * index));
  };
  const masks = (count: number) => {
    const part = section(8 * count);
    return Array.from({ length: count }, (_, index) => part.readBigUInt64LE(8 * index));
  };

  const names = new Map<number, FileName>();
  const [wideCount = 0, ...counts] = numbers(64);
  const letters = section(counts.reduce((sum, count, index) => sum + count * (index + 1), 0));
  const shortMasks = masks(counts.reduce((sum, count) => sum + count, 0));
  let at = 0;
  let place = 0;
  for (const [index, count] of counts.entries()) {
    const length = index + 1;
    for (let slot = 0; slot < count; slot++) {
      const text = letters.toString('latin1', at, at + length);
      names.set(length * 2 ** 26 + slot, { text, mask: shortMasks[place++] as bigint });
      at += length;
    }
  }
  const wideEnds = numbers(wideCount);
  const wideText = section(wideEnds.at(-1) ?? 0);
  const wideMasks = masks(wideCount);
  for (const [slot, wideEnd] of wideEnds.entries()) {
    const text = wideText.toString('utf8', wideEnds[slot - 1] ?? 0, wideEnd);
    names.set(slot, { text, mask: wideMasks[slot] as bigint });
  }

  const columns = Array.from({ length: 4 }, () => numbers(header.symbols));
  const kinds = section(header.symbols);
  const symbols = Array.from(kinds, (kind, index) => {
    const [name, container, line, column] = columns.map((values) => values[index] as number) as [
      number,
      number,
      number,
      number,
    ];
    return { name, container, line, column, kind };
  });

  const symbolCounts = numbers(header.files);
  const pathEnds = numbers(header.files);
  const stampEnds = numbers(header.files);
  const text = section(stampEnds.at(-1) ?? 0);
  const files = symbolCounts.map((count, index) => {
    const stamp = text.toString('utf8', stampEnds[index - 1] ?? pathEnds.at(-1), stampEnds[index]);
    return {
      path: text.toString('utf8', pathEnds[index - 1] ?? 0, pathEnds[index]),
      symbols: count,
      stamp: stamp === '' ? undefined : stamp.slice(1),
    };
  });
  return { header, names, symbols, files, end };
}
