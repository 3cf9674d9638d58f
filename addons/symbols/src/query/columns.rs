//! The places of a query's letters in a short name, side by side, and the most that they can count there: more exact than a mask, and
//! much quicker than the best way. Eight letters are looked at together.

mod word;

use super::points::{DIRECT, EXACT, EXCHANGED, FIRST, GAP, LETTER, START};
use crate::names::LONGEST_SHORT;
pub(crate) use word::Word;

/// Letters of the query that are looked at together.
const GROUP: usize = 8;

/// Columns of zeros before the first letter's, for letters that have fewer than two before them.
const BEFORE: usize = 2;

/// What a letter within a word counts behind a gap,
const WITHIN: i32 = LETTER + EXACT - (GAP + 1);
/// what it counts more at the start of a word,
const MORE_AT_START: i32 = START;
/// and what directly behind the one before it.
const MORE_DIRECT: i32 = DIRECT + GAP + 1;

/// What is known of a query and a name beside the places.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    /// Letters of the query.
    pub query: usize,
    /// What its first letter counts at most.
    pub first: i32,
    /// Bit k: letter k may start a word.
    pub starts: u64,
    /// What a letter behind the first counts more at the start of a word, directly behind another, than directly alone: at most.
    pub most_at_start: i32,
}

/// Places by letter of the query.
pub(crate) struct Columns<W> {
    /// Zeros, a column for each letter, and zeros up to a whole group and one more.
    places: [W; BEFORE + LONGEST_SHORT + GROUP],
}

impl<W: Word> Default for Columns<W> {
    fn default() -> Self {
        Self {
            places: [W::of(0); BEFORE + LONGEST_SHORT + GROUP],
        }
    }
}

impl<W: Word> Columns<W> {
    /// The columns of the letters.
    #[inline(always)]
    pub(crate) fn letters(&self) -> &[W] {
        &self.places[BEFORE..]
    }

    #[inline(always)]
    pub(crate) fn letters_mut(&mut self) -> &mut [W] {
        &mut self.places[BEFORE..]
    }

    /// The columns of a group of letters, moved by `by`.
    #[inline(always)]
    fn group(&self, start: usize, by: usize) -> &[W; GROUP] {
        self.places[start + by..]
            .first_chunk()
            .expect("there are zeros behind the last letter")
    }

    /// No way in order scores more.
    #[inline(always)]
    pub(crate) fn bound_in_order(&self, known: Known) -> i32 {
        let mut points = known.first + WITHIN * (known.query as i32 - 1);
        let mut start = 0;
        // The first letter counts otherwise.
        let mut wanted = !1;
        while start < known.query {
            let direct = W::direct(self.group(start, 2), [self.group(start, 1)]);
            points += known.points(start, direct, wanted);
            wanted = !0;
            start += GROUP;
        }
        points
    }

    /// No way with a pair exchanged scores more. There a letter may stand behind the one before it in the query, the one before that,
    /// or the next. The query has two letters or more.
    #[inline(always)]
    pub(crate) fn bound_exchanged(&self, known: Known) -> i32 {
        let mut points = EXCHANGED + WITHIN * (known.query as i32 - 1);
        let mut start = 0;
        while start < known.query {
            let before = [0, 1, 3].map(|by| self.group(start, by));
            let direct = W::direct(self.group(start, 2), before);
            points += if start == 0 {
                // One of the first two letters is the first.
                let [one, other] = [1, 2].map(|letter| known.points(0, direct, letter));
                let is_first = self.letters()[1].bits() & 1 != 0;
                let at_start = known.starts >> 1 & 1 != 0;
                let more = if at_start { START } else { 0 };
                let second = LETTER + EXACT + if is_first { FIRST } else { more };
                known.points(0, direct, !3) + (known.first + other).max(second + one)
            } else {
                known.points(start, direct, !0)
            };
            start += GROUP;
        }
        points
    }
}

impl Known {
    /// What the wanted letters of a group count together beside [`WITHIN`], when these may stand directly behind others.
    #[inline(always)]
    fn points(&self, start: usize, direct: u8, wanted: u8) -> i32 {
        let count = |letters: u8| letters.count_ones() as i32;
        let left = (self.query - start).min(GROUP);
        let wanted = wanted & (0xFF_u16 >> (GROUP - left)) as u8;
        let at_start = (self.starts >> start) as u8 & wanted;
        let direct = direct & wanted;
        MORE_AT_START * count(at_start) + MORE_DIRECT * count(direct)
            - (MORE_AT_START - self.most_at_start) * count(direct & at_start)
    }
}
