//! Names of at most 63 ASCII letters: places of letters are bits of a word.

use super::columns::{Columns, Known, Word};
use super::lanes::{Lanes, Splat};
use super::look::{Look, Question};
use super::ranker::Ranker;
use super::rows::BitRow;
use super::set::Set;
use super::starts::{Edge, upper_and_starts};
use super::text::QueryLetter;
use super::ways;
use crate::names::LONGEST_SHORT;

/// Compares short names with a query.
#[derive(Default)]
pub(crate) struct Short {
    letters: Vec<Splat>,
    /// For names of up to 16, 32 and 63 letters.
    columns_16: Columns<u16>,
    columns_32: Columns<u32>,
    columns_64: Columns<u64>,
    ranker: Ranker<1>,
    trace_rows: Vec<BitRow<1>>,
}

impl Short {
    /// Takes a query; false where it matches no short name.
    pub(crate) fn prepare(&mut self, query: &[QueryLetter]) -> bool {
        self.letters.clear();
        if query.len() > LONGEST_SHORT || query.iter().any(|letter| letter.fold >= 0x80) {
            return false;
        }
        let splats = query.iter().map(|letter| Splat::of(letter.fold as u8));
        self.letters.extend(splats);
        self.columns_16 = Columns::default();
        self.columns_32 = Columns::default();
        self.columns_64 = Columns::default();
        self.ranker.placed.prepare(query);
        true
    }

    /// Looks at the name of `length` letters, up to 16, that `bytes` begins with; there are 64 or more.
    #[inline(always)]
    pub(crate) fn look_16(&mut self, bytes: &[u8], length: usize, question: Question) -> Look {
        self.ranker
            .look_at::<u16, 1>(&self.letters, &mut self.columns_16, bytes, length, question)
    }

    /// As [`Short::look_16`], up to 32 letters.
    #[inline(always)]
    pub(crate) fn look_32(&mut self, bytes: &[u8], length: usize, question: Question) -> Look {
        self.ranker
            .look_at::<u32, 2>(&self.letters, &mut self.columns_32, bytes, length, question)
    }

    /// As [`Short::look_16`], up to 63 letters.
    #[inline(always)]
    pub(crate) fn look_64(&mut self, bytes: &[u8], length: usize, question: Question) -> Look {
        self.ranker
            .look_at::<u64, 4>(&self.letters, &mut self.columns_64, bytes, length, question)
    }

    /// Replaces `positions` by those of the best way in a name that matches.
    pub(crate) fn trace(&mut self, name: &[u8], positions: &mut Vec<u32>) {
        let mut padded = [0; 64];
        padded[..name.len()].copy_from_slice(name);
        let Self {
            letters,
            columns_64,
            ranker,
            trace_rows,
            ..
        } = self;
        let (lanes, whole) = read::<u64, 4>(letters, columns_64, &padded, name.len());
        ranker.keep(columns_64, (&lanes, whole, name.len()));
        if let Some(way) = ranker.best(true) {
            let sizes = (letters.len(), name.len());
            ways::trace(&ranker.placed, sizes, way, trace_rows, positions);
        }
    }

    pub(crate) fn held_bytes(&self) -> usize {
        self.letters.capacity() * size_of::<Splat>()
            + self.ranker.held_bytes()
            + self.trace_rows.capacity() * size_of::<BitRow<1>>()
    }
}

impl Ranker<1> {
    /// Bounds first, since they rule out most names.
    #[inline(always)]
    fn look_at<W: Word, const CHUNKS: usize>(
        &mut self,
        letters: &[Splat],
        columns: &mut Columns<W>,
        bytes: &[u8],
        length: usize,
        question: Question,
    ) -> Look {
        let (name, whole) = read::<W, CHUNKS>(letters, columns, bytes, length);
        let known = Known {
            query: letters.len(),
            ..question.known
        };
        let in_order = columns.bound_in_order(known) >= question.needed;
        let may_enter = in_order || question.exchange && columns.bound_exchanged(known) >= question.needed;
        if !may_enter {
            return Look::TooLow;
        }
        self.rank(columns, (&name, whole, length), in_order, question)
    }

    #[inline(never)]
    fn rank<W: Word, const CHUNKS: usize>(
        &mut self,
        columns: &Columns<W>,
        name: (&Lanes<CHUNKS>, u64, usize),
        in_order: bool,
        question: Question,
    ) -> Look {
        self.keep(columns, name);
        self.look(true, in_order, question)
    }

    /// Keeps the places that were read, and marks where words start.
    fn keep<W: Word, const CHUNKS: usize>(
        &mut self,
        columns: &Columns<W>,
        (name, whole, length): (&Lanes<CHUNKS>, u64, usize),
    ) {
        for (places, column) in self.placed.places.iter_mut().zip(columns.letters()) {
            *places = Set([column.bits()]);
        }
        let (upper, starts) = upper_and_starts(name, whole, Edge::default());
        self.placed.upper = Set([upper]);
        self.placed.starts = Set([starts | 1]);
        self.placed.length = length;
    }
}

/// Reads the places of the letters in a name of `length`. Returns the name, and all places in it.
#[inline(always)]
fn read<W: Word, const CHUNKS: usize>(
    letters: &[Splat],
    columns: &mut Columns<W>,
    bytes: &[u8],
    length: usize,
) -> (Lanes<CHUNKS>, u64) {
    let name = Lanes::<CHUNKS>::load(bytes);
    let folded = name.folded();
    let whole = (1_u64 << length) - 1;
    for (letter, column) in letters.iter().zip(columns.letters_mut()) {
        *column = W::of(folded.equal(*letter) & whole);
    }
    (name, whole)
}
