//! Writing frames and acknowledging them.

use std::io::IoSlice;

use super::{Journal, MAX_SEQ};
use crate::Durability;
use crate::error::{Code, Error, Result};
use crate::format::{self, FRAME_HEADER_BYTES, Frame, FrameKind, MAX_BODY_BYTES};
use crate::mutations::{self, Point};
use crate::vfs;

/// Up to here a frame is put together in one buffer: copying is cheaper than more slices.
const COPY_BYTES: usize = 64 << 10;

impl Journal {
    /// Writes one frame without acknowledging it; returns the number of its first record. Several may be written
    /// before [`acknowledge`](Self::acknowledge), which promises all of them.
    ///
    /// # Errors
    /// `ERR_TOO_LARGE` when the body is more than a frame can have, `ERR_NO_SPACE` or `ERR_IO` when no new segment can be made, which
    /// change nothing; a failed write, after which the journal is poisoned; `ERR_POISONED`, `ERR_READ_ONLY`, `ERR_CLOSED`.
    pub fn write(&mut self, kind: FrameKind, count: u32, body: &[IoSlice<'_>]) -> Result<u64> {
        self.check_writable()?;
        let body_bytes: usize = body.iter().map(|part| part.len()).sum();
        if body_bytes > MAX_BODY_BYTES {
            return Err(Error::new(
                Code::TooLarge,
                format!("a commit of {body_bytes} bytes is more than the {MAX_BODY_BYTES} that one can have"),
            ));
        }
        if u64::from(count) > MAX_SEQ - self.next {
            return Err(Error::new(Code::TooLarge, "the log has no more sequence numbers"));
        }
        self.make_room(body_bytes)?;
        self.write_frame(kind, count, body, body_bytes)
    }

    /// Promises everything written so far: flushed in the flushed level, and known to readers.
    ///
    /// # Errors
    /// A failed flush or write, after which the journal is poisoned; `ERR_POISONED`, `ERR_READ_ONLY`, `ERR_CLOSED`.
    pub fn acknowledge(&mut self) -> Result<()> {
        self.check_writable()?;
        if self.options.durability == Durability::Flushed && self.flushed < self.next {
            self.sync_active(Point::FlushFrame)?;
        }
        self.write_writer(self.process)?;
        self.prepare_spare();
        Ok(())
    }

    /// The frame fits: see [`make_room`](Self::make_room).
    fn write_frame(
        &mut self,
        kind: FrameKind,
        count: u32,
        body: &[IoSlice<'_>],
        body_bytes: usize,
    ) -> Result<u64> {
        let active = self.active.as_mut().expect("a writer has a segment");
        let seq = self.next;
        let frame = Frame {
            body_crc: format::body_crc(body),
            body_bytes: body_bytes as u32,
            count,
            seq,
            flushed: self.flushed,
            kind: kind as u8,
            flags: 0,
            segment: active.number,
            offset: active.offset,
        };
        let header = frame.encode(active.salt);
        let total = frame.total_bytes();
        let fill = total as usize - FRAME_HEADER_BYTES - body_bytes;
        let written = if body_bytes <= COPY_BYTES {
            self.scratch.clear();
            self.scratch.extend_from_slice(&header);
            for part in body {
                self.scratch.extend_from_slice(part);
            }
            self.scratch.resize(total as usize, 0);
            vfs::write_all(&*active.file, &self.scratch, active.offset)
        } else {
            let mut parts = Vec::with_capacity(body.len() + 2);
            parts.push(IoSlice::new(&header));
            parts.extend(body.iter().map(|part| IoSlice::new(part)));
            parts.push(IoSlice::new(&[0; 8][..fill]));
            vfs::write_all_vectored(&*active.file, &mut parts, active.offset)
        };
        if let Err(error) = written {
            let doing = format!("write {}", format::segment_name(frame.segment));
            return Err(self.failed(Error::io(&doing, &error)));
        }
        active.offset += total;
        self.next = seq + u64::from(count);
        self.unclosed = kind != FrameKind::Close;
        Ok(seq)
    }

    pub(super) fn sync_active(&mut self, point: Point) -> Result<()> {
        let active = self.active.as_ref().expect("a writer has a segment");
        if !mutations::is_off(point)
            && let Err(error) = active.file.sync_data()
        {
            let doing = format!("flush {}", format::segment_name(active.number));
            return Err(self.failed(Error::io(&doing, &error)));
        }
        self.flushed = self.next;
        Ok(())
    }

    /// Everything written so far is acknowledged. Comes after the flush that it speaks of.
    pub(super) fn write_writer(&mut self, pid: u32) -> Result<()> {
        let writer = self.writer.as_mut().expect("a writer has WRITER");
        writer
            .write(pid, self.next, self.flushed)
            .map_err(|error| self.failed(Error::io("write WRITER", &error)))
    }

    /// The last frame, flush and word of a log that is closed in order.
    pub(super) fn write_close(&mut self) -> Result<()> {
        if self.unclosed && self.has_room(0) {
            self.write_frame(FrameKind::Close, 0, &[], 0)?;
            self.sync_active(Point::FlushAtClose)?;
        } else if self.flushed < self.next {
            self.sync_active(Point::FlushAtClose)?;
        }
        self.write_writer(0)
    }
}
