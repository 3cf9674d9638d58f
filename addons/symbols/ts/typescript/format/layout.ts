/** Where things lie in an index file (FORMAT.md). */

export const MAGIC = 'PBSYMIDX';
export const VERSION = 1;

/** Offsets in the header. */
export const AT_VERSION = 8;
export const AT_SUM = 12;
export const AT_LENGTH = 16;
export const AT_FILES = 24;
export const AT_SYMBOLS = 28;
/** Bytes of the header. */
export const HEADER = 32;
/** The checksum covers all from here. */
export const SUMMED = 16;

/** Sections begin at multiples of this. */
const ALIGNMENT = 8;

/** What a stamp that is there begins with. */
export const STAMP_MARK = '\x01';

export function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}
