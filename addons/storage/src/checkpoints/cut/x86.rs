//! The rule by AVX2: 32 positions a step.

use std::arch::x86_64::*;

use super::{FIRST_FACTOR, LIMIT_BITS, SECOND_FACTOR, Search, portable};

/// Positions a step looks at.
const STEP: usize = 32;
/// Bytes a step reads: the last position is 31, its second number ends 8 bytes on.
const STEP_READS: usize = STEP + 7;

/// The search, when this processor has AVX2.
pub(super) fn search() -> Option<Search> {
    is_x86_feature_detected!("avx2").then_some(search_checked as Search)
}

/// Handed out by [`search`] only, which has looked.
fn search_checked(bytes: &[u8]) -> Option<usize> {
    // SAFETY: `search` gives this function away only where AVX2 is there.
    unsafe { search_avx2(bytes) }
}

#[target_feature(enable = "avx2")]
fn search_avx2(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    while at + STEP_READS <= bytes.len() {
        // SAFETY: STEP_READS bytes from `at` on are in the slice.
        if unsafe { any_ends(bytes.as_ptr().add(at)) } {
            break;
        }
        at += STEP;
    }
    // Either the first hit lies in the next 32 positions, or fewer bytes are left than a step reads.
    portable::search(&bytes[at..]).map(|position| at + position)
}

/// Whether one of 32 positions from `bytes` on ends a chunk.
///
/// # Safety
/// [`STEP_READS`] bytes are readable.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn any_ends(bytes: *const u8) -> bool {
    let first = _mm256_set1_epi32(FIRST_FACTOR.cast_signed());
    let second = _mm256_set1_epi32(SECOND_FACTOR.cast_signed());
    let mut any = _mm256_setzero_si256();
    for phase in 0..4 {
        // Each load holds the 8 numbers at phase, phase + 4, ..., phase + 28; the second ones stand 4 bytes further.
        // SAFETY: the caller vouches for 3 + 4 + 32 bytes.
        let (low, high) = unsafe {
            (
                _mm256_loadu_si256(bytes.add(phase).cast()),
                _mm256_loadu_si256(bytes.add(phase + 4).cast()),
            )
        };
        let mixed = _mm256_add_epi32(_mm256_mullo_epi32(low, first), _mm256_mullo_epi32(high, second));
        let rest = _mm256_srli_epi32::<{ LIMIT_BITS as i32 }>(mixed);
        any = _mm256_or_si256(any, _mm256_cmpeq_epi32(rest, _mm256_setzero_si256()));
    }
    _mm256_testz_si256(any, any) == 0
}
