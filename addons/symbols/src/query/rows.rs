//! Rows of the best ways in names of less than `64 * WORDS` letters.

use super::placed::Placed;
use super::set::Set;
use super::ways::{self, Behind, Row, Spelling, Way};

/// A row of places.
pub(crate) struct BitRow<const WORDS: usize> {
    reached: Set<WORDS>,
    /// Where `reached` has a place.
    values: [[i32; 64]; WORDS],
}

impl<const WORDS: usize> Default for BitRow<WORDS> {
    fn default() -> Self {
        Self {
            reached: Set::EMPTY,
            values: [[0; 64]; WORDS],
        }
    }
}

impl<const WORDS: usize> Row for BitRow<WORDS> {
    #[inline(always)]
    fn clear(&mut self, _letters: usize) {
        self.reached = Set::EMPTY;
    }

    #[inline(always)]
    fn raise(&mut self, at: u32, value: i32) {
        let kept = &mut self.values[at as usize / 64 % WORDS][at as usize % 64];
        *kept = if self.reached.has(at) {
            value.max(*kept)
        } else {
            value
        };
        self.reached.insert(at);
    }

    #[inline(always)]
    fn cells(&self) -> impl Iterator<Item = (u32, i32)> {
        let values = self.values.as_flattened();
        self.reached
            .iter()
            .map(|at| (at, values[at as usize % (64 * WORDS)]))
    }
}

/// Two rows as lists of places and values: for ways through places each of which some way goes through.
pub(crate) struct Cells<const WORDS: usize> {
    even: [[(u32, i32); 64]; WORDS],
    odd: [[(u32, i32); 64]; WORDS],
}

impl<const WORDS: usize> Default for Cells<WORDS> {
    fn default() -> Self {
        Self {
            even: [[(0, 0); 64]; WORDS],
            odd: [[(0, 0); 64]; WORDS],
        }
    }
}

impl<const WORDS: usize> Cells<WORDS> {
    /// The best way of a query in its order, or with this pair exchanged. O(places).
    #[inline]
    pub(crate) fn best(&mut self, name: &Placed<WORDS>, exchanged: Option<usize>) -> Way {
        let (mut row, mut before) = (self.even.as_flattened_mut(), self.odd.as_flattened_mut());
        let mut count = 0;
        for place in name.places(ways::letter_at(0, exchanged)) {
            row[count] = (place.at, place.value_as_first());
            count += 1;
        }
        for index in 1..name.query() {
            (row, before) = (before, row);
            let mut behind = Behind::new(before[..count].iter().copied());
            count = 0;
            for place in name.places(ways::letter_at(index, exchanged)) {
                if let Some(value) = behind.value_at(place) {
                    row[count] = (place.at, value);
                    count += 1;
                }
            }
        }
        let values = row[..count].iter().map(|&(_, value)| value);
        Way::of_value(values.max().unwrap_or(0), exchanged)
    }
}
