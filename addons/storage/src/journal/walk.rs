//! Frame after frame through a segment.

use std::io;

use super::{MAX_SEQ, SegmentInfo};
use crate::error::{Error, Result};
use crate::format::{self, FRAME_HEADER_BYTES, Frame, FrameKind, Kind, SEGMENT_HEADER_BYTES};
use crate::mutations::{self, Point};
use crate::vfs::{self, File};

/// Bytes read at a time; a longer frame is read by itself.
pub(crate) const BLOCK_BYTES: usize = 1 << 20;

/// A place in a segment, and what is to come there.
pub(crate) struct Walker<'a> {
    file: &'a dyn File,
    kind: Kind,
    segment: SegmentInfo,
    /// Where the next frame begins.
    pub(crate) offset: u64,
    /// Its number.
    pub(crate) seq: u64,
    block: Vec<u8>,
    block_start: u64,
}

/// What stands at the walker's place.
pub(crate) enum Step {
    /// A frame that holds; its body is the walker's [`body`](Walker::body).
    Frame(Frame),
    /// No frame that holds.
    End,
}

impl<'a> Walker<'a> {
    /// At the first frame of a segment of a log of `kind`.
    pub(crate) fn new(file: &'a dyn File, kind: Kind, segment: SegmentInfo) -> Self {
        Self {
            file,
            kind,
            segment,
            offset: SEGMENT_HEADER_BYTES,
            seq: segment.first_seq,
            block: Vec::new(),
            block_start: 0,
        }
    }

    /// Reads the frame here and goes behind it.
    ///
    /// # Errors
    /// `ERR_FORMAT_TOO_NEW` and `ERR_CORRUPT` for a frame that holds but cannot be, `ERR_IO`.
    pub(crate) fn step(&mut self) -> Result<Step> {
        if !self.load(FRAME_HEADER_BYTES as u64)? {
            return Ok(Step::End);
        }
        let start = (self.offset - self.block_start) as usize;
        let header = &self.block[start..];
        let Some(frame) = Frame::decode(header, self.segment.salt, self.segment.number, self.offset) else {
            return Ok(Step::End);
        };
        let expected = frame.seq == self.seq || mutations::is_off(Point::CheckFrameNumber);
        if !expected || !frame.fits(self.segment.capacity) || !self.load(frame.total_bytes())? {
            return Ok(Step::End);
        }
        if !frame.body_holds(self.body(&frame)) {
            return Ok(Step::End);
        }
        self.seq = check_frame(&frame, self.kind)?;
        self.offset += frame.total_bytes();
        Ok(Step::Frame(frame))
    }

    /// The body of the frame that the last step gave.
    pub(crate) fn body(&self, frame: &Frame) -> &[u8] {
        let start = (frame.offset - self.block_start) as usize + FRAME_HEADER_BYTES;
        &self.block[start..start + frame.body_bytes as usize]
    }

    /// Whether `bytes` from the place on are within the segment; then they are in the block.
    fn load(&mut self, bytes: u64) -> Result<bool> {
        let end = self.offset.saturating_add(bytes);
        if end > self.segment.capacity {
            return Ok(false);
        }
        let loaded = self.block_start + self.block.len() as u64;
        if self.offset >= self.block_start && end <= loaded {
            return Ok(true);
        }
        let wanted = bytes
            .max(BLOCK_BYTES as u64)
            .min(self.segment.capacity - self.offset);
        self.block.resize(wanted as usize, 0);
        self.block_start = self.offset;
        let count = vfs::read_up_to(self.file, &mut self.block, self.offset)
            .map_err(|error| read_error(self.segment.number, &error))?;
        self.block.truncate(count);
        Ok(count as u64 >= bytes)
    }
}

/// Whether a frame that holds is one that a log of this kind can have; returns the number after it.
///
/// # Errors
/// `ERR_FORMAT_TOO_NEW` for an unknown kind or flag; `ERR_CORRUPT` for what no version writes.
pub(crate) fn check_frame(frame: &Frame, log: Kind) -> Result<u64> {
    let Some(kind) = FrameKind::of(frame.kind).filter(|_| frame.flags == 0) else {
        return Err(format::too_new(frame.segment, frame.offset));
    };
    let possible = match (kind, log) {
        (FrameKind::Events, Kind::Events) => frame.count >= 1,
        (FrameKind::Checkpoint | FrameKind::Removal, Kind::Checkpoints) => frame.count == 1,
        (FrameKind::Close, _) => frame.count == 0 && frame.body_bytes == 0,
        _ => false,
    };
    match frame.next_seq().filter(|next| possible && *next <= MAX_SEQ) {
        Some(next) => Ok(next),
        None => Err(Error::corrupt(
            frame.segment,
            frame.offset,
            "a frame there is none that such a log has",
        )),
    }
}

pub(crate) fn read_error(segment: u64, error: &io::Error) -> Error {
    Error::io(&format!("read {}", format::segment_name(segment)), error)
}
