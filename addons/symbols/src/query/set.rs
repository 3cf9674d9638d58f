//! Sets of places in a name, as bits of words.

/// Places from 0 to `64 * WORDS - 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Set<const WORDS: usize>(pub [u64; WORDS]);

impl<const WORDS: usize> Set<WORDS> {
    pub(crate) const EMPTY: Self = Self([0; WORDS]);
    pub(crate) const ALL: Self = Self([!0; WORDS]);

    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().fold(0, |all, word| all | word) == 0
    }

    #[inline(always)]
    pub(crate) fn has(&self, place: u32) -> bool {
        self.0[place as usize / 64 % WORDS] >> (place % 64) & 1 != 0
    }

    #[inline(always)]
    pub(crate) fn insert(&mut self, place: u32) {
        self.0[place as usize / 64 % WORDS] |= 1 << (place % 64);
    }

    #[inline(always)]
    pub(crate) fn and(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }

    /// Every place moved to the next one.
    #[inline(always)]
    pub(crate) fn next(&self) -> Self {
        let mut carry = 0;
        Self(self.0.map(|word| {
            let moved = word << 1 | carry;
            carry = word >> 63;
            moved
        }))
    }

    /// The places behind the first one; none without any.
    #[inline(always)]
    pub(crate) fn behind_first(&self) -> Self {
        let mut behind = 0;
        Self(self.0.map(|word| {
            let own = behind | !(word ^ word.wrapping_sub(1));
            // From here on all are behind.
            behind |= if word == 0 { 0 } else { !0 };
            own
        }))
    }

    /// The places before the last one; none without any.
    #[inline(always)]
    pub(crate) fn before_last(&self) -> Self {
        let mut before = Self::EMPTY;
        let mut rest = 0;
        for (word, before) in self.0.iter().zip(&mut before.0).rev() {
            *before = rest | ((1_u64 << (63 - (word | 1).leading_zeros())) - 1);
            rest |= if *word == 0 { 0 } else { !0 };
        }
        before
    }

    /// Ascending.
    #[inline(always)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        let mut words = self.0;
        let mut at = 0;
        std::iter::from_fn(move || {
            while words[at] == 0 {
                if at + 1 == WORDS {
                    return None;
                }
                at += 1;
            }
            let place = at as u32 * 64 + words[at].trailing_zeros();
            words[at] &= words[at] - 1;
            Some(place)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(places: &[u32]) -> Set<3> {
        let mut set = Set::EMPTY;
        places.iter().for_each(|&place| set.insert(place));
        set
    }

    proptest! {
        #[test]
        fn sets_are_sets(mut places in proptest::collection::vec(0_u32..192, 0..6), others in proptest::collection::vec(0_u32..192, 0..90)) {
            places.sort_unstable();
            places.dedup();
            let set = of(&places);
            prop_assert_eq!(set.iter().collect::<Vec<_>>(), places.clone());
            prop_assert_eq!(set.is_empty(), places.is_empty());
            let next = places.iter().map(|place| place + 1).filter(|&place| place < 192);
            prop_assert_eq!(set.next().iter().collect::<Vec<_>>(), next.collect::<Vec<_>>());
            let (first, last) = (places.first(), places.last());
            for place in 0..192 {
                prop_assert_eq!(set.has(place), places.contains(&place));
                prop_assert_eq!(set.behind_first().has(place), first.is_some_and(|&first| place > first));
                prop_assert_eq!(set.before_last().has(place), last.is_some_and(|&last| place < last));
                prop_assert_eq!(set.and(&of(&others)).has(place), places.contains(&place) && others.contains(&place));
            }
        }
    }
}
