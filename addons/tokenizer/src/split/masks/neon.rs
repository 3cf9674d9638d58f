//! The masks by NEON.

use std::arch::aarch64::*;

use super::{Level, Masks};

/// 16 bytes at a time.
#[derive(Clone, Copy)]
pub(crate) struct Neon;

/// One bit for each byte of four vectors whose lanes are all ones or all zeros.
///
/// # Safety
/// Needs NEON.
#[inline(always)]
unsafe fn gather(lanes: [uint8x16_t; 4]) -> u64 {
    const BITS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
    // SAFETY: passed on; `BITS` has 16 bytes. Three rounds of pairwise sums fold eight lanes into one byte.
    unsafe {
        let bits = vld1q_u8(BITS.as_ptr());
        let [a, b, c, d] = lanes.map(|lane| vandq_u8(lane, bits));
        let folded = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
        vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(folded, folded)))
    }
}

impl Level for Neon {
    #[inline(always)]
    unsafe fn masks(bytes: *const u8) -> Masks {
        // SAFETY: the caller vouches for NEON and for 64 readable bytes.
        unsafe {
            let parts: [uint8x16_t; 4] = std::array::from_fn(|i| vld1q_u8(bytes.wrapping_add(i * 16)));
            let range = |from: u8, to: u8| {
                let (start, width) = (vdupq_n_u8(from), vdupq_n_u8(to - from));
                gather(parts.map(|part| vcleq_u8(vsubq_u8(part, start), width)))
            };
            let one = |byte: u8| {
                let same = vdupq_n_u8(byte);
                gather(parts.map(|part| vceqq_u8(part, same)))
            };
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
                high: gather(parts.map(|part| vcgeq_u8(part, vdupq_n_u8(0x80)))),
            }
        }
    }
}
