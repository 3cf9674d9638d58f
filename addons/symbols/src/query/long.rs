//! Names longer than 255 letters: letters in a list, rows as long as the name. Slow, and rare.

use super::look::{Look, Question};
use super::points::EXCHANGE_FROM;
use super::text::QueryLetter;
use super::ways::{self, Place, Row, Rows, Spelling, Way};
use crate::letters::{self, Letter};

/// Compares long names with a query.
#[derive(Default)]
pub(crate) struct Long {
    name: LongName,
    rows: Rows<DenseRow>,
}

/// A query, and the name that was read last.
#[derive(Default)]
struct LongName {
    query: Vec<QueryLetter>,
    letters: Vec<Letter>,
}

impl Long {
    /// Takes a query.
    pub(crate) fn prepare(&mut self, query: &[QueryLetter]) {
        self.name.query.clear();
        self.name.query.extend_from_slice(query);
    }

    /// Looks at a name. O(letters of the query * letters of the name).
    pub(crate) fn look(&mut self, name: &str, question: Question) -> Look {
        self.read(name);
        match self.best(question.exchange) {
            Some(way) => Look::Score(way.score),
            None if question.exchange == question.can_exchange => Look::NoMatch,
            None => Look::TooLow,
        }
    }

    /// Replaces `positions` by those of the best way in a name that matches, in UTF-16 code units.
    pub(crate) fn trace(&mut self, name: &str, positions: &mut Vec<u32>) {
        self.read(name);
        if let Some(way) = self.best(true) {
            let sizes = (self.name.query.len(), self.name.letters.len());
            let (mut rows, mut letters_at): (Vec<DenseRow>, _) = (Vec::new(), Vec::new());
            ways::trace(&self.name, sizes, way, &mut rows, &mut letters_at);
            ways::units_of(name, &letters_at, positions);
        }
    }

    fn read(&mut self, name: &str) {
        let letters = &mut self.name.letters;
        letters.clear();
        letters::spell(name, |letter| letters.push(letter));
    }

    fn best(&mut self, exchange: bool) -> Option<Way> {
        let Self { name, rows } = self;
        let sizes = (name.query.len(), name.letters.len());
        let way = rows.in_order(name, sizes);
        if way.is_some() || !exchange || name.query.len() < EXCHANGE_FROM {
            return way;
        }
        rows.exchanged(name, sizes, |letter| {
            name.query[letter].fold != name.query[letter - 1].fold
        })
    }

    /// Gives back what long names took.
    pub(crate) fn shrink(&mut self) {
        *self = Self::default();
    }
}

impl Spelling for LongName {
    fn places(&self, letter: usize) -> impl Iterator<Item = Place> {
        let wanted = self.query[letter];
        (0..)
            .zip(&self.letters)
            .filter(move |(_, letter)| letter.fold == wanted.fold)
            .map(move |(at, letter)| Place {
                at,
                is_exact: letter.raw == wanted.raw,
                starts: letter.starts,
            })
    }
}

/// Below every value.
const UNREACHED: i32 = i32::MIN;

/// A row with every place of the name.
#[derive(Default)]
struct DenseRow {
    values: Vec<i32>,
}

impl Row for DenseRow {
    fn clear(&mut self, letters: usize) {
        self.values.clear();
        self.values.resize(letters, UNREACHED);
    }

    fn raise(&mut self, at: u32, value: i32) {
        let kept = &mut self.values[at as usize];
        *kept = value.max(*kept);
    }

    fn cells(&self) -> impl Iterator<Item = (u32, i32)> {
        (0..)
            .zip(self.values.iter().copied())
            .filter(|&(_, value)| value != UNREACHED)
    }
}
