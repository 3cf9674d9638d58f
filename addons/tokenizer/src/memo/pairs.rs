//! Remembers whether a token may follow another.

use crate::layout::pair;

/// Cells: 256 KiB.
const BITS: u32 = 15;

/// The cell of no pair: its key part is no pair of tokens.
const EMPTY: u64 = u64::MAX >> 1;

/// Set in a cell whose right token may follow the left one.
const YES: u64 = 1 << 63;

/// Answers to "may `right` follow `left`", one for each cell, the latest kept.
pub(crate) struct Verdicts(Box<[u64]>);

impl Verdicts {
    pub(crate) fn new() -> Self {
        Self(vec![EMPTY; 1 << BITS].into_boxed_slice())
    }

    /// The answer kept, or that of `find`, which is then kept.
    #[inline(always)]
    pub(crate) fn get_or(&mut self, left: u32, right: u32, find: impl FnOnce() -> bool) -> bool {
        let key = pair::key(left, right);
        let cell = &mut self.0[pair::slot(pair::hash(left, right), BITS)];
        if *cell & !YES != key {
            *cell = key | if find() { YES } else { 0 };
        }
        *cell & YES != 0
    }
}
