//! Remembers the counts of pieces, and which tokens may follow each other.
//!
//! Text repeats its words: with the hot ones in the second-level cache, counting them costs one look-up each. Keys are
//! exact, so an entry is never wrong, only absent; the tables never grow.

mod long;
mod pairs;

pub(crate) use long::{LONG_BYTES, LongMemo};
pub(crate) use pairs::Verdicts;

use crate::split::Level;

/// Longest piece in the table of short ones, in bytes: a key fills 16 bytes but for that of its count.
pub(crate) const SHORT_BYTES: usize = 15;

/// Longest piece in the table of middling ones: a key fills 32 bytes but for that of its count.
pub(crate) const MIDDLE_BYTES: usize = 31;

/// Four entries: 15 bytes of key and one of count each. A cache line.
pub(crate) type ShortLine = [[u64; 2]; 4];

/// Two entries: 31 bytes of key and one of count each. A cache line.
pub(crate) type MiddleLine = [[u64; 4]; 2];

/// Lines of short pieces: 4 MiB, 262,144 pieces.
const SHORT_BITS: u32 = 16;

/// Lines of middling pieces: 1 MiB, 32,768 pieces.
const MIDDLE_BITS: u32 = 14;

/// What one thread remembers for one vocabulary: at most 6 MiB of memory, of which only touched pages are taken.
///
/// A key is the complemented bytes with zeros behind. No byte of UTF-8 is 0xFF, so no complemented byte is zero, keys
/// of different length differ, and a zeroed entry matches nothing.
pub(crate) struct Memo {
    words: Vec<u64>,
    first: usize,
    long: LongMemo,
    verdicts: Verdicts,
}

/// Words in a cache line.
const LINE_WORDS: usize = 8;

impl Memo {
    pub(crate) fn new() -> Self {
        // A line more than needed, to find a start on a cache line. Zeroed memory comes unmapped.
        let lines = (1 << SHORT_BITS) + (1 << MIDDLE_BITS) + 1;
        let words = vec![0_u64; lines * LINE_WORDS];
        let first = words.as_ptr().align_offset(64).min(LINE_WORDS);
        Self {
            words,
            first,
            long: LongMemo::new(),
            verdicts: Verdicts::new(),
        }
    }

    /// The tables, for the time of one call.
    #[inline]
    pub(crate) fn open(&mut self) -> Opened<'_> {
        let (short, middle) = self.words[self.first..].split_at_mut(LINE_WORDS << SHORT_BITS);
        let middle = &mut middle[..LINE_WORDS << MIDDLE_BITS];
        // SAFETY: a line of either kind is eight words without padding, and each slice is that many lines long.
        unsafe {
            Opened {
                short: std::slice::from_raw_parts_mut(short.as_mut_ptr().cast(), 1 << SHORT_BITS),
                middle: std::slice::from_raw_parts_mut(middle.as_mut_ptr().cast(), 1 << MIDDLE_BITS),
                long: &mut self.long,
                verdicts: &mut self.verdicts,
            }
        }
    }
}

/// The tables of a [`Memo`] while a text is counted.
pub(crate) struct Opened<'a> {
    short: &'a mut [ShortLine],
    middle: &'a mut [MiddleLine],
    pub(crate) long: &'a mut LongMemo,
    pub(crate) verdicts: &'a mut Verdicts,
}

/// Mixes two words into one: the halves of their product, folded.
#[inline(always)]
fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    product as u64 ^ (product >> 64) as u64
}

#[inline(always)]
fn short_index(key: [u64; 2]) -> usize {
    (fold(key[0] ^ 0x9E37_79B9_7F4A_7C15, key[1] ^ 0xC2B2_AE3D_27D4_EB4F) >> (64 - SHORT_BITS)) as usize
}

#[inline(always)]
fn middle_index(key: [u64; 4]) -> usize {
    let low = fold(key[0] ^ 0x9E37_79B9_7F4A_7C15, key[1] ^ 0xC2B2_AE3D_27D4_EB4F);
    let high = fold(key[2] ^ 0x1656_67B1_9E37_79F9, key[3] ^ 0x8546_8D4E_3A2F_6B37);
    ((low ^ high.rotate_left(23)) >> (64 - MIDDLE_BITS)) as usize
}

impl Opened<'_> {
    /// The count kept for a short piece, or 0.
    ///
    /// # Safety
    /// The processor has the instructions of `L`.
    #[inline(always)]
    pub(crate) unsafe fn short<L: Level>(&self, key: [u64; 2]) -> u64 {
        // SAFETY: passed on.
        unsafe { L::probe(&self.short[short_index(key)], key) }
    }

    /// Keeps `count` (1 to 15) for a short piece, in place of the oldest entry of its line.
    #[inline]
    pub(crate) fn keep_short(&mut self, key: [u64; 2], count: usize) {
        let line = &mut self.short[short_index(key)];
        line.copy_within(0..3, 1);
        line[0] = [key[0], key[1] | (count as u64) << 56];
    }

    /// The count kept for a middling piece, or 0.
    #[inline(always)]
    pub(crate) fn middle(&self, key: [u64; 4]) -> u64 {
        let mut count = 0;
        for entry in &self.middle[middle_index(key)] {
            let differs =
                (entry[0] ^ key[0]) | (entry[1] ^ key[1]) | (entry[2] ^ key[2]) | ((entry[3] ^ key[3]) << 8);
            count |= if differs == 0 { entry[3] >> 56 } else { 0 };
        }
        count
    }

    /// Keeps `count` (1 to 31) for a middling piece, in place of the older entry of its line.
    #[inline]
    pub(crate) fn keep_middle(&mut self, key: [u64; 4], count: usize) {
        let line = &mut self.middle[middle_index(key)];
        line[1] = line[0];
        line[0] = [key[0], key[1], key[2], key[3] | (count as u64) << 56];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::Portable;

    #[test]
    fn short_pieces_are_kept_exactly() {
        let mut memo = Memo::new();
        let mut opened = memo.open();
        let keys: Vec<[u64; 2]> = (0..100_000_u64).map(|i| [!i, i & 0xFF]).collect();
        for (i, &key) in keys.iter().enumerate() {
            opened.keep_short(key, i % 15 + 1);
        }
        let mut found = 0;
        for (i, &key) in keys.iter().enumerate() {
            // SAFETY: needs no special instructions.
            let count = unsafe { opened.short::<Portable>(key) } as usize;
            assert!(count == 0 || count == i % 15 + 1);
            found += usize::from(count != 0);
        }
        assert!(found > 95_000, "only {found} of 100,000 kept");
    }

    #[test]
    fn middling_pieces_are_kept_exactly() {
        let mut memo = Memo::new();
        let mut opened = memo.open();
        for i in 0..5_000_u64 {
            assert_eq!(opened.middle([i, !i, i, 7]), 0);
            opened.keep_middle([i, !i, i, 7], i as usize % 31 + 1);
            assert_eq!(opened.middle([i, !i, i, 7]), i % 31 + 1);
        }
    }

    #[test]
    fn a_new_table_matches_no_key() {
        let mut memo = Memo::new();
        let opened = memo.open();
        // The key of fifteen NULs has no zero byte.
        // SAFETY: needs no special instructions.
        assert_eq!(unsafe { opened.short::<Portable>([u64::MAX, u64::MAX >> 8]) }, 0);
        assert_eq!(opened.middle([u64::MAX, u64::MAX, u64::MAX, u64::MAX >> 8]), 0);
    }
}
