//! Reading bytes of an output.

use std::io;
use std::ops::Range;

use super::damaged;
use super::sums::{self, BLOCK_BYTES};
use crate::error::{Code, Error, Result};
use crate::mutations::{self, Point};
use crate::vfs::{self, File};

/// `start` and `end`, both clipped to 0..`bytes`; an end before the start is an empty range.
pub(super) fn clip(start: u64, end: u64, bytes: u64) -> Range<u64> {
    let from = start.min(bytes);
    from..end.min(bytes).max(from)
}

/// Room for so many bytes.
///
/// # Errors
/// `ERR_TOO_LARGE`
pub(super) fn allocate(bytes: u64) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let length = usize::try_from(bytes).unwrap_or(usize::MAX);
    if out.try_reserve_exact(length).is_err() {
        let message = format!("{bytes} bytes do not fit into memory; read less at once");
        return Err(Error::new(Code::TooLarge, message));
    }
    out.resize(length, 0);
    Ok(out)
}

pub(super) fn reading(error: io::Error) -> Error {
    Error::io("read an output", &error)
}

/// Bytes of a finished output, each block that they touch checked.
pub(super) fn read_verified(
    out: &dyn File,
    sum: &dyn File,
    id: &str,
    start: u64,
    end: u64,
) -> Result<Vec<u8>> {
    let size = out.len().map_err(reading)?;
    let range = clip(start, end, size);
    let blocks = sums::blocks(&range);
    let crcs = sums::read(sum, id, size, &blocks)?;
    let mut result = allocate(range.end - range.start)?;
    let mut edge = Vec::new();
    for (block, crc) in blocks.zip(crcs) {
        let block_start = block * BLOCK_BYTES as u64;
        let block_end = (block_start + BLOCK_BYTES as u64).min(size);
        let holds = |content: &mut [u8]| -> Result<bool> {
            let read = vfs::read_up_to(out, content, block_start).map_err(reading)?;
            let whole = read == content.len();
            Ok(whole && (crc32fast::hash(content) == crc || mutations::is_off(Point::CheckSpoolBlock)))
        };
        let from = block_start.max(range.start);
        let to = block_end.min(range.end);
        let target = &mut result[(from - range.start) as usize..(to - range.start) as usize];
        let good = if to - from == block_end - block_start {
            holds(target)?
        } else {
            edge.resize((block_end - block_start) as usize, 0);
            let good = holds(&mut edge)?;
            target.copy_from_slice(&edge[(from - block_start) as usize..(to - block_start) as usize]);
            good
        };
        if !good {
            return Err(damaged(id, block_start));
        }
    }
    Ok(result)
}

/// Bytes that nothing vouches for, as far as the file goes.
pub(super) fn read_unverified(part: &dyn File, start: u64, end: u64) -> Result<Vec<u8>> {
    let range = clip(start, end, part.len().map_err(reading)?);
    let mut result = allocate(range.end - range.start)?;
    let read = vfs::read_up_to(part, &mut result, range.start).map_err(reading)?;
    result.truncate(read);
    Ok(result)
}
