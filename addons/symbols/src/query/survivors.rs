//! What a query did not rule out: a bit for each name. When the next query is the same with letters behind it, only these names are
//! looked at.
//!
//! A name is ruled out when a letter of the query is not in it, or when the letters are not in order, not even with a pair exchanged.
//! Then no longer query matches either: what it does not exchange within the shorter one leaves all but the last letter of that in
//! order, and another letter, then the last. But a query of two letters cannot be exchanged and a longer one can: there the order
//! rules out nothing.

use super::text::QueryLetter;
use crate::names::{LONGEST_SHORT, Names};

/// Names that are looked at together.
pub(crate) const BLOCK: usize = 64;

/// The names not ruled out by the last query.
#[derive(Default)]
pub(crate) struct Survivors {
    /// Bits by slot, bucket by bucket; the wide names are the first.
    words: Vec<u64>,
    /// By bucket, where it begins; and the end of the last one.
    starts: Vec<u32>,
    /// The folded letters of the last query; empty when the names have changed since.
    folds: Vec<u32>,
}

impl Survivors {
    /// The names have changed.
    pub(crate) fn forget(&mut self) {
        self.folds.clear();
    }

    /// Begins a query.
    pub(crate) fn begin(&mut self, names: &Names, query: &[QueryLetter]) {
        let folds = query.iter().map(|letter| letter.fold);
        let is_longer = !self.folds.is_empty()
            && self.folds.len() <= query.len()
            && folds.clone().zip(&self.folds).all(|(new, &old)| new == old);
        if !is_longer {
            self.starts.clear();
            let mut end = 0;
            for bucket in 0..=LONGEST_SHORT {
                self.starts.push(end);
                let slots = match bucket {
                    0 => names.wide().slots(),
                    length => names.short(length).slots(),
                };
                end += slots.div_ceil(BLOCK) as u32;
            }
            self.starts.push(end);
            self.words.clear();
            let words = end as usize;
            self.words.reserve_exact(words);
            self.words.resize(words, !0);
        }
        self.folds.clear();
        self.folds.extend(folds);
    }

    /// The words of a bucket: bit i of word j is slot 64 j + i. Bits of slots that are not there may be set.
    #[inline]
    pub(crate) fn words(&mut self, bucket: usize) -> &mut [u64] {
        &mut self.words[self.starts[bucket] as usize..self.starts[bucket + 1] as usize]
    }

    pub(crate) fn held_bytes(&self) -> usize {
        self.words.capacity() * size_of::<u64>()
            + (self.starts.capacity() + self.folds.capacity()) * size_of::<u32>()
    }
}
