//! The search for the best names: masks first, then places of letters, then scores; the most promising names first, and of these the
//! shortest.
//!
//! Nothing is cut before it is ranked: a name is passed over only when it cannot match, or when the most that it can score would not
//! enter the best names so far.

use super::best::{Best, Found};
use super::bounds::{Bounds, Filter, Tier};
use super::columns::Known;
use super::ground::Ground;
use super::long::Long;
use super::look::{Look, Question};
use super::masks::Compare;
use super::points::{EXCHANGE_FROM, WHOLE};
use super::set::Set;
use super::short::Short;
use super::survivors::{BLOCK, Survivors};
use super::text::QueryLetter;
use super::wide::{LONGEST_WIDE, Wide};
use crate::names::{self, Bucket, LONGEST_SHORT, Names};

/// What one search works with.
pub(super) struct Search<'a> {
    pub ground: Ground<'a>,
    pub query: &'a [QueryLetter],
    pub bounds: Bounds,
    pub best: &'a mut Best,
    pub survivors: &'a mut Survivors,
    pub compare: Compare,
}

/// How long a name is.
#[derive(Clone, Copy)]
struct Size {
    letters: usize,
    /// UTF-16 code units.
    units: usize,
}

/// Looks at the names of one bucket.
trait Looker {
    fn size_of(&self, slot: u32) -> Size;

    fn look(&mut self, slot: u32, size: Size, question: Question) -> Look;
}

/// At names of `length` letters, at most `LONGEST`.
struct ShortLooker<'a, const LONGEST: usize> {
    short: &'a mut Short,
    letters: &'a [u8],
    length: usize,
}

impl<const LONGEST: usize> Looker for ShortLooker<'_, LONGEST> {
    #[inline(always)]
    fn size_of(&self, _slot: u32) -> Size {
        Size {
            letters: self.length,
            units: self.length,
        }
    }

    #[inline(always)]
    fn look(&mut self, slot: u32, _size: Size, question: Question) -> Look {
        let name = &self.letters[slot as usize * self.length..];
        match LONGEST {
            16 => self.short.look_16(name, self.length, question),
            32 => self.short.look_32(name, self.length, question),
            _ => self.short.look_64(name, self.length, question),
        }
    }
}

/// At all others.
struct WideLooker<'a> {
    wide: &'a mut Wide,
    long: &'a mut Long,
    names: &'a Names,
}

impl Looker for WideLooker<'_> {
    #[inline]
    fn size_of(&self, slot: u32) -> Size {
        let (letters, units) = self.names.wide().texts.size(slot);
        Size { letters, units }
    }

    fn look(&mut self, slot: u32, size: Size, question: Question) -> Look {
        let name = self.names.text(names::number(0, slot));
        if size.letters <= LONGEST_WIDE {
            self.wide.look(name, size.letters, question)
        } else {
            self.long.look(name, question)
        }
    }
}

impl Search<'_> {
    /// Finds the best names for a query with at least one letter.
    pub(super) fn run(&mut self, short: &mut Short, wide: &mut Wide, long: &mut Long) {
        self.survivors.begin(self.ground.names, self.query);
        let is_short = short.prepare(self.query);
        wide.prepare(self.query);
        long.prepare(self.query);
        for tier in Tier::ALL {
            if is_short {
                self.all_short(short, tier);
            }
            self.wide_names(wide, long, tier);
        }
    }

    fn all_short(&mut self, short: &mut Short, tier: Tier) {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("lzcnt")
            && is_x86_feature_detected!("popcnt")
        {
            // SAFETY: the processor has them all.
            return unsafe { self.all_short_with_avx2(short, tier) };
        }
        self.all_short_anywhere(short, tier);
    }

    /// The same, compiled for newer processors.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
    fn all_short_with_avx2(&mut self, short: &mut Short, tier: Tier) {
        self.all_short_anywhere(short, tier);
    }

    #[inline(always)]
    fn all_short_anywhere(&mut self, short: &mut Short, tier: Tier) {
        for length in self.query.len()..=LONGEST_SHORT {
            match length {
                0..=16 => self.short_names::<16>(short, length, tier),
                17..=32 => self.short_names::<32>(short, length, tier),
                _ => self.short_names::<64>(short, length, tier),
            }
        }
    }

    #[inline(always)]
    fn short_names<const LONGEST: usize>(&mut self, short: &mut Short, length: usize, tier: Tier) {
        let names = self.ground.names.short(length);
        let looker = ShortLooker::<LONGEST> {
            short,
            letters: names.texts.padded(),
            length,
        };
        self.bucket(names, length, tier, looker);
    }

    fn wide_names(&mut self, wide: &mut Wide, long: &mut Long, tier: Tier) {
        let names = self.ground.names;
        self.bucket(names.wide(), 0, tier, WideLooker { wide, long, names });
    }

    /// Looks at the names of one bucket that are of a tier.
    #[inline(always)]
    fn bucket<T>(&mut self, names: &Bucket<T>, bucket: usize, tier: Tier, mut looker: impl Looker) {
        let query = self.query.len();
        let whole_of = |letters: usize| if letters == query { WHOLE } else { 0 };
        // Lengths of wide names differ: as if each were the best that there can be.
        let (most_whole, least_units) = match bucket {
            0 => (WHOLE, 1),
            length => (whole_of(length), length),
        };
        let most = self.bounds.most(tier) + most_whole;
        let mut slack = most - self.best.needed(least_units);
        if slack < 0 {
            return;
        }
        let mut filter = self.bounds.filter(tier, slack);
        let earlier = self.bounds.earlier(tier);
        let can_exchange = query >= EXCHANGE_FROM;
        // With two letters a match that is not in order is none, but a longer query may match by an exchange.
        let order_rules_out = query != EXCHANGE_FROM - 1;
        let known = Known {
            query,
            first: Bounds::first_points(tier),
            starts: !0,
            most_at_start: self.bounds.most_at_start(),
        };
        let words = self.survivors.words(bucket);
        for (block, (word, masks)) in words.iter_mut().zip(names.masks.chunks(BLOCK)).enumerate() {
            if *word == 0 {
                continue;
            }
            let mut candidates = if tier == Tier::Name {
                let (matching, promising) = pass(self.compare, masks, *word, self.bounds.letters, filter);
                *word = matching;
                promising
            } else {
                let (others, promising) = pass(self.compare, masks, *word, earlier, filter);
                promising & !others
            };
            while candidates != 0 {
                let bit = candidates.trailing_zeros();
                candidates &= candidates - 1;
                let slot = (block * BLOCK) as u32 + bit;
                let mask = masks[bit as usize];
                let size = looker.size_of(slot);
                if size.letters < query {
                    *word &= !(1 << bit);
                    continue;
                }
                let whole = whole_of(size.letters);
                let needed = self.best.needed(size.units) - whole;
                let bound = self.bounds.of_mask(tier, mask);
                if bound.most < needed || !self.ground.may_have_kind(&names.entries[slot as usize]) {
                    continue;
                }
                let question = Question {
                    needed,
                    can_exchange,
                    exchange: can_exchange && self.bounds.exchanged(tier, mask, bound.most) >= needed,
                    known: Known {
                        starts: bound.starts,
                        ..known
                    },
                };
                match looker.look(slot, size, question) {
                    Look::NoMatch if order_rules_out => *word &= !(1 << bit),
                    Look::Score(score) if score >= needed => {
                        let found = Found::new(score + whole, size.units, names::number(bucket, slot));
                        if self.ground.offer(self.best, found) {
                            slack = most - self.best.needed(least_units);
                            if slack < 0 {
                                return;
                            }
                            filter = self.bounds.filter(tier, slack);
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

/// Names of a block that are looked at one by one when there are so few.
const FEW: u32 = 6;

/// Of the names in `word`, those that pass each filter.
#[inline]
fn pass(compare: Compare, masks: &[u64], word: u64, first: Filter, second: Filter) -> (u64, u64) {
    if let Ok(block) = masks.try_into()
        && word.count_ones() > FEW
    {
        let passed = compare(block, first, second);
        return (passed.0 & word, passed.1 & word);
    }
    let mut passed = (0, 0);
    for bit in Set([word]).iter() {
        let Some(&mask) = masks.get(bit as usize) else {
            break;
        };
        passed.0 |= u64::from(first.passes(mask)) << bit;
        passed.1 |= u64::from(second.passes(mask)) << bit;
    }
    passed
}
