//! Reading a log back: whole frames, about a mebibyte at a time, from the file straight into the caller's buffer.

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use crate::error::{Code, Error, Result};
use crate::format::{self, FRAME_HEADER_BYTES, Frame, FrameKind, Kind, SEGMENT_HEADER_BYTES};
use crate::journal::{
    ATTEMPTS, BLOCK_BYTES, Journal, PAUSE, SegmentInfo, Step, Walker, check_continuity, check_frame,
    read_error,
};
use crate::mutations::{self, Point};
use crate::vfs::{self, File, Vfs};

/// Events that one read gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    /// Number of the first.
    pub first_seq: u64,
    /// How many.
    pub count: u64,
}

/// A cursor through what was acknowledged when it was made. Needs nothing of the log it came from.
pub struct Replay {
    vfs: Arc<dyn Vfs>,
    dir: PathBuf,
    /// From the one that is read on.
    segments: VecDeque<SegmentInfo>,
    file: Option<Arc<dyn File>>,
    /// Where the next frame begins, and its number.
    offset: u64,
    seq: u64,
    from: u64,
    end: u64,
    /// Whether the frames before event `from` are behind the place.
    placed: bool,
    /// Where the frames of the last segment end, when known.
    last_offset: Option<u64>,
    attempts: u32,
}

impl Replay {
    pub(super) fn new(journal: &Journal, from: Option<u64>) -> Result<Self> {
        let oldest = journal.first_seq();
        let from = from.unwrap_or(oldest);
        if from < oldest {
            return Err(Error::new(
                Code::Pruned,
                format!("event {from} was pruned: the oldest is {oldest}"),
            ));
        }
        let mut segments: VecDeque<SegmentInfo> = journal.segments().copied().collect();
        while segments.get(1).is_some_and(|second| second.first_seq <= from) {
            segments.pop_front();
        }
        let seq = segments.front().map_or(0, |segment| segment.first_seq);
        Ok(Self {
            vfs: Arc::clone(journal.vfs()),
            dir: journal.dir().to_owned(),
            segments,
            file: None,
            offset: SEGMENT_HEADER_BYTES,
            seq,
            from,
            end: journal.next_seq(),
            placed: false,
            last_offset: journal.end_offset(),
            attempts: if journal.options().read_only { ATTEMPTS } else { 1 },
        })
    }

    /// Replaces `buffer` and `ranges` by the next chunk; `None` at the end. `ranges` has offset and length in `buffer` of
    /// each event.
    ///
    /// # Errors
    /// `ERR_CORRUPT` where damage begins, after everything before it was given; `ERR_PRUNED` when the segment was deleted
    /// meanwhile; `ERR_FORMAT_TOO_NEW`, `ERR_IO`.
    pub fn next_chunk(&mut self, buffer: &mut Vec<u8>, ranges: &mut Vec<u32>) -> Result<Option<Chunk>> {
        while let Some(bytes) = self.next_bytes()? {
            buffer.resize(bytes, 0);
            let chunk = self.fill(buffer, ranges)?;
            if chunk.count > 0 {
                return Ok(Some(chunk));
            }
        }
        Ok(None)
    }

    /// Ends it and lets go of its file; the next chunk is `None`.
    pub fn close(&mut self) {
        self.seq = self.end;
        self.file = None;
    }

    /// Length of the buffer that the next chunk needs, at least one frame; `None` at the end.
    ///
    /// # Errors
    /// As [`next_chunk`](Self::next_chunk).
    pub fn next_bytes(&mut self) -> Result<Option<usize>> {
        loop {
            if self.seq >= self.end || self.from >= self.end {
                return Ok(None);
            }
            let Some(segment) = self.segments.front().copied() else {
                return Ok(None);
            };
            let file = self.open(&segment)?;
            if !self.placed && self.seq < self.from {
                self.skip(&*file, segment)?;
            }
            self.placed = true;
            if let Some(frame) = self.header(&*file, &segment)? {
                let known = self.last_offset.filter(|_| self.segments.len() == 1);
                let room = known.unwrap_or(segment.capacity).saturating_sub(self.offset);
                return Ok(Some(
                    frame.total_bytes().max(room.min(BLOCK_BYTES as u64)) as usize
                ));
            }
            let Some(following) = self.segments.get(1) else {
                return Err(damaged(&segment, self.offset));
            };
            check_continuity(&segment, self.offset, self.seq, following.first_seq)?;
            self.seq = following.first_seq;
            self.segments.pop_front();
            self.file = None;
            self.offset = SEGMENT_HEADER_BYTES;
        }
    }

    /// Reads whole frames into `buffer`, which has the length that [`next_bytes`](Self::next_bytes) gave. No event may be among
    /// them.
    ///
    /// # Errors
    /// As [`next_chunk`](Self::next_chunk).
    pub fn fill(&mut self, buffer: &mut [u8], ranges: &mut Vec<u32>) -> Result<Chunk> {
        let Some(segment) = self.segments.front().copied() else {
            return Ok(Chunk::default());
        };
        let file = self.open(&segment)?;
        let mut attempt = 1;
        loop {
            ranges.clear();
            let count = vfs::read_up_to(&*file, buffer, self.offset)
                .map_err(|error| read_error(segment.number, &error))?;
            let before = self.offset;
            let first_seq = self.take_frames(&buffer[..count], &segment, ranges)?;
            if self.offset > before {
                return Ok(Chunk {
                    first_seq,
                    count: ranges.len() as u64 / 2,
                });
            }
            if attempt == self.attempts {
                return Err(damaged(&segment, self.offset));
            }
            attempt += 1;
            thread::sleep(PAUSE);
        }
    }

    /// Goes through the frames in `bytes`, which stand at the place, as far as they are whole and hold; returns the number of
    /// the first event in `ranges`.
    fn take_frames(&mut self, bytes: &[u8], segment: &SegmentInfo, ranges: &mut Vec<u32>) -> Result<u64> {
        let first_seq = self.seq.max(self.from);
        let mut position = 0;
        while self.seq < self.end {
            let Some(frame) = self.decode(&bytes[position..], segment) else {
                break;
            };
            let start = position + FRAME_HEADER_BYTES;
            let Some(body) = bytes.get(start..start + frame.body_bytes as usize) else {
                break;
            };
            if !frame.body_holds(body) {
                break;
            }
            let next = check_frame(&frame, Kind::Events)?;
            if frame.kind == FrameKind::Events as u8 {
                self.add_ranges(&frame, body, start, ranges)?;
            }
            self.seq = next;
            self.offset += frame.total_bytes();
            // The fill of the last frame may lie beyond what was read.
            position = (position + frame.total_bytes() as usize).min(bytes.len());
        }
        Ok(first_seq)
    }

    /// The table of lengths is believed only as far as it fits the body.
    fn add_ranges(&self, frame: &Frame, body: &[u8], start: usize, ranges: &mut Vec<u32>) -> Result<()> {
        let inconsistent = || {
            let why = "a frame there is none that such a log has";
            Error::corrupt(frame.segment, frame.offset, why)
        };
        let table_bytes = frame.count as usize * 4;
        let table = body.get(..table_bytes).ok_or_else(inconsistent)?;
        let mut offset = table_bytes;
        for (seq, length) in (frame.seq..).zip(table.chunks_exact(4)) {
            let length = u32::from_le_bytes(length.try_into().expect("four bytes"));
            let end = offset + length as usize;
            if end > body.len() {
                return Err(inconsistent());
            }
            if seq >= self.from && seq < self.end {
                ranges.push((start + offset) as u32);
                ranges.push(length);
            }
            offset = end;
        }
        if offset != body.len() && !mutations::is_off(Point::CheckEventLengths) {
            return Err(inconsistent());
        }
        Ok(())
    }

    /// The header of the frame at the place, when one holds.
    fn header(&self, file: &dyn File, segment: &SegmentInfo) -> Result<Option<Frame>> {
        let must_hold = self
            .segments
            .get(1)
            .is_none_or(|following| self.seq < following.first_seq);
        let mut bytes = [0; FRAME_HEADER_BYTES];
        let mut attempt = 1;
        loop {
            let count = vfs::read_up_to(file, &mut bytes, self.offset)
                .map_err(|error| read_error(segment.number, &error))?;
            let frame = self.decode(&bytes[..count], segment);
            if frame.is_some() || !must_hold || attempt == self.attempts {
                return Ok(frame);
            }
            attempt += 1;
            thread::sleep(PAUSE);
        }
    }

    fn decode(&self, bytes: &[u8], segment: &SegmentInfo) -> Option<Frame> {
        let frame = Frame::decode(bytes, segment.salt, segment.number, self.offset)?;
        let expected = frame.seq == self.seq || mutations::is_off(Point::CheckFrameNumber);
        (expected && frame.fits(segment.capacity)).then_some(frame)
    }

    /// Goes to the frame that has event `from`, checking those before it.
    fn skip(&mut self, file: &dyn File, segment: SegmentInfo) -> Result<()> {
        let mut walker = Walker::new(file, Kind::Events, segment);
        loop {
            (self.offset, self.seq) = (walker.offset, walker.seq);
            match walker.step()? {
                Step::Frame(_) if walker.seq <= self.from => {}
                Step::Frame(_) => return Ok(()),
                Step::End if self.seq < self.from => return Err(damaged(&segment, self.offset)),
                Step::End => return Ok(()),
            }
        }
    }

    fn open(&mut self, segment: &SegmentInfo) -> Result<Arc<dyn File>> {
        if let Some(file) = &self.file {
            return Ok(Arc::clone(file));
        }
        let name = format::segment_name(segment.number);
        match self.vfs.open(&self.dir.join(&name), false) {
            Ok(file) => {
                let file: Arc<dyn File> = file.into();
                self.file = Some(Arc::clone(&file));
                Ok(file)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::new(
                Code::Pruned,
                format!("event {} was pruned while the log was read", self.seq),
            )),
            Err(error) => Err(Error::io(&format!("open {name}"), &error)),
        }
    }
}

fn damaged(segment: &SegmentInfo, offset: u64) -> Error {
    Error::corrupt(segment.number, offset, "what was acknowledged is not there")
}
