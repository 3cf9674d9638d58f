//! The rule in plain Rust.

use super::{FIRST_FACTOR, LIMIT_BITS, SECOND_FACTOR, WINDOW_BYTES};

/// First position in `bytes` whose 8 bytes end a chunk.
pub(super) fn search(bytes: &[u8]) -> Option<usize> {
    bytes
        .windows(WINDOW_BYTES)
        .position(|window| window.try_into().is_ok_and(ends_chunk))
}

#[inline(always)]
fn ends_chunk(window: &[u8; WINDOW_BYTES]) -> bool {
    let both = u64::from_le_bytes(*window);
    let mixed = (both as u32)
        .wrapping_mul(FIRST_FACTOR)
        .wrapping_add(((both >> 32) as u32).wrapping_mul(SECOND_FACTOR));
    mixed >> LIMIT_BITS == 0
}
