//! The letters of an ASCII name, 16 at a time: which of them are a certain one, or of a class, as bits.

#[cfg(any(test, not(target_arch = "x86_64")))]
mod portable;
#[cfg(target_arch = "x86_64")]
mod sse2;

#[cfg(not(target_arch = "x86_64"))]
pub(crate) use portable::{Lanes, Splat};
#[cfg(target_arch = "x86_64")]
pub(crate) use sse2::{Lanes, Splat};

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use proptest::prelude::*;

    use super::{portable, sse2};

    proptest! {
        #[test]
        fn both_ways_agree(bytes in proptest::collection::vec(0_u8..0x80, 64), letter in 0_u8..0x80, high in 0_u8..0x80) {
            let plain = portable::Lanes::<4>::load(&bytes);
            let vector = sse2::Lanes::<4>::load(&bytes);
            let (low, high) = (letter.min(high), letter.max(high));
            prop_assert_eq!(plain.between(low, high), vector.between(low, high));
            let equal = plain.folded().equal(portable::Splat::of(letter));
            prop_assert_eq!(equal, vector.folded().equal(sse2::Splat::of(letter)));
            let expected = (0..64).filter(|&at| bytes[at].to_ascii_lowercase() == letter);
            prop_assert_eq!(equal, expected.fold(0, |bits, at| bits | 1 << at));
        }
    }
}
