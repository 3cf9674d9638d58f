//! New segments.

use std::sync::Arc;

use super::{Active, Journal, SparePolicy};
use crate::error::{Error, Result};
use crate::format::{self, FRAME_HEADER_BYTES, SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::mutations::{self, Point};
use crate::vfs;

impl Journal {
    pub(super) fn has_room(&self, body_bytes: usize) -> bool {
        self.active
            .as_ref()
            .is_some_and(|active| frame_bytes(body_bytes) <= active.capacity - active.offset)
    }

    /// Goes on to a new segment when a body of this length does not fit into the present one.
    pub(super) fn make_room(&mut self, body_bytes: usize) -> Result<()> {
        if self.has_room(body_bytes) {
            return Ok(());
        }
        if self.flushed < self.next {
            // Frames of the new segment may be on disk before any later flush: those before them must be there first.
            self.sync_active(Point::FlushBeforeRotation)?;
        }
        let capacity = self
            .ordinary_bytes()
            .max(SEGMENT_HEADER_BYTES + frame_bytes(body_bytes));
        self.add_segment(capacity)
    }

    /// Makes the next segment, durably. A failure before it has its name changes nothing.
    pub(super) fn add_segment(&mut self, capacity: u64) -> Result<()> {
        let for_one_frame = capacity > self.ordinary_bytes();
        let made = self.spare.take(&self.vfs, &self.dir, capacity, for_one_frame)?;
        let header = SegmentHeader {
            kind: self.kind,
            number: self.segments.back().map_or(0, |segment| segment.number + 1),
            first_seq: self.next,
            salt: self.vfs.random(),
            capacity,
        };
        let name = format::segment_name(header.number);
        let named = vfs::write_all(&*made.file, &header.encode(), 0)
            .and_then(|()| match mutations::is_off(Point::FlushSegmentHeader) {
                true => Ok(()),
                false => made.file.sync_all(),
            })
            .and_then(|()| self.vfs.rename(&made.path, &self.dir.join(&name)));
        if let Err(error) = named {
            // Best effort: the next writer that opens deletes what is left of it.
            let _ = self.vfs.unlink(&made.path);
            return Err(Error::io(&format!("make {name}"), &error));
        }
        // From here on a power cut may keep the new name: if that cannot be made sure, frames must not go on in the old segment.
        self.sync_dir(Point::FlushDirectoryAfterRotation)?;
        self.segments.push_back(header.into());
        let sealed = self.active.replace(Active {
            file: Arc::clone(&made.file),
            number: header.number,
            capacity,
            salt: header.salt,
            offset: SEGMENT_HEADER_BYTES,
        });
        if let Some(sealed) = sealed {
            self.handles.put(sealed.number, sealed.file);
        }
        Ok(())
    }

    /// Has the next segment made when a quarter of the present one is used: late enough that a small log never pays for it.
    pub(super) fn prepare_spare(&mut self) {
        let due = self
            .active
            .as_ref()
            .is_some_and(|active| active.offset - SEGMENT_HEADER_BYTES > active.capacity / 4);
        if due && self.spare.is_missing() && self.options.spare != SparePolicy::Never {
            let capacity = self.ordinary_bytes();
            self.spare
                .prepare(&self.vfs, &self.dir, capacity, self.options.spare);
        }
    }

    /// Length of a segment whose frames are not too large for one.
    pub(super) fn ordinary_bytes(&self) -> u64 {
        format::round_up(self.options.segment_bytes.max(SEGMENT_HEADER_BYTES))
    }
}

fn frame_bytes(body_bytes: usize) -> u64 {
    format::round_up((FRAME_HEADER_BYTES + body_bytes) as u64)
}
