//! Places of a query's letters in a name of less than `64 * WORDS` letters: whether they are in order, or with a pair exchanged; and
//! the places that each letter may take then.

use super::points::EXCHANGE_FROM;
use super::set::Set;
use super::text::QueryLetter;
use super::ways::{self, Place, Spelling};

/// A query, and the name that was read last.
pub(crate) struct Placed<const WORDS: usize> {
    /// Letters of the name.
    pub length: usize,
    /// Where words start.
    pub starts: Set<WORDS>,
    /// Where the name is in upper case, if it is ASCII.
    pub upper: Set<WORDS>,
    /// By letter of the query: its places.
    pub places: Vec<Set<WORDS>>,
    /// Those where it is the same unfolded; as far as they were told.
    pub exact: Vec<Set<WORDS>>,
    /// Those of its places that some way of the order that was found goes through.
    used: Vec<Set<WORDS>>,
    /// Before each letter, the places behind the first way of the letters before it. A bit is behind every name, so an empty set means
    /// that there is no way.
    behind: Vec<Set<WORDS>>,
    query: Vec<PreparedLetter>,
}

struct PreparedLetter {
    /// Of the places in an ASCII name, those in upper case, and the others, are exact ones: all ones or 0.
    exact_upper: u64,
    exact_other: u64,
    /// From the letter before.
    differs: bool,
}

impl<const WORDS: usize> Default for Placed<WORDS> {
    fn default() -> Self {
        Self {
            length: 0,
            starts: Set::EMPTY,
            upper: Set::EMPTY,
            places: Vec::new(),
            exact: Vec::new(),
            used: Vec::new(),
            behind: Vec::new(),
            query: Vec::new(),
        }
    }
}

impl<const WORDS: usize> Placed<WORDS> {
    /// Takes a query.
    pub(crate) fn prepare(&mut self, query: &[QueryLetter]) {
        self.query.clear();
        let mut before = None;
        for letter in query {
            let ones = |is: bool| if is { !0 } else { 0 };
            self.query.push(PreparedLetter {
                exact_upper: ones(letter.raw.is_ascii_uppercase()),
                exact_other: ones(letter.raw.is_ascii() && !letter.raw.is_ascii_uppercase()),
                differs: before != Some(letter.fold),
            });
            before = Some(letter.fold);
        }
        for sets in [&mut self.places, &mut self.exact, &mut self.used] {
            sets.clear();
            sets.resize(query.len(), Set::EMPTY);
        }
        self.behind.clear();
        self.behind.resize(query.len() + 1, Set::ALL);
    }

    /// Letters of the query.
    #[inline]
    pub(crate) fn query(&self) -> usize {
        self.query.len()
    }

    /// Whether a letter of the query differs from the one before.
    pub(crate) fn differs(&self, letter: usize) -> bool {
        self.query[letter].differs
    }

    /// The places of a letter that are used.
    #[inline]
    pub(crate) fn used(&self, letter: usize) -> &Set<WORDS> {
        &self.used[letter]
    }

    /// Tells the exact places in a name that is ASCII.
    #[inline]
    pub(crate) fn mark_exact(&mut self) {
        for (letter, exact) in self.query.iter().zip(&mut self.exact) {
            *exact = Set(self
                .upper
                .0
                .map(|upper| upper & letter.exact_upper | !upper & letter.exact_other));
        }
    }

    /// Whether the letters are in order; then the places are used that a way may go through.
    #[inline]
    pub(crate) fn use_in_order(&mut self) -> bool {
        for letter in 0..self.query.len() {
            let here = self.places[letter].and(&self.behind[letter]);
            self.used[letter] = here;
            self.behind[letter + 1] = here.behind_first();
        }
        let found = !self.behind[self.query.len()].is_empty();
        if found {
            self.narrow(None);
        }
        found
    }

    /// The pairs with which exchanged the letters are in order, when they are not as they stand. The last one first, at most
    /// `pairs.len()`; returns how many there are.
    pub(crate) fn exchanges(&self, pairs: &mut [usize]) -> usize {
        if self.query.len() < EXCHANGE_FROM {
            return 0;
        }
        let mut count = 0;
        // The places before the last way of the letters behind the pair.
        let mut ahead = Set::ALL;
        for pair in (0..self.query.len() - 1).rev() {
            if self.query[pair + 1].differs {
                let second = self.places[pair + 1].and(&self.behind[pair]);
                let first = self.places[pair].and(&second.behind_first());
                if !first.and(&ahead).is_empty() {
                    if let Some(found) = pairs.get_mut(count) {
                        *found = pair;
                    }
                    count += 1;
                }
            }
            ahead = self.places[pair + 1].and(&ahead).before_last();
            if ahead.is_empty() {
                break;
            }
        }
        count
    }

    /// Uses the places that a way with this pair exchanged may go through; there is one.
    pub(crate) fn use_exchange(&mut self, pair: usize) {
        for letter in 0..pair {
            self.used[letter] = self.places[letter].and(&self.behind[letter]);
        }
        let mut behind = self.behind[pair];
        for index in pair..self.query.len() {
            let letter = ways::letter_at(index, Some(pair));
            self.used[letter] = self.places[letter].and(&behind);
            behind = self.used[letter].behind_first();
        }
        self.narrow(Some(pair));
    }

    /// Leaves the places from which the letters behind can be reached.
    #[inline]
    fn narrow(&mut self, exchanged: Option<usize>) {
        let mut ahead = Set::ALL;
        for index in (0..self.query.len()).rev() {
            let used = &mut self.used[ways::letter_at(index, exchanged)];
            *used = used.and(&ahead);
            ahead = used.before_last();
        }
    }

    /// Uses all places.
    pub(crate) fn use_all(&mut self) {
        self.used.copy_from_slice(&self.places);
    }

    pub(crate) fn held_bytes(&self) -> usize {
        let sets =
            self.places.capacity() + self.exact.capacity() + self.used.capacity() + self.behind.capacity();
        sets * size_of::<Set<WORDS>>() + self.query.capacity() * size_of::<PreparedLetter>()
    }
}

impl<const WORDS: usize> Spelling for Placed<WORDS> {
    #[inline(always)]
    fn places(&self, letter: usize) -> impl Iterator<Item = Place> {
        let exact = self.exact[letter];
        self.used[letter].iter().map(move |at| Place {
            at,
            is_exact: exact.has(at),
            starts: self.starts.has(at),
        })
    }
}
