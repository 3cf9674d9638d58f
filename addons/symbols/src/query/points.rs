//! What a placed letter counts (README, Ranking).

/// A letter.
pub(crate) const LETTER: i32 = 16;
/// It is the same unfolded.
pub(crate) const EXACT: i32 = 1;
/// It is the first of the name.
pub(crate) const FIRST: i32 = 10;
/// It starts a word.
pub(crate) const START: i32 = 8;
/// It stands directly behind the letter before.
pub(crate) const DIRECT: i32 = 6;
/// A gap: this, and one more for each letter in it, up to [`LONGEST_GAP`].
pub(crate) const GAP: i32 = 2;
/// Letters of a gap that count.
pub(crate) const LONGEST_GAP: i32 = 6;
/// The query is as long as the name.
pub(crate) const WHOLE: i32 = 8;
/// A pair of the query's letters was exchanged.
pub(crate) const EXCHANGED: i32 = -9;

/// Letters of a query from which on a pair may be exchanged.
pub(crate) const EXCHANGE_FROM: usize = 3;
