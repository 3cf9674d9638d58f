//! The most that a name can score, as far as its mask tells.
//!
//! A letter behind the first counts most directly behind the one before: 23 within a word, 24 or 25 at its start; with a gap at
//! most 22.

use super::points::{DIRECT, EXACT, EXCHANGED, FIRST as FIRST_POINTS, LETTER, START};
use super::text::QueryLetter;
use crate::mask;

/// Bits that a mask must have: `mask & select == value`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Filter {
    pub select: u64,
    pub value: u64,
}

impl Filter {
    /// What no mask passes.
    const NOTHING: Self = Self { select: 0, value: 1 };

    #[inline]
    pub(crate) fn passes(&self, mask: u64) -> bool {
        mask & self.select == self.value
    }

    fn require(&mut self, other: Self) {
        self.select |= other.select;
        self.value |= other.value;
    }

    fn bit(bit: u32) -> Self {
        Self {
            select: 1 << bit,
            value: 1 << bit,
        }
    }
}

/// Where the first letter of the query may stand. Names are looked at by this, the most promising ones first: what they score makes
/// the others hopeless sooner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tier {
    /// At the start of the name.
    Name,
    /// At the start of a word, and not of the name.
    Word,
    /// Within words alone.
    Inside,
}

impl Tier {
    pub(crate) const ALL: [Self; 3] = [Self::Name, Self::Word, Self::Inside];

    /// What the first letter misses of [`Bounds::most`].
    fn loss(self) -> i32 {
        match self {
            Self::Name => 0,
            Self::Word => FIRST_POINTS - START,
            Self::Inside => FIRST_POINTS,
        }
    }

    /// What the first letter gains at most when it becomes the second.
    fn gain_as_second(self) -> i32 {
        match self {
            Self::Name => START - FIRST_POINTS,
            Self::Word => 0,
            Self::Inside => DIRECT,
        }
    }
}

const ALL_FIRST: u64 = !0 << mask::FIRST;

/// Bounds of one query.
#[derive(Debug, Default)]
pub(crate) struct Bounds {
    /// All its letters are in the name.
    pub letters: Filter,
    /// The bound of a name that has all it can have, [`super::points::WHOLE`] left out.
    most: i32,
    /// The first letter is the name's, and the second is.
    first: [Filter; 2],
    /// The first letter starts a word, and the second does; nothing where masks do not tell.
    start: [Filter; 2],
    /// A letter behind the first starts a word, where that makes a difference and masks tell.
    starts: u64,
    /// What is lost when it does not, by letter from `a`.
    losses: [i32; 32],
    /// The places of a letter from `a` in the query; of the first 64 letters.
    places: [u64; 32],
    /// What a letter behind the first counts more at the start of a word, directly behind another, than directly alone: at most.
    most_at_start: i32,
}

/// What a mask tells of a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MaskBound {
    /// The most that the name can score.
    pub most: i32,
    /// Bit k: letter k of the query may start a word; of the first 64.
    pub starts: u64,
}

impl Bounds {
    /// `query` has a letter.
    pub(crate) fn of(query: &[QueryLetter]) -> Self {
        let mut bounds = Self {
            most: LETTER + EXACT + FIRST_POINTS,
            ..Self::default()
        };
        for letter in query {
            if let Some(bit) = mask::letter_bit(letter.fold) {
                bounds.letters.require(Filter::bit(bit));
            }
        }
        for (at, letter) in query.iter().take(2).enumerate() {
            bounds.first[at] = Filter {
                select: ALL_FIRST,
                value: mask::first_number(letter.fold) << mask::FIRST,
            };
            bounds.start[at] = mask::start_bit(letter.fold).map_or(Filter::default(), Filter::bit);
        }
        for (at, letter) in query.iter().take(64).enumerate().skip(1) {
            if let Some(bit) = mask::start_bit(letter.fold) {
                bounds.places[(bit - mask::STARTS) as usize] |= 1 << at;
            }
        }
        for pair in query.windows(2) {
            let (before, letter) = (pair[0], pair[1]);
            // Directly behind a letter from a to z, words start in upper case alone.
            let is_exact = !(letter.raw.is_ascii_lowercase() && mask::start_bit(before.fold).is_some());
            let at_start = LETTER + START + if is_exact { EXACT } else { 0 };
            let within = LETTER + EXACT + DIRECT;
            bounds.most += at_start;
            bounds.most_at_start = bounds.most_at_start.max(at_start - within);
            if let Some(bit) = mask::start_bit(letter.fold) {
                bounds.starts |= 1 << bit;
                bounds.losses[(bit - mask::STARTS) as usize] += at_start - within;
            }
        }
        bounds
    }

    /// The most that a name of a tier can score.
    #[inline]
    pub(crate) fn most(&self, tier: Tier) -> i32 {
        self.most - tier.loss()
    }

    /// What this mask tells of a name of a tier.
    #[inline]
    pub(crate) fn of_mask(&self, tier: Tier, mask: u64) -> MaskBound {
        let mut bound = MaskBound {
            most: self.most(tier),
            starts: if tier == Tier::Inside { !1 } else { !0 },
        };
        let mut missing = !mask & self.starts;
        while missing != 0 {
            // Below 26: the remainder spares a check.
            let letter = (missing.trailing_zeros() - mask::STARTS) as usize % 32;
            bound.most -= self.losses[letter];
            bound.starts &= !self.places[letter];
            missing &= missing - 1;
        }
        bound
    }

    /// What the first letter counts at most in a name of a tier.
    #[inline]
    pub(crate) fn first_points(tier: Tier) -> i32 {
        LETTER + EXACT + FIRST_POINTS - tier.loss()
    }

    /// What a letter behind the first counts more at the start of a word, directly behind another, than directly alone: at most.
    #[inline]
    pub(crate) fn most_at_start(&self) -> i32 {
        self.most_at_start
    }

    /// The most that a name of a tier can score with a pair exchanged, when `bound` is that of [`Bounds::of_mask`]: never more
    /// than that. A letter gains 1 at most by another letter before it, and there are three such; but the first pair also changes
    /// which letter is the first.
    #[inline]
    pub(crate) fn exchanged(&self, tier: Tier, mask: u64, bound: i32) -> i32 {
        let second_gains = if self.first[1].passes(mask) {
            FIRST_POINTS - START + EXACT
        } else if self.start[1].passes(mask) {
            EXACT
        } else {
            -DIRECT
        };
        bound + EXCHANGED + 3.max(tier.gain_as_second() + second_gains + 1)
    }

    /// What a mask must have to be of a tier and for a bound of at least that of the tier less `slack`, as far as one condition at a
    /// time tells.
    pub(crate) fn filter(&self, tier: Tier, slack: i32) -> Filter {
        let mut filter = self.letters;
        match tier {
            Tier::Name => filter.require(self.first[0]),
            Tier::Word => filter.require(self.start[0]),
            Tier::Inside => {}
        }
        let mut starts = self.starts;
        while starts != 0 {
            let bit = starts.trailing_zeros();
            if slack < self.losses[(bit - mask::STARTS) as usize] {
                filter.require(Filter::bit(bit));
            }
            starts &= starts - 1;
        }
        filter
    }

    /// What a mask passes that is of an earlier tier.
    pub(crate) fn earlier(&self, tier: Tier) -> Filter {
        match tier {
            Tier::Name => Filter::NOTHING,
            Tier::Word => self.first[0],
            // What starts the name starts a word.
            Tier::Inside => self.start[0],
        }
    }
}
