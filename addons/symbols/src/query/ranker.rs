//! The best way in a name whose places were read, if it can be good enough.

use super::look::{Look, Question};
use super::placed::Placed;
use super::rows::{BitRow, Cells};
use super::runs::Runs;
use super::ways::{Rows, Way};

/// Exchanges that are looked at one by one; more are looked at all together.
const FEW_EXCHANGES: usize = 4;

/// A name, and what it takes to rank it.
#[derive(Default)]
pub(crate) struct Ranker<const WORDS: usize> {
    pub placed: Placed<WORDS>,
    runs: Runs,
    cells: Cells<WORDS>,
    rows: Rows<BitRow<WORDS>>,
}

impl<const WORDS: usize> Ranker<WORDS> {
    /// Looks at the name that was read. `is_ascii`: its exact places have to be told yet. `in_order`: a way in order may enter, as
    /// far as is known.
    pub(crate) fn look(&mut self, is_ascii: bool, in_order: bool, question: Question) -> Look {
        if self.placed.use_in_order() {
            if !in_order || self.runs.bound(&self.placed, None) < question.needed {
                return Look::TooLow;
            }
            self.mark_exact(is_ascii);
            return Look::Score(self.cells.best(&self.placed, None).score);
        }
        if !question.exchange {
            return if question.can_exchange {
                Look::TooLow
            } else {
                Look::NoMatch
            };
        }
        let mut pairs = [0; FEW_EXCHANGES];
        let count = self.placed.exchanges(&mut pairs);
        if count == 0 {
            return Look::NoMatch;
        }
        self.mark_exact(is_ascii);
        match self.best_exchange(&pairs, count, question.needed) {
            Some(way) => Look::Score(way.score),
            None => Look::TooLow,
        }
    }

    /// The best way, of equally good exchanges that with the first pair.
    pub(crate) fn best(&mut self, is_ascii: bool) -> Option<Way> {
        let is_in_order = self.placed.use_in_order();
        self.mark_exact(is_ascii);
        if is_in_order {
            return Some(self.cells.best(&self.placed, None));
        }
        let mut pairs = [0; FEW_EXCHANGES];
        let count = self.placed.exchanges(&mut pairs);
        let way = self.best_exchange(&pairs, count, 0)?;
        if let Some(pair) = way.exchanged {
            self.placed.use_exchange(pair);
        }
        Some(way)
    }

    /// The best of `count` exchanges, if it scores `needed` or more. `pairs` are the last ones, from the last to the first.
    fn best_exchange(&mut self, pairs: &[usize], count: usize, needed: i32) -> Option<Way> {
        if count > pairs.len() {
            self.placed.use_all();
            let Self { placed, rows, .. } = self;
            let sizes = (placed.query(), placed.length);
            return rows.exchanged(placed, sizes, |letter| placed.differs(letter));
        }
        let mut best: Option<Way> = None;
        for &pair in pairs[..count].iter().rev() {
            self.placed.use_exchange(pair);
            let needed = best.map_or(needed, |best| best.score + 1);
            if self.runs.bound(&self.placed, Some(pair)) < needed {
                continue;
            }
            let way = self.cells.best(&self.placed, Some(pair));
            if way.score >= needed {
                best = Some(way);
            }
        }
        best
    }

    fn mark_exact(&mut self, is_ascii: bool) {
        if is_ascii {
            self.placed.mark_exact();
        }
    }

    pub(crate) fn held_bytes(&self) -> usize {
        self.placed.held_bytes() + self.runs.held_bytes()
    }
}
