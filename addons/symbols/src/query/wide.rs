//! Names that are longer than short ones, or not ASCII, up to 255 letters: places of letters are bits of four words.

use super::lanes::{Lanes, Splat};
use super::look::{Look, Question};
use super::ranker::Ranker;
use super::rows::BitRow;
use super::set::Set;
use super::starts::{Edge, WORD, upper_and_starts};
use super::text::QueryLetter;
use super::ways;
use crate::letters;

const WORDS: usize = 4;
const CHUNKS: usize = WORD / 16;

/// Letters of the longest of these names.
pub(crate) const LONGEST_WIDE: usize = WORDS * WORD - 1;

/// Compares such names with a query.
#[derive(Default)]
pub(crate) struct Wide {
    query: Vec<QueryLetter>,
    /// The folds of the query; none for one beyond ASCII.
    splats: Vec<Option<Splat>>,
    ranker: Ranker<WORDS>,
    trace_rows: Vec<BitRow<WORDS>>,
    letters_at: Vec<u32>,
}

impl Wide {
    /// Takes a query; false where it is longer than any of these names.
    pub(crate) fn prepare(&mut self, query: &[QueryLetter]) -> bool {
        self.query.clear();
        self.splats.clear();
        if query.len() > LONGEST_WIDE {
            return false;
        }
        self.query.extend_from_slice(query);
        let splats = query
            .iter()
            .map(|letter| u8::try_from(letter.fold).ok().filter(u8::is_ascii).map(Splat::of));
        self.splats.extend(splats);
        self.ranker.placed.prepare(query);
        true
    }

    /// Looks at a name of `length` letters. O(letters of the query * length).
    pub(crate) fn look(&mut self, name: &str, length: usize, question: Question) -> Look {
        let is_ascii = self.read(name, length);
        self.ranker.look(is_ascii, true, question)
    }

    /// Replaces `positions` by those of the best way in a name that matches, in UTF-16 code units.
    pub(crate) fn trace(&mut self, name: &str, length: usize, positions: &mut Vec<u32>) {
        let is_ascii = self.read(name, length);
        let Self {
            ranker,
            trace_rows,
            letters_at,
            query,
            ..
        } = self;
        if let Some(way) = ranker.best(is_ascii) {
            ways::trace(&ranker.placed, (query.len(), length), way, trace_rows, letters_at);
            ways::units_of(name, letters_at, positions);
        }
    }

    /// Reads a name; whether it is ASCII.
    fn read(&mut self, name: &str, length: usize) -> bool {
        self.ranker.placed.length = length;
        let is_ascii = length == name.len();
        if is_ascii {
            self.read_ascii(name.as_bytes());
        } else {
            self.read_letters(name);
        }
        is_ascii
    }

    fn read_ascii(&mut self, name: &[u8]) {
        let placed = &mut self.ranker.placed;
        let mut padded = [0; LONGEST_WIDE + 1];
        padded[..name.len()].copy_from_slice(name);
        let used = name.len().div_ceil(WORD);
        for word in 0..WORDS {
            if word >= used {
                placed.upper.0[word] = 0;
                placed.starts.0[word] = 0;
                placed.places.iter_mut().for_each(|places| places.0[word] = 0);
                continue;
            }
            let start = word * WORD;
            let lanes = Lanes::<CHUNKS>::load(&padded[start..]);
            let folded = lanes.folded();
            // Zeros behind the name are no places.
            let left = name.len() - start;
            let whole = if left < WORD { (1 << left) - 1 } else { !0 };
            for (places, splat) in placed.places.iter_mut().zip(&self.splats) {
                places.0[word] = splat.map_or(0, |splat| folded.equal(splat) & whole);
            }
            let (upper, starts) = upper_and_starts(&lanes, whole, Edge::of(name, start));
            placed.upper.0[word] = upper;
            placed.starts.0[word] = starts;
        }
        placed.starts.insert(0);
    }

    fn read_letters(&mut self, name: &str) {
        let placed = &mut self.ranker.placed;
        placed.starts = Set::EMPTY;
        placed.places.fill(Set::EMPTY);
        placed.exact.fill(Set::EMPTY);
        let mut at = 0;
        letters::spell(name, |letter| {
            if letter.starts {
                placed.starts.insert(at);
            }
            let sets = placed.places.iter_mut().zip(&mut placed.exact);
            for ((places, exact), wanted) in sets.zip(&self.query) {
                if letter.fold == wanted.fold {
                    places.insert(at);
                    if letter.raw == wanted.raw {
                        exact.insert(at);
                    }
                }
            }
            at += 1;
        });
    }

    pub(crate) fn held_bytes(&self) -> usize {
        self.query.capacity() * size_of::<QueryLetter>()
            + self.splats.capacity() * size_of::<Option<Splat>>()
            + self.ranker.held_bytes()
            + self.trace_rows.capacity() * size_of::<BitRow<WORDS>>()
            + self.letters_at.capacity() * size_of::<u32>()
    }
}
