//! Where things lie in an index file.

/// What every index file begins with.
pub(super) const MAGIC: [u8; 8] = *b"PBSYMIDX";
pub(super) const VERSION: u32 = 1;
/// Bytes of the header.
pub(super) const HEADER: usize = 32;
/// The checksum covers all from here.
pub(super) const SUMMED: usize = 16;

/// Offsets in the header.
pub(super) const AT_VERSION: usize = 8;
pub(super) const AT_SUM: usize = 12;
pub(super) const AT_LENGTH: usize = 16;
pub(super) const AT_FILES: usize = 24;
pub(super) const AT_SYMBOLS: usize = 28;

/// Sections begin at a multiple of this.
pub(super) const ALIGNMENT: usize = 8;

/// Buckets of names; the wide ones are the first.
pub(super) const BUCKETS: usize = 64;

/// What a stamp that is there begins with.
pub(super) const STAMP: u8 = 1;
