//! Places of eight letters at once.

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64 as sse2;

/// Bits of a name's letters; its length decides how many there must be.
pub(crate) trait Word: Copy {
    fn of(bits: u64) -> Self;

    fn bits(self) -> u64;

    /// Bit i: letter i may stand at one of `here` directly behind one of `before`.
    fn direct<const N: usize>(here: &[Self; 8], before: [&[Self; 8]; N]) -> u8;
}

/// Letter by letter.
#[cfg(any(test, not(target_arch = "x86_64")))]
fn direct_of<W: Word, const N: usize>(here: &[W; 8], before: [&[W; 8]; N]) -> u8 {
    let mut letters = 0;
    for letter in 0..8 {
        let before = before.iter().fold(0, |all, before| all | before[letter].bits());
        let direct = W::of(here[letter].bits() & before << 1).bits();
        letters |= u8::from(direct != 0) << letter;
    }
    letters
}

macro_rules! word {
    ($word:ty, $vectors:literal, $shift:ident, $not_zero:ident) => {
        impl Word for $word {
            #[inline(always)]
            fn of(bits: u64) -> Self {
                bits as Self
            }

            #[inline(always)]
            fn bits(self) -> u64 {
                self.into()
            }

            #[cfg(not(target_arch = "x86_64"))]
            #[inline(always)]
            fn direct<const N: usize>(here: &[Self; 8], before: [&[Self; 8]; N]) -> u8 {
                direct_of(here, before)
            }

            #[cfg(target_arch = "x86_64")]
            #[inline(always)]
            fn direct<const N: usize>(here: &[Self; 8], before: [&[Self; 8]; N]) -> u8 {
                // SAFETY: every x86-64 processor has SSE2. The vectors of a group are as long as its words.
                unsafe {
                    let load = |words: &[Self; 8], vector: usize| {
                        sse2::_mm_loadu_si128(words.as_ptr().cast::<sse2::__m128i>().add(vector))
                    };
                    let zero = sse2::_mm_setzero_si128();
                    let mut direct = [zero; $vectors];
                    for (vector, direct) in direct.iter_mut().enumerate() {
                        let before = before.iter().fold(zero, |all, words| {
                            sse2::_mm_or_si128(all, load(words, vector))
                        });
                        *direct = sse2::_mm_and_si128(load(here, vector), sse2::$shift::<1>(before));
                    }
                    $not_zero(direct)
                }
            }
        }
    };
}

word!(u16, 1, _mm_slli_epi16, not_zero_16);
word!(u32, 2, _mm_slli_epi32, not_zero_32);
word!(u64, 4, _mm_slli_epi64, not_zero_64);

/// Bit i: of eight words of 16 bits word i is not 0.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn not_zero_16([words]: [sse2::__m128i; 1]) -> u8 {
    // SAFETY: every x86-64 processor has SSE2.
    let zeros = unsafe {
        let zeros = sse2::_mm_cmpeq_epi16(words, sse2::_mm_setzero_si128());
        sse2::_mm_movemask_epi8(sse2::_mm_packs_epi16(zeros, zeros))
    };
    !(zeros as u8)
}

/// As [`not_zero_16`], of 32 bits.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn not_zero_32(words: [sse2::__m128i; 2]) -> u8 {
    // SAFETY: as above.
    unsafe {
        let [low, high] = words.map(|words| sse2::_mm_cmpeq_epi32(words, sse2::_mm_setzero_si128()));
        let zeros = sse2::_mm_packs_epi32(low, high);
        !(sse2::_mm_movemask_epi8(sse2::_mm_packs_epi16(zeros, zeros)) as u8)
    }
}

/// As [`not_zero_16`], of 64 bits.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn not_zero_64(words: [sse2::__m128i; 4]) -> u8 {
    // SAFETY: as above.
    unsafe {
        let [a, b, c, d] = words.map(|words| {
            let halves = sse2::_mm_cmpeq_epi32(words, sse2::_mm_setzero_si128());
            sse2::_mm_and_si128(halves, sse2::_mm_shuffle_epi32::<0b10_11_00_01>(halves))
        });
        let zeros = sse2::_mm_packs_epi32(sse2::_mm_packs_epi32(a, b), sse2::_mm_packs_epi32(c, d));
        !(sse2::_mm_movemask_epi8(sse2::_mm_packs_epi16(zeros, zeros)) as u8)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check<W: Word>(words: &[u64]) -> Result<(), TestCaseError> {
        let groups: Vec<[W; 8]> = words
            .chunks_exact(8)
            .map(|words| std::array::from_fn(|at| W::of(words[at])))
            .collect();
        let before = [&groups[1], &groups[2], &groups[3]];
        prop_assert_eq!(W::direct(&groups[0], before), direct_of(&groups[0], before));
        let before = [before[0]];
        prop_assert_eq!(W::direct(&groups[0], before), direct_of(&groups[0], before));
        Ok(())
    }

    /// Few bits, at both ends of every word.
    fn few_bits() -> impl Strategy<Value = u64> {
        let bits = [0, 1, 2, 14, 15, 16, 30, 31, 32, 33, 62, 63].map(|bit| 1_u64 << bit);
        proptest::collection::vec(proptest::sample::select(bits.to_vec()), 0..3)
            .prop_map(|bits| bits.into_iter().fold(0, |all, bit| all | bit))
    }

    proptest! {
        #[test]
        fn vectors_say_what_words_say(words in proptest::collection::vec(few_bits(), 32)) {
            check::<u16>(&words)?;
            check::<u32>(&words)?;
            check::<u64>(&words)?;
        }
    }
}
