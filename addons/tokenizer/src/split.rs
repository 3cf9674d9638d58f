//! Splits text as the patterns of tiktoken do, without a regular-expression engine.
//!
//! ASCII goes 64 bytes at a time: [`block`] turns class masks into a mask of piece starts. Whatever a block cannot
//! decide (other characters, rare shapes) is left to [`scalar`], which follows the pattern character by character.
//! Both rely on the patterns looking only ahead: a piece start is a clean slate.

mod block;
mod masks;
mod scalar;

pub(crate) use block::{Drive, drive};
#[cfg(target_arch = "x86_64")]
pub(crate) use masks::Avx2;
#[cfg(target_arch = "aarch64")]
pub(crate) use masks::Neon;
pub(crate) use masks::{Level, Portable};

/// Which pattern: the words of `o200k_base` end at a change from lower to upper case and take a contraction along.
pub(crate) trait Pattern: Copy {
    /// Whether this is the pattern of `o200k_base` and not that of `cl100k_base`.
    const O200K: bool;
}

/// `o200k_base`
#[derive(Clone, Copy)]
pub(crate) struct O200k;

/// `cl100k_base`
#[derive(Clone, Copy)]
pub(crate) struct Cl100k;

impl Pattern for O200k {
    const O200K: bool = true;
}

impl Pattern for Cl100k {
    const O200K: bool = false;
}

/// Bytes that are readable at each piece, however short it is.
pub(crate) const PIECE_READABLE: usize = 32;

/// Receives the pieces of a text in order.
pub(crate) trait Sink {
    /// One piece of `length` bytes (at least 1).
    ///
    /// # Safety
    /// `piece` is readable for `length` bytes and for [`PIECE_READABLE`] bytes.
    unsafe fn piece(&mut self, piece: *const u8, length: usize);

    /// Whether the rest of the text does not matter any more.
    fn is_full(&self) -> bool;
}
