//! Closing gaps, a few files at a time, so that no update pays for all.

use super::Symbols;
use crate::files::Files;
use crate::grow;
use crate::names::{NONE, Names};

/// Gaps below this many symbols are left alone.
const FEW: usize = 1024;

impl Symbols {
    /// Moves files down into the lowest gap, `budget` symbols and one file at most, when more than an eighth is free.
    pub(crate) fn compact(&mut self, names: &mut Names, files: &mut Files, budget: usize) {
        let mut moved = 0;
        while moved < budget && self.free.total() > FEW.max(self.all.len() / 8) {
            let Some((start, gap)) = self.free.first() else {
                return;
            };
            let from = start + gap;
            let file = files.get_mut(self.get(from).file());
            let count = file.count;
            file.start = start;
            self.free.remove(start);
            for offset in 0..count {
                self.shift(names, from + offset, start + offset);
            }
            let end = self.free.put(start + count, gap, self.all.len() as u32);
            self.all.truncate(end as usize);
            moved += count as usize;
        }
        grow::shrink(&mut self.all);
    }

    /// Moves a symbol to a free place, and its neighbours' links with it.
    fn shift(&mut self, names: &mut Names, from: u32, to: u32) {
        let symbol = *self.get(from);
        self.all[to as usize] = symbol;
        if symbol.next != NONE {
            self.all[symbol.next as usize].previous = to;
        }
        if symbol.previous != NONE {
            self.all[symbol.previous as usize].next = to;
        } else {
            names.entry_mut(symbol.name).head = to;
        }
    }
}
