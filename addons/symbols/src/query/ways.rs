//! The best way to place a query's letters in a name: a row for each letter of the query, with the best score of a way that ends at
//! each of its places.
//!
//! A gap of g letters costs 2 + min(g, 6), so the better of a cost that grows and one that does not: two running maxima over the row
//! before. A row takes O(places), a name O(letters of the query * places).

use super::points::{DIRECT, EXACT, EXCHANGED, FIRST, GAP, LETTER, LONGEST_GAP, START};

/// Scores are kept times this; the rest tells the pair that was exchanged, the first one highest.
pub(super) const SCALE: i32 = 512;
const FIRST_PAIR: i32 = SCALE - 1;

/// Below every score.
const UNREACHED: i32 = i32::MIN / 2;

/// Where a letter of the query stands in the name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// From 0, in letters.
    pub at: u32,
    /// The same letter unfolded.
    pub is_exact: bool,
    /// A word starts here.
    pub starts: bool,
}

impl Place {
    #[inline]
    fn own_points(&self) -> i32 {
        LETTER + if self.is_exact { EXACT } else { 0 } + if self.starts { START } else { 0 }
    }

    /// The value of a way that begins here.
    #[inline]
    pub(super) fn value_as_first(&self) -> i32 {
        let more = if self.at == 0 { FIRST - START } else { 0 };
        (self.own_points() + more) * SCALE
    }

    /// Behind a letter at `before`.
    #[inline]
    fn points_behind(&self, before: u32) -> i32 {
        let gap = (self.at - before - 1) as i32;
        self.own_points()
            + match gap {
                0 if self.starts => 0,
                0 => DIRECT,
                _ => -(GAP + gap.min(LONGEST_GAP)),
            }
    }
}

/// A name, as a query sees it.
pub(crate) trait Spelling {
    /// Places of a letter of the query, by its place there; ascending.
    fn places(&self, letter: usize) -> impl Iterator<Item = Place>;
}

/// The best score of a way that ends at each place of a letter.
pub(crate) trait Row: Default {
    /// Makes it a row of a name of `letters` letters, without any way.
    fn clear(&mut self, letters: usize);

    /// A way with this score ends here.
    fn raise(&mut self, at: u32, value: i32);

    /// Places and scores, ascending by place.
    fn cells(&self) -> impl Iterator<Item = (u32, i32)>;
}

/// A way's score, [`super::points::WHOLE`] left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    pub score: i32,
    /// The place in the query of the first letter of the pair that was exchanged.
    pub exchanged: Option<usize>,
}

impl Way {
    /// The best way in order, or with this pair exchanged, by its value.
    #[inline]
    pub(super) fn of_value(value: i32, exchanged: Option<usize>) -> Self {
        let points = if exchanged.is_some() { EXCHANGED } else { 0 };
        Self {
            score: value / SCALE + points,
            exchanged,
        }
    }
}

/// The letter of the query that stands in the name as the one with this index.
#[inline(always)]
pub(super) fn letter_at(index: usize, exchanged: Option<usize>) -> usize {
    match exchanged {
        Some(pair) if index == pair => pair + 1,
        Some(pair) if index == pair + 1 => pair,
        _ => index,
    }
}

/// Rows that are used again, name after name.
#[derive(Default)]
pub(crate) struct Rows<R> {
    in_order: [R; 3],
    exchanging: R,
    exchanged: [R; 2],
}

impl<R: Row> Rows<R> {
    /// The best way of the query's letters in order, in a name; there are `query` and `letters`.
    #[inline]
    pub(crate) fn in_order(&mut self, name: &impl Spelling, (query, letters): (usize, usize)) -> Option<Way> {
        let [even, odd, _] = &mut self.in_order;
        let (mut row, mut before) = (even, odd);
        row.clear(letters);
        first(name, 0, 0, row);
        for letter in 1..query {
            (row, before) = (before, row);
            row.clear(letters);
            step(before, name, letter, 0, row);
        }
        best(row).map(|value| Way::of_value(value, None))
    }

    /// The best way with one pair of neighbours exchanged, two that fold differently: `differs` tells of a letter and the one
    /// before it. Of equally good ones that with the first pair.
    #[inline]
    pub(crate) fn exchanged(
        &mut self,
        name: &impl Spelling,
        (query, letters): (usize, usize),
        differs: impl Fn(usize) -> bool,
    ) -> Option<Way> {
        let Self {
            in_order,
            exchanging,
            exchanged,
        } = self;
        for letter in 0..query {
            let [row, before, before_pair] = last_three(in_order, letter);
            row.clear(letters);
            if letter == 0 {
                first(name, 0, 0, row);
                continue;
            }
            step(before, name, letter, 0, row);
            let pair = letter - 1;
            let (done, done_before) = last_two(exchanged, letter);
            done.clear(letters);
            if differs(letter) {
                let points = EXCHANGED * SCALE + FIRST_PAIR - pair as i32;
                exchanging.clear(letters);
                if pair == 0 {
                    first(name, letter, points, exchanging);
                } else {
                    step(before_pair, name, letter, points, exchanging);
                }
                step(exchanging, name, pair, 0, done);
            }
            if pair > 0 {
                step(done_before, name, letter, 0, done);
            }
        }
        let (done, _) = last_two(exchanged, query - 1);
        best(done).map(|value| Way {
            score: value / SCALE,
            exchanged: Some((FIRST_PAIR - value % SCALE) as usize),
        })
    }
}

/// The rows of a letter, of the one before it, and of the one before that.
fn last_three<R>(rows: &mut [R; 3], letter: usize) -> [&mut R; 3] {
    let [a, b, c] = rows;
    match letter % 3 {
        0 => [a, c, b],
        1 => [b, a, c],
        _ => [c, b, a],
    }
}

fn last_two<R>(rows: &mut [R; 2], letter: usize) -> (&mut R, &mut R) {
    let [a, b] = rows;
    if letter.is_multiple_of(2) { (a, b) } else { (b, a) }
}

/// The row of the first letter.
#[inline]
fn first<R: Row>(name: &impl Spelling, letter: usize, points: i32, row: &mut R) {
    for place in name.places(letter) {
        row.raise(place.at, place.value_as_first() + points);
    }
}

/// The row of a letter behind that of another.
#[inline]
fn step<R: Row>(before: &R, name: &impl Spelling, letter: usize, points: i32, row: &mut R) {
    let mut behind = Behind::new(before.cells());
    for place in name.places(letter) {
        if let Some(value) = behind.value_at(place) {
            row.raise(place.at, value + points);
        }
    }
}

/// The best ways behind the cells of a row, at places that ascend.
pub(super) struct Behind<I> {
    cells: I,
    /// The first that is not behind a gap yet.
    cell: Option<(u32, i32)>,
    /// The best behind a gap, with the gap counted in full, and with the most that a gap costs.
    near: i32,
    far: i32,
}

impl<I: Iterator<Item = (u32, i32)>> Behind<I> {
    #[inline(always)]
    pub(super) fn new(mut cells: I) -> Self {
        Self {
            cell: cells.next(),
            cells,
            near: UNREACHED,
            far: UNREACHED,
        }
    }

    /// The value of the best way that ends at a place; None where there is none.
    #[inline(always)]
    pub(super) fn value_at(&mut self, place: Place) -> Option<i32> {
        let mut best = UNREACHED;
        while let Some((at, value)) = self.cell {
            if at + 1 >= place.at {
                if at + 1 == place.at {
                    best = value + if place.starts { 0 } else { DIRECT * SCALE };
                }
                break;
            }
            self.near = self.near.max(value + at as i32 * SCALE);
            self.far = self.far.max(value);
            self.cell = self.cells.next();
        }
        best = best
            .max(self.near - (place.at as i32 + GAP - 1) * SCALE)
            .max(self.far - (GAP + LONGEST_GAP) * SCALE);
        (best > UNREACHED / 2).then(|| best + place.own_points() * SCALE)
    }
}

fn best<R: Row>(row: &R) -> Option<i32> {
    row.cells().map(|(_, value)| value).max()
}

/// Replaces `positions` by those of the best way whose score was found, in letters: of equally good ones that with the smallest last
/// position, then the smallest before it, and so on.
pub(crate) fn trace<R: Row>(
    name: &impl Spelling,
    (query, letters): (usize, usize),
    way: Way,
    rows: &mut Vec<R>,
    positions: &mut Vec<u32>,
) {
    let order = |index: usize| letter_at(index, way.exchanged);
    if rows.len() < query {
        rows.resize_with(query, R::default);
    }
    for index in 0..query {
        let (done, left) = rows.split_at_mut(index);
        left[0].clear(letters);
        match done.last() {
            None => first(name, order(0), 0, &mut left[0]),
            Some(before) => step(before, name, order(index), 0, &mut left[0]),
        }
    }
    positions.clear();
    let mut wanted = best(&rows[query - 1]);
    let mut behind: Option<Place> = None;
    for index in (0..query).rev() {
        let found = rows[index].cells().find(|&(at, value)| match behind {
            None => Some(value) == wanted,
            Some(place) => at < place.at && Some(value + place.points_behind(at) * SCALE) == wanted,
        });
        let Some((at, value)) = found else {
            unreachable!("the best way goes through every row")
        };
        positions.push(at);
        wanted = Some(value);
        behind = name.places(order(index)).find(|place| place.at == at);
    }
    positions.reverse();
}

/// Replaces `positions` by the UTF-16 code units of these letters of a name: two for a letter beyond U+FFFF.
pub(crate) fn units_of(name: &str, letters: &[u32], positions: &mut Vec<u32>) {
    positions.clear();
    let mut wanted = letters.iter().copied().peekable();
    let mut unit = 0;
    for (at, letter) in (0..).zip(name.chars()) {
        if wanted.peek().is_none() {
            return;
        }
        let next = unit + letter.len_utf16() as u32;
        if wanted.next_if_eq(&at).is_some() {
            positions.extend(unit..next);
        }
        unit = next;
    }
}
