//! With SSE2, which every x86-64 processor has.

use std::arch::x86_64::*;

/// Calls of intrinsics that need SSE2 and nothing else.
macro_rules! sse2 {
    ($call:expr) => {
        // SAFETY: every x86-64 processor has SSE2, and the calls touch no memory.
        unsafe { $call }
    };
}

/// A letter in every lane.
#[derive(Clone, Copy)]
pub(crate) struct Splat(__m128i);

impl Splat {
    #[inline(always)]
    pub(crate) fn of(letter: u8) -> Self {
        Self(splat(letter as i8))
    }
}

/// `CHUNKS` times 16 letters, ASCII.
#[derive(Clone, Copy)]
pub(crate) struct Lanes<const CHUNKS: usize>([__m128i; CHUNKS]);

impl<const CHUNKS: usize> Lanes<CHUNKS> {
    /// `bytes` has `CHUNKS` times 16, or more.
    #[inline(always)]
    pub(crate) fn load(bytes: &[u8]) -> Self {
        let bytes = &bytes[..CHUNKS * 16];
        // SAFETY: as many bytes are readable; the load needs no alignment.
        Self(std::array::from_fn(|chunk| unsafe {
            _mm_loadu_si128(bytes.as_ptr().add(chunk * 16).cast())
        }))
    }

    /// Upper case becomes lower case.
    #[inline(always)]
    pub(crate) fn folded(&self) -> Self {
        let case = splat(0x20);
        let fold = |lane| sse2!(_mm_or_si128(lane, _mm_and_si128(within(lane, b'A', b'Z'), case)));
        Self(self.0.map(fold))
    }

    /// Bit i: letter i is this one.
    #[inline(always)]
    pub(crate) fn equal(&self, letter: Splat) -> u64 {
        self.bits(|lane| sse2!(_mm_cmpeq_epi8(lane, letter.0)))
    }

    /// Bit i: letter i is from `low` to `high`.
    #[inline(always)]
    pub(crate) fn between(&self, low: u8, high: u8) -> u64 {
        self.bits(|lane| within(lane, low, high))
    }

    #[inline(always)]
    fn bits(&self, test: impl Fn(__m128i) -> __m128i) -> u64 {
        let mut bits = 0;
        for (chunk, &lane) in self.0.iter().enumerate() {
            bits |= u64::from(sse2!(_mm_movemask_epi8(test(lane))) as u32) << (chunk * 16);
        }
        bits
    }
}

/// Letters are below 0x80: a signed comparison does.
#[inline(always)]
fn within(lane: __m128i, low: u8, high: u8) -> __m128i {
    let (above, below) = (splat(high as i8), splat(low as i8 - 1));
    sse2!(_mm_andnot_si128(
        _mm_cmpgt_epi8(lane, above),
        _mm_cmpgt_epi8(lane, below)
    ))
}

#[inline(always)]
fn splat(letter: i8) -> __m128i {
    sse2!(_mm_set1_epi8(letter))
}
