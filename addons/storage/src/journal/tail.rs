//! What lies behind the last frame that holds: a torn commit, or damage.

use super::walk::{BLOCK_BYTES, read_error};
use super::{SegmentInfo, Walker};
use crate::error::{Error, Result};
use crate::format::{FRAME_HEADER_BYTES, Frame};
use crate::mutations::{self, Point};
use crate::vfs::{self, File};

/// Why an end can be known to be none.
const WHY: &str = "what was flushed goes on behind it; salvage copies what is whole";

/// The end of the last segment.
pub(super) struct Tail {
    /// Behind the last byte that is not zero; the place of the walk's end when all are.
    pub(super) dirty_end: u64,
}

/// Looks through everything behind the end of a walk through the last segment. `flushed` is what `WRITER` says.
///
/// # Errors
/// `ERR_CORRUPT` where it is proven that a record not reached had been flushed; `ERR_IO`.
pub(super) fn examine(
    file: &dyn File,
    segment: &SegmentInfo,
    walker: &Walker<'_>,
    flushed: Option<u64>,
) -> Result<Tail> {
    let (end, next) = (walker.offset, walker.seq);
    if flushed.is_some_and(|flushed| flushed > next) && !mutations::is_off(Point::CheckFlushedByWriter) {
        return Err(Error::corrupt(segment.number, end, WHY));
    }
    let mut search = Search {
        file,
        segment,
        next,
        // The damaged frame itself is not looked into as long as its header tells where it ends.
        from: end + 8,
        dirty_end: end,
    };
    let mut header = [0; FRAME_HEADER_BYTES];
    let count =
        vfs::read_up_to(file, &mut header, end).map_err(|error| read_error(segment.number, &error))?;
    if let Some(frame) = Frame::decode(&header[..count], segment.salt, segment.number, end)
        && frame.seq == next
        && frame.fits(segment.capacity)
    {
        search.from = end + frame.total_bytes();
    }
    if search.finds_proof(end)? && !mutations::is_off(Point::CheckBehindTheEnd) {
        return Err(Error::corrupt(segment.number, end, WHY));
    }
    Ok(Tail {
        dirty_end: search.dirty_end,
    })
}

struct Search<'a> {
    file: &'a dyn File,
    segment: &'a SegmentInfo,
    next: u64,
    /// Headers are looked for from here on.
    from: u64,
    dirty_end: u64,
}

impl Search<'_> {
    /// Goes through the file from `start` to its end, a block at a time, a header's length of overlap between.
    fn finds_proof(&mut self, start: u64) -> Result<bool> {
        let room = self.segment.capacity.saturating_sub(start);
        let mut block = vec![0; room.min(BLOCK_BYTES as u64) as usize];
        let (mut proof, mut block_start) = (false, start);
        while block_start < self.segment.capacity {
            let count = vfs::read_up_to(self.file, &mut block, block_start)
                .map_err(|error| read_error(self.segment.number, &error))?;
            proof |= self.look_through(&block[..count], block_start);
            if count < block.len() || block_start + count as u64 >= self.segment.capacity {
                break;
            }
            block_start += (count - FRAME_HEADER_BYTES) as u64;
        }
        Ok(proof)
    }

    /// `block_start` is a multiple of 8.
    fn look_through(&mut self, block: &[u8], block_start: u64) -> bool {
        let mut proof = false;
        for (index, word) in block.chunks(8).enumerate() {
            if word.iter().all(|byte| *byte == 0) {
                continue;
            }
            let offset = index * 8;
            let last = word.iter().rposition(|byte| *byte != 0).expect("one is not zero");
            self.dirty_end = self.dirty_end.max(block_start + (offset + last) as u64 + 1);
            if !proof && block_start + offset as u64 >= self.from {
                proof = self.is_proof(&block[offset..], block_start + offset as u64);
            }
        }
        proof
    }

    /// Whether a header stands here that tells of a record that is not there.
    ///
    /// One with the very number expected is proof too: only a frame that takes no number, that of an orderly close, can have
    /// stood before it, and a close is flushed before anything is written behind it.
    fn is_proof(&self, bytes: &[u8], offset: u64) -> bool {
        // The number first: a checksum at each multiple of 8 of a long tail would cost much more.
        let Some(number) = bytes.get(16..24) else {
            return false;
        };
        if u64::from_le_bytes(number.try_into().expect("eight bytes")) < self.next {
            return false;
        }
        Frame::decode(bytes, self.segment.salt, self.segment.number, offset)
            .is_some_and(|frame| frame.seq == self.next || frame.flushed > self.next)
    }
}
