/** Numbers of names, as the index file has them: the bucket (the length, 0 for wide names) and the slot in it. */

const SLOT_BITS = 26;

/** No name, no symbol. */
export const NONE = 0xffff_ffff;

/** Longest name of a bucket of its own length, in letters. */
export const LONGEST_SHORT = 63;
/** One for each length, and that of the wide names. */
export const BUCKETS = LONGEST_SHORT + 1;
/** Names that a bucket holds at most; one less than the bits allow, because {@link NONE} is no name. */
export const MOST_SLOTS = 2 ** SLOT_BITS - 1;

export function nameNumber(bucket: number, slot: number): number {
  return ((bucket << SLOT_BITS) | slot) >>> 0;
}

export function bucketOf(name: number): number {
  return name >>> SLOT_BITS;
}

export function slotOf(name: number): number {
  return name & MOST_SLOTS;
}
