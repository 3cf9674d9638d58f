//! Names, each kept once, in buckets by their length: those of 1 to 63 ASCII letters by 63 of them, all others in one.

mod bucket;
mod texts;

use foldhash::fast::RandomState;

use crate::mask;
pub(crate) use bucket::{Bucket, Entry};
pub(crate) use texts::{Fixed, Spans, Texts};

/// Longest name of a bucket of its own length, in letters.
pub(crate) const LONGEST_SHORT: usize = 63;

/// No name, no symbol, no file.
pub(crate) const NONE: u32 = u32::MAX;

const SLOT_BITS: u32 = 26;

/// Names that one bucket holds at most. One less than the bits allow: [`NONE`] is no name.
pub(crate) const MOST_SLOTS: usize = (1 << SLOT_BITS) - 1;

/// The number of a name: its bucket (its length, 0 for the wide ones) and its slot there.
#[inline]
pub(crate) fn number(bucket: usize, slot: u32) -> u32 {
    (bucket as u32) << SLOT_BITS | slot
}

#[inline]
pub(crate) fn bucket_of(number: u32) -> usize {
    (number >> SLOT_BITS) as usize
}

#[inline]
pub(crate) fn slot_of(number: u32) -> u32 {
    number & ((1 << SLOT_BITS) - 1)
}

/// The bucket that a name belongs to.
#[inline]
pub(crate) fn bucket_for(name: &str) -> usize {
    if name.len() <= LONGEST_SHORT && name.is_ascii() {
        name.len()
    } else {
        0
    }
}

/// All names of an index, those of containers among them.
pub(crate) struct Names {
    /// By length, from 1.
    short: Vec<Bucket<Fixed>>,
    /// Longer ones, those with a letter beyond ASCII, and the empty one.
    wide: Bucket<Spans>,
    hasher: RandomState,
}

/// Calls a method of the bucket that a name lies in.
macro_rules! at {
    ($self:expr, $number:expr, |$bucket:ident, $slot:ident| $call:expr) => {{
        let $slot = slot_of($number);
        match bucket_of($number) {
            0 => {
                let $bucket = &mut $self.wide;
                $call
            }
            length => {
                let $bucket = &mut $self.short[length - 1];
                $call
            }
        }
    }};
}

impl Names {
    pub(crate) fn new() -> Self {
        Self::from_buckets(
            (1..=LONGEST_SHORT)
                .map(|length| Bucket::new(Fixed::new(length)))
                .collect(),
            Bucket::new(Spans::default()),
        )
    }

    /// `short` by length, from 1 to [`LONGEST_SHORT`].
    pub(crate) fn from_buckets(short: Vec<Bucket<Fixed>>, wide: Bucket<Spans>) -> Self {
        Self {
            short,
            wide,
            hasher: RandomState::default(),
        }
    }

    /// Names of `length` ASCII letters, 1 to 63.
    #[inline]
    pub(crate) fn short(&self, length: usize) -> &Bucket<Fixed> {
        &self.short[length - 1]
    }

    #[inline]
    pub(crate) fn wide(&self) -> &Bucket<Spans> {
        &self.wide
    }

    /// What is known of the names of a bucket, by slot.
    pub(crate) fn entries(&self, bucket: usize) -> &[Entry] {
        match bucket {
            0 => &self.wide.entries,
            length => &self.short[length - 1].entries,
        }
    }

    /// Names in a bucket.
    pub(crate) fn live_of(&self, bucket: usize) -> usize {
        match bucket {
            0 => self.wide.live(),
            length => self.short[length - 1].live(),
        }
    }

    /// The number of a name, which has one use more from now on.
    pub(crate) fn intern(&mut self, name: &str) -> u32 {
        let bucket = bucket_for(name);
        let slot = match bucket {
            0 => self.wide.intern(name.as_bytes(), &self.hasher),
            length => self.short[length - 1].intern(name.as_bytes(), &self.hasher),
        };
        number(bucket, slot)
    }

    /// One more use of a name that has one.
    #[inline]
    pub(crate) fn retain(&mut self, number: u32) {
        self.entry_mut(number).refs += 1;
    }

    /// One use less. A name without any is forgotten; one that no symbol has any more is found by no query.
    pub(crate) fn release(&mut self, number: u32) {
        at!(self, number, |bucket, slot| bucket.release(slot, &self.hasher));
    }

    #[inline]
    pub(crate) fn bytes(&self, number: u32) -> &[u8] {
        match bucket_of(number) {
            0 => self.wide.texts.get(slot_of(number)),
            length => self.short[length - 1].texts.get(slot_of(number)),
        }
    }

    /// The name itself.
    #[inline]
    pub(crate) fn text(&self, number: u32) -> &str {
        // SAFETY: names are put in as text, whole; decoding checks them.
        unsafe { std::str::from_utf8_unchecked(self.bytes(number)) }
    }

    #[inline]
    pub(crate) fn entry(&self, number: u32) -> &Entry {
        &self.entries(bucket_of(number))[slot_of(number) as usize]
    }

    #[inline]
    pub(crate) fn entry_mut(&mut self, number: u32) -> &mut Entry {
        at!(self, number, |bucket, slot| &mut bucket.entries[slot as usize])
    }

    /// Makes sure that queries can find a name: a symbol has it now.
    #[inline]
    pub(crate) fn reveal(&mut self, number: u32) {
        if *self.mask_mut(number) == 0 {
            let mask = mask::mask_of(self.text(number));
            *self.mask_mut(number) = mask;
        }
    }

    fn mask_mut(&mut self, number: u32) -> &mut u64 {
        at!(self, number, |bucket, slot| &mut bucket.masks[slot as usize])
    }

    /// Whether `count` more names of `bytes` together fit, whatever their lengths.
    pub(crate) fn has_room(&self, count: usize, bytes: usize) -> bool {
        let most = self.short.iter().map(Bucket::slots).max().unwrap_or(0);
        most.max(self.wide.slots()) + count <= MOST_SLOTS && self.wide.texts.has_room(bytes)
    }

    /// Different names.
    pub(crate) fn count(&self) -> usize {
        (0..=LONGEST_SHORT).map(|bucket| self.live_of(bucket)).sum()
    }

    /// Bytes held.
    pub(crate) fn held_bytes(&self) -> usize {
        let short: usize = self.short.iter().map(Bucket::held_bytes).sum();
        short + self.short.capacity() * size_of::<Bucket<Fixed>>() + self.wide.held_bytes()
    }
}
