//! A log of frames in segment files: lock, recovery, commit, rotation. Knows nothing of what the frames hold.
//!
//! A commit is one write into bytes that the disk already has, one `fdatasync` and one unflushed write of 64 bytes.

use std::collections::VecDeque;
use std::io::IoSlice;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{Code, Error, Result};
use crate::format::{self, Frame, FrameKind, Kind, SegmentHeader};
use crate::mutations::{self, Point};
use crate::vfs::{File, Vfs};

mod commit;
mod handles;
mod open;
mod options;
mod reader;
mod rotate;
mod spare;
mod tail;
mod walk;
mod writer_file;

pub(crate) use open::check_continuity;
pub use options::{Durability, Options, SparePolicy};
pub use reader::{ATTEMPTS, PAUSE};
pub(crate) use walk::{BLOCK_BYTES, Step, Walker, check_frame, read_error};

/// The highest sequence number, so that every one is exact in JavaScript.
pub const MAX_SEQ: u64 = (1 << 53) - 1;

/// What opening found and did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Bytes of a commit in flight that were cut off; 0 when nothing was.
    pub cut_bytes: u64,
    /// Where the cut began.
    pub cut_segment: u64,
    /// Where the cut began.
    pub cut_offset: u64,
    /// Whether the log had been closed in order.
    pub was_closed: bool,
}

/// A segment of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentInfo {
    /// Its number.
    pub number: u64,
    /// Number of its first record.
    pub first_seq: u64,
    /// Length of its file.
    pub capacity: u64,
    /// Its salt.
    pub salt: u64,
}

impl From<SegmentHeader> for SegmentInfo {
    fn from(header: SegmentHeader) -> Self {
        Self {
            number: header.number,
            first_seq: header.first_seq,
            capacity: header.capacity,
            salt: header.salt,
        }
    }
}

/// Where the next body will stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Number of the segment.
    pub segment: u64,
    /// Offset of the body's first byte in the segment's file.
    pub body_offset: u64,
}

/// What is called for every frame when a checkpoint store is opened. A reader that was told of frames and then meets what it
/// cannot read fails with `ERR_CORRUPT`: it may have been beside a writer that gave space back, so its caller forgets what it
/// was told and opens again, [`ATTEMPTS`] times with a [`PAUSE`] between.
pub type Visit<'a> = dyn FnMut(&Frame, &[u8]) -> Result<()> + 'a;

/// The segment that is written.
struct Active {
    file: Arc<dyn File>,
    number: u64,
    capacity: u64,
    salt: u64,
    /// Where the next frame goes.
    offset: u64,
}

enum State {
    Open,
    Poisoned(Error),
    Closed,
}

/// A log of frames.
pub struct Journal {
    vfs: Arc<dyn Vfs>,
    dir: PathBuf,
    kind: Kind,
    options: Options,
    process: u32,
    state: State,
    segments: VecDeque<SegmentInfo>,
    /// None in a reader.
    active: Option<Active>,
    /// None in a reader.
    writer: Option<writer_file::WriterFile>,
    spare: spare::Spare,
    handles: handles::Handles,
    next: u64,
    flushed: u64,
    /// Whether a frame was written since the last frame of kind close.
    unclosed: bool,
    recovery: Recovery,
    /// Reused by every commit.
    scratch: Vec<u8>,
    /// Last, so that it goes last.
    lock: Option<Box<dyn Send>>,
}

impl Journal {
    /// Opens the log in `dir`, or makes it; its parent must exist. Takes the lock and recovers, unless `options` ask for a reader.
    ///
    /// For a checkpoint store every segment is read and `visit` is called for each frame in order; a reader's is called only
    /// for what was acknowledged. For an event log only the last segment is read and `visit` is not called.
    ///
    /// # Errors
    /// `ERR_LOCKED`, `ERR_CORRUPT`, `ERR_FORMAT_TOO_NEW`, `ERR_WRONG_KIND`, `ERR_NO_SPACE`, `ERR_NOT_FOUND` (a reader of nothing),
    /// `ERR_IO`, what `visit` returns.
    pub fn open(
        vfs: Arc<dyn Vfs>,
        dir: &Path,
        kind: Kind,
        options: &Options,
        visit: &mut Visit<'_>,
    ) -> Result<Self> {
        if options.read_only {
            reader::open(vfs, dir, kind, options, visit)
        } else {
            open::open(vfs, dir, kind, options, visit)
        }
    }

    /// Where the next body of this length will stand, after a rotation when the segment has no room for it.
    /// A following [`commit`](Self::commit) of exactly that length stands there.
    ///
    /// # Errors
    /// `ERR_NO_SPACE` or `ERR_IO` when no new segment can be made, which changes nothing; `ERR_POISONED`, `ERR_READ_ONLY`,
    /// `ERR_CLOSED`.
    pub fn place(&mut self, body_bytes: usize) -> Result<Place> {
        self.check_writable()?;
        self.make_room(body_bytes)?;
        let active = self.active.as_ref().expect("a writer has a segment");
        Ok(Place {
            segment: active.number,
            body_offset: active.offset + format::FRAME_HEADER_BYTES as u64,
        })
    }

    /// Writes one frame, and acknowledges it; returns the number of its first record. Cost: one write, one flush (in the
    /// flushed level), one write of 64 bytes.
    ///
    /// # Errors
    /// As [`write`](Self::write) and [`acknowledge`](Self::acknowledge).
    pub fn commit(&mut self, kind: FrameKind, count: u32, body: &[IoSlice<'_>]) -> Result<u64> {
        let seq = self.write(kind, count, body)?;
        self.acknowledge()?;
        Ok(seq)
    }

    /// Makes everything written so far survive a power cut.
    ///
    /// # Errors
    /// `ERR_POISONED`, `ERR_READ_ONLY`, `ERR_CLOSED`; a failed flush, after which the journal is poisoned.
    pub fn flush(&mut self) -> Result<()> {
        self.check_writable()?;
        if self.flushed == self.next {
            return Ok(());
        }
        self.sync_active(Point::FlushOnRequest)?;
        self.write_writer(self.process)
    }

    /// Marks the log as closed in order, flushes, lets go of the lock. A poisoned log is left as it is. A second call does nothing.
    ///
    /// # Errors
    /// What the last writes and the flush give; the journal is closed all the same.
    pub fn close(&mut self) -> Result<()> {
        if matches!(self.state, State::Closed) {
            return Ok(());
        }
        let own = self.vfs.process_id() == self.process;
        let outcome = if own && self.lock.is_some() && matches!(self.state, State::Open) {
            self.write_close()
        } else {
            Ok(())
        };
        self.state = State::Closed;
        if own {
            self.spare.discard(&*self.vfs);
        } else {
            self.spare.forget();
        }
        self.handles.clear();
        self.active = None;
        self.writer = None;
        self.lock = None;
        outcome
    }

    /// Number that the next record gets; a reader's is what was acknowledged when it was opened.
    pub fn next_seq(&self) -> u64 {
        self.next
    }

    /// Number of the first record that is still there.
    pub fn first_seq(&self) -> u64 {
        self.segments.front().map_or(0, |segment| segment.first_seq)
    }

    /// Every record with a lower number survives a power cut.
    pub fn flushed_seq(&self) -> u64 {
        self.flushed
    }

    /// What opening found and did.
    pub fn recovery(&self) -> Recovery {
        self.recovery
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The options it was opened with.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Where the written frames of the last segment end; `None` in a reader.
    pub(crate) fn end_offset(&self) -> Option<u64> {
        self.active.as_ref().map(|active| active.offset)
    }

    /// Its file system.
    pub fn vfs(&self) -> &Arc<dyn Vfs> {
        &self.vfs
    }

    /// The segments, oldest first.
    pub fn segments(&self) -> std::collections::vec_deque::Iter<'_, SegmentInfo> {
        self.segments.iter()
    }

    /// Fills `buf` from a segment's file.
    ///
    /// # Errors
    /// `ERR_CORRUPT` when those bytes are not there, `ERR_IO`, `ERR_CLOSED`, `ERR_POISONED`.
    pub fn read_at(&self, segment: u64, offset: u64, buf: &mut [u8]) -> Result<()> {
        self.check_usable()?;
        let file = match &self.active {
            Some(active) if active.number == segment => Arc::clone(&active.file),
            _ => self.handles.get(&*self.vfs, &self.dir, segment)?,
        };
        let doing = || format!("read {}", format::segment_name(segment));
        let count =
            crate::vfs::read_up_to(&*file, buf, offset).map_err(|error| Error::io(&doing(), &error))?;
        if count < buf.len() {
            return Err(Error::corrupt(segment, offset, "bytes are missing from its file"));
        }
        Ok(())
    }

    /// Removes the oldest segment, durably; the last one stays.
    ///
    /// # Errors
    /// `ERR_IO`, `ERR_POISONED`, `ERR_READ_ONLY`, `ERR_CLOSED`. A failed flush of the directory poisons the journal.
    pub fn drop_oldest(&mut self) -> Result<()> {
        self.check_writable()?;
        if self.segments.len() < 2 {
            return Ok(());
        }
        let number = self.segments[0].number;
        let name = format::segment_name(number);
        self.vfs
            .unlink(&self.dir.join(&name))
            .map_err(|error| Error::io(&format!("delete {name}"), &error))?;
        self.segments.pop_front();
        self.handles.remove(number);
        self.sync_dir(Point::FlushDirectoryAfterPrune)
    }

    /// Errors of a handle that nothing can be asked of any more.
    ///
    /// # Errors
    /// `ERR_CLOSED`, `ERR_POISONED`.
    pub fn check_usable(&self) -> Result<()> {
        if self.vfs.process_id() != self.process {
            return Err(forked());
        }
        match &self.state {
            State::Open => Ok(()),
            State::Poisoned(cause) => Err(Error::poisoned(cause)),
            State::Closed => Err(closed()),
        }
    }

    /// As [`check_usable`](Self::check_usable), for calls that change something.
    ///
    /// # Errors
    /// `ERR_READ_ONLY` besides.
    pub fn check_writable(&self) -> Result<()> {
        self.check_usable()?;
        if self.options.read_only {
            return Err(Error::new(
                Code::ReadOnly,
                "this handle was opened with readOnly; open another one to change something",
            ));
        }
        Ok(())
    }

    /// Makes every later call fail, as after a failed write: for a caller that cannot tell how far it got.
    pub fn poison(&mut self, cause: Error) {
        if matches!(self.state, State::Open) {
            self.state = State::Poisoned(cause);
        }
    }

    /// Poisons with `error` and gives it back.
    fn failed(&mut self, error: Error) -> Error {
        self.poison(error.clone());
        error
    }

    fn sync_dir(&mut self, point: Point) -> Result<()> {
        if mutations::is_off(point) {
            return Ok(());
        }
        self.vfs
            .sync_dir(&self.dir)
            .map_err(|error| self.failed(Error::io("flush the directory", &error)))
    }
}

impl Drop for Journal {
    /// Lets go of the lock and leaves the rest as a killed process would.
    fn drop(&mut self) {
        if self.vfs.process_id() == self.process {
            self.spare.discard(&*self.vfs);
        } else {
            self.spare.forget();
        }
    }
}

/// The handle came into this process by `fork`: two writers would share one lock.
pub(crate) fn forked() -> Error {
    Error::new(
        Code::Poisoned,
        "this handle was opened by another process; open the directory again in this one",
    )
}

/// What every call gives after `close`.
pub(crate) fn closed() -> Error {
    Error::new(Code::Closed, "this handle was closed; open the directory again")
}
