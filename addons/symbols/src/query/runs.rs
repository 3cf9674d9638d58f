//! The most that a way can score, by its runs: letters that stand directly behind each other. A run counts at least one gap before it,
//! and whether it begins at the start of a word is known; how wide the gap is does not matter.

use super::placed::Placed;
use super::points::{DIRECT, EXACT, EXCHANGED, FIRST, GAP, LETTER, START};
use super::set::Set;
use super::ways;

/// What a letter counts at most when it follows directly,
const WITHIN_RUN: i32 = LETTER + EXACT + DIRECT;
/// when a word starts there too,
const START_WITHIN_RUN: i32 = LETTER + EXACT + START;
/// and when a run begins with it behind a gap.
const RUN: i32 = LETTER + EXACT - (GAP + 1);

/// Bounds of the first letters, used again name after name.
#[derive(Default)]
pub(crate) struct Runs {
    bounds: Vec<i32>,
}

impl Runs {
    /// No way through the places that are used scores more, in order or with this pair exchanged. O(letters of all runs).
    pub(crate) fn bound<const WORDS: usize>(
        &mut self,
        name: &Placed<WORDS>,
        exchanged: Option<usize>,
    ) -> i32 {
        let query = name.query();
        let used = |index: usize| name.used(ways::letter_at(index, exchanged));
        self.bounds.clear();
        self.bounds.resize(query + 1, 0);
        for first in 0..query {
            let mut run = *used(first);
            let mut from_start = run.and(&name.starts);
            let before = self.bounds[first];
            let (inside, at_start) = if first > 0 {
                (before + RUN, before + RUN + START)
            } else if run.has(0) {
                // The start of the name is told from other starts by nothing but its place.
                (LETTER + EXACT, LETTER + EXACT + FIRST)
            } else {
                (LETTER + EXACT, LETTER + EXACT + START)
            };
            let mut more = 0;
            let mut end = first + 1;
            loop {
                let points = if from_start.is_empty() { inside } else { at_start };
                self.bounds[end] = self.bounds[end].max(points + more);
                if end == query {
                    break;
                }
                run = used(end).and(&run.next());
                if run.is_empty() {
                    break;
                }
                from_start = used(end).and(&from_start.next());
                more += if has_any(&run, &name.starts) {
                    START_WITHIN_RUN
                } else {
                    WITHIN_RUN
                };
                end += 1;
            }
        }
        self.bounds[query] + if exchanged.is_some() { EXCHANGED } else { 0 }
    }

    pub(crate) fn held_bytes(&self) -> usize {
        self.bounds.capacity() * size_of::<i32>()
    }
}

#[inline(always)]
fn has_any<const WORDS: usize>(one: &Set<WORDS>, other: &Set<WORDS>) -> bool {
    !one.and(other).is_empty()
}
