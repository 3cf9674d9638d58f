//! Masks of names: 64 bits that tell most names from those that a query can match. FORMAT.md has the bits.

use crate::letters::{self, NO_FOLD};

const DIGIT: u32 = 26;
const OTHER: u32 = 27;
const WIDE: u32 = 28;
/// The bit of `a` at a word start.
pub(crate) const STARTS: u32 = 32;
/// The lowest bit of the first letter's number.
pub(crate) const FIRST: u32 = 58;

/// The bit of a fold that is in the name: 0 to 28. None for a combining mark.
#[inline]
pub(crate) fn letter_bit(fold: u32) -> Option<u32> {
    match fold {
        0x61..=0x7A => Some(fold - 0x61),
        0x30..=0x39 => Some(DIGIT),
        0..=0x7F => Some(OTHER),
        NO_FOLD => None,
        _ => Some(WIDE),
    }
}

/// The bit of a fold that starts a word, for `a` to `z`.
#[inline]
pub(crate) fn start_bit(fold: u32) -> Option<u32> {
    (0x61..=0x7A).contains(&fold).then(|| STARTS + fold - 0x61)
}

/// The number of a name's first letter, 0 to 29.
#[inline]
pub(crate) fn first_number(fold: u32) -> u64 {
    letter_bit(fold).map_or(0, |bit| u64::from(bit) + 1)
}

/// The mask of a name.
pub(crate) fn mask_of(name: &str) -> u64 {
    let mut mask = 0;
    let mut is_first = true;
    letters::spell(name, |letter| {
        if let Some(bit) = letter_bit(letter.fold) {
            mask |= 1 << bit;
        }
        if is_first {
            mask |= first_number(letter.fold) << FIRST;
            is_first = false;
        }
        if letter.starts
            && let Some(bit) = start_bit(letter.fold)
        {
            mask |= 1 << bit;
        }
    });
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(letters: &str) -> u64 {
        letters
            .bytes()
            .fold(0, |bits, letter| bits | 1 << (letter - b'a'))
    }

    #[test]
    fn bits_are_those_of_the_format() {
        assert_eq!(mask_of(""), 0);
        assert_eq!(mask_of("\u{301}"), 0);
        assert_eq!(
            mask_of("getName"),
            bits("getnam") | bits("gn") << STARTS | 7 << FIRST
        );
        assert_eq!(
            mask_of("_a1"),
            bits("a") | bits("a") << STARTS | 3 << DIGIT | 28 << FIRST
        );
        assert_eq!(
            mask_of("1É"),
            bits("e") | bits("e") << STARTS | 1 << DIGIT | 27 << FIRST
        );
        assert_eq!(mask_of("中"), 1 << WIDE | 29 << FIRST);
        assert_eq!(mask_of("\u{301}a"), bits("a"));
        assert_eq!(first_number(0x61), 1);
        assert_eq!(first_number(0x7A), 26);
    }
}
