//! What is searched, and for which kinds.

use super::best::{Best, Found};
use crate::names::{self, Bucket, Entry, LONGEST_SHORT, NONE, Names, Texts};
use crate::symbols::Symbols;

/// The names, their symbols, and the kinds that are wanted.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub names: &'a Names,
    pub symbols: &'a Symbols,
    /// Bit k: kind k is wanted.
    pub kinds: u32,
    /// Whether any kind is not.
    pub is_filtered: bool,
}

impl Ground<'_> {
    /// Whether a symbol of the name may be of a kind that is wanted.
    #[inline]
    pub(super) fn may_have_kind(&self, entry: &Entry) -> bool {
        !self.is_filtered || entry.kinds.get() & self.kinds != 0
    }

    /// Whether one is. Kinds that are gone are taken off the name's list.
    fn has_kind(&self, name: u32) -> bool {
        if !self.is_filtered {
            return true;
        }
        let mut seen = 0;
        for symbol in self.symbols.of_name(self.names, name) {
            seen |= 1 << self.symbols.get(symbol).kind();
            if seen & self.kinds != 0 {
                return true;
            }
        }
        self.names.entry(name).kinds.set(seen);
        false
    }

    /// Puts a name among the best, if it belongs there; whether it did.
    #[inline]
    pub(super) fn offer(&self, best: &mut Best, found: Found) -> bool {
        let enters = best.takes(&found, self.names) && self.has_kind(found.name);
        if enters {
            best.put(found, self.names);
        }
        enters
    }

    /// Finds the best names for a query without a letter: every name matches, and the shortest are the best.
    pub(super) fn shortest(&self, best: &mut Best) {
        for length in 1..=LONGEST_SHORT {
            if best.needed(length) > 0 {
                break;
            }
            self.every(self.names.short(length), length, best, |_| length);
        }
        let wide = self.names.wide();
        self.every(wide, 0, best, |slot| wide.texts.size(slot).1);
    }

    fn every<T: Texts>(
        &self,
        names: &Bucket<T>,
        bucket: usize,
        best: &mut Best,
        units_of: impl Fn(u32) -> usize,
    ) {
        for (slot, entry) in (0..).zip(&names.entries) {
            if entry.head != NONE && self.may_have_kind(entry) {
                let found = Found::new(0, units_of(slot), names::number(bucket, slot));
                self.offer(best, found);
            }
        }
    }
}
