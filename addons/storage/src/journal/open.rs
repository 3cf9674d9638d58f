//! Opening as the writer: the lock, recovery, a new log.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::walk::read_error;
use super::writer_file::{self, WriterFile};
use super::{
    Active, Journal, Options, Recovery, SegmentInfo, State, Step, Visit, Walker, handles, spare, tail,
};
use crate::error::{Code, Error, Result};
use crate::format::{self, Frame, FrameKind, Kind, LOCK_NAME, SegmentHeader, WriterState};
use crate::mutations::{self, Point};
use crate::vfs::{self, File, Vfs};

/// Zeros are written over a torn tail in pieces of this length.
static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

pub(super) fn open(
    vfs: Arc<dyn Vfs>,
    dir: &Path,
    kind: Kind,
    options: &Options,
    visit: &mut Visit<'_>,
) -> Result<Journal> {
    let is_new = match vfs.create_dir(dir) {
        Ok(()) => true,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
        Err(error) => return Err(Error::io("make the directory", &error)),
    };
    let lock = take_lock(&*vfs, dir, options)?;
    let said = read_writer(&*vfs, dir)?;
    let found = list(&*vfs, dir)?;
    for name in &found.spares {
        match vfs.unlink(&dir.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Error::io(&format!("delete {name}"), &error));
            }
            _ => {}
        }
    }
    let segments = read_segments(&*vfs, dir, kind, &found.segments)?;
    let mut journal = blank(vfs, dir, kind, options);
    journal.lock = Some(lock);
    journal.segments = segments;
    if journal.segments.is_empty() {
        journal.begin(said, is_new)?;
    } else {
        journal.recover(said, visit)?;
    }
    let writer = WriterFile::open(&*journal.vfs, dir).map_err(|error| Error::io("open WRITER", &error))?;
    journal.writer = Some(writer);
    journal.write_writer(journal.process)?;
    Ok(journal)
}

/// A journal that has read nothing yet.
pub(super) fn blank(vfs: Arc<dyn Vfs>, dir: &Path, kind: Kind, options: &Options) -> Journal {
    Journal {
        process: vfs.process_id(),
        vfs,
        dir: dir.to_owned(),
        kind,
        options: options.clone(),
        state: State::Open,
        segments: VecDeque::new(),
        active: None,
        writer: None,
        spare: spare::Spare::new(),
        handles: handles::Handles::default(),
        next: 0,
        flushed: 0,
        unclosed: false,
        recovery: Recovery::default(),
        scratch: Vec::new(),
        lock: None,
    }
}

/// A refusal names the process that wrote last, if it can be the one: `WRITER` is of this boot.
fn take_lock(vfs: &dyn Vfs, dir: &Path, options: &Options) -> Result<Box<dyn Send>> {
    vfs.lock(&dir.join(LOCK_NAME), options.lock_wait)
        .map_err(|error| {
            if error.code != Code::Locked {
                return error;
            }
            let said = writer_file::read(vfs, dir).ok().flatten();
            Error::locked(
                said.filter(|said| said.pid != 0 && said.boot_id == vfs.boot_id())
                    .map(|said| said.pid),
            )
        })
}

pub(super) fn read_writer(vfs: &dyn Vfs, dir: &Path) -> Result<Option<WriterState>> {
    writer_file::read(vfs, dir).map_err(|error| Error::io("read WRITER", &error))
}

/// What stands in a directory, foreign names aside.
pub(super) struct Found {
    pub(super) segments: Vec<u64>,
    spares: Vec<String>,
}

pub(super) fn list(vfs: &dyn Vfs, dir: &Path) -> Result<Found> {
    let names = vfs
        .list(dir)
        .map_err(|error| Error::io("list the directory", &error))?;
    let mut found = Found {
        segments: Vec::new(),
        spares: Vec::new(),
    };
    for name in names.iter().filter_map(|name| name.to_str()) {
        if let Some(number) = format::segment_number(name) {
            found.segments.push(number);
        } else if format::is_spare(name) {
            found.spares.push(name.to_owned());
        }
    }
    found.segments.sort_unstable();
    Ok(found)
}

/// Reads every header. Step 2 of recovery.
pub(super) fn read_segments(
    vfs: &dyn Vfs,
    dir: &Path,
    kind: Kind,
    numbers: &[u64],
) -> Result<VecDeque<SegmentInfo>> {
    let mut segments: VecDeque<SegmentInfo> = VecDeque::with_capacity(numbers.len());
    for &number in numbers {
        if let Some(before) = segments.back()
            && before.number + 1 != number
        {
            return Err(Error::corrupt(before.number + 1, 0, "its file is missing"));
        }
        let name = format::segment_name(number);
        let file = match vfs.open(&dir.join(&name), false) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(Error::corrupt(number, 0, "its file is missing"));
            }
            other => other.map_err(|error| Error::io(&format!("open {name}"), &error))?,
        };
        let length = file.len().map_err(|error| read_error(number, &error))?;
        let mut bytes = [0; 64];
        let count = vfs::read_up_to(&*file, &mut bytes, 0).map_err(|error| read_error(number, &error))?;
        if count < bytes.len() {
            return Err(Error::corrupt(
                number,
                length,
                "its file has not the length it was made with",
            ));
        }
        let segment = SegmentInfo::from(SegmentHeader::decode(&bytes, number, kind, length)?);
        let goes_on = segments
            .back()
            .is_none_or(|before| before.first_seq <= segment.first_seq);
        if !goes_on || segment.first_seq > super::MAX_SEQ {
            return Err(Error::corrupt(
                number,
                0,
                "its header is not that of this segment",
            ));
        }
        segments.push_back(segment);
    }
    Ok(segments)
}

impl Journal {
    /// A new log: segment 0.
    fn begin(&mut self, said: Option<WriterState>, is_new: bool) -> Result<()> {
        // What was flushed cannot be without any segment.
        if said.is_some_and(|said| said.flushed > 0) && !mutations::is_off(Point::CheckFlushedByWriter) {
            return Err(Error::corrupt(0, 0, "its file is missing"));
        }
        self.recovery.was_closed = true;
        self.sync_parent(is_new)?;
        self.add_segment(self.ordinary_bytes())
    }

    /// Before the first segment: then wherever a segment is, the directory's own name is known to survive, whichever process
    /// made the directory and whenever it died.
    fn sync_parent(&self, is_new: bool) -> Result<()> {
        let parent = match self.dir.parent() {
            Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
            Some(parent) => parent,
            None => return Ok(()),
        };
        if mutations::is_off(Point::FlushParent) {
            return Ok(());
        }
        match self.vfs.sync_dir(parent) {
            // A parent that may not be read is not one that this user made the directory in.
            Err(error) if is_new || error.kind() != io::ErrorKind::PermissionDenied => {
                Err(Error::io("flush the directory above", &error))
            }
            _ => Ok(()),
        }
    }

    /// Steps 3 to 8 of recovery.
    fn recover(&mut self, said: Option<WriterState>, visit: &mut Visit<'_>) -> Result<()> {
        let last = *self.segments.back().expect("a log has a segment");
        let name = format::segment_name(last.number);
        let file: Arc<dyn File> = self
            .vfs
            .open(&self.dir.join(&name), true)
            .map_err(|error| Error::io(&format!("open {name}"), &error))?
            .into();
        if !mutations::is_off(Point::FlushAtOpen) {
            file.sync_data()
                .map_err(|error| Error::io(&format!("flush {name}"), &error))?;
        }
        self.sync_dir(Point::FlushDirectoryAtOpen)?;
        if self.kind == Kind::Checkpoints {
            self.visit_sealed(u64::MAX, visit)?;
        }
        let mut end = End::default();
        let mut walker = Walker::new(&*file, self.kind, last);
        while let Step::Frame(frame) = walker.step()? {
            end.last = Some(frame);
            if self.kind == Kind::Checkpoints {
                visit(&frame, walker.body(&frame))?;
            }
        }
        let tail = tail::examine(&*file, &last, &walker, said.map(|said| said.flushed))?;
        let (offset, next) = (walker.offset, walker.seq);
        drop(walker);
        self.recovery = end.recovery(said, next, &last, offset, tail.dirty_end);
        self.unclosed = end
            .last
            .map_or(next > 0, |frame| frame.kind != FrameKind::Close as u8);
        self.next = next;
        let proven = end
            .last
            .map_or(last.first_seq, |frame| frame.flushed)
            .max(said.map_or(0, |said| said.flushed));
        self.make_firm(&*file, &last, proven, offset..tail.dirty_end)
            .map_err(|error| Error::io(&format!("recover {name}"), &error))?;
        self.flushed = next;
        self.active = Some(Active {
            file,
            number: last.number,
            capacity: last.capacity,
            salt: last.salt,
            offset,
        });
        Ok(())
    }

    /// Walks every segment but the last, up to number `limit`. Step 5 of recovery, for a log that is read as a whole.
    pub(super) fn visit_sealed(&mut self, limit: u64, visit: &mut Visit<'_>) -> Result<()> {
        for (segment, following) in self.segments.iter().zip(self.segments.iter().skip(1)) {
            let file = self.handles.get(&*self.vfs, &self.dir, segment.number)?;
            let mut walker = Walker::new(&*file, self.kind, *segment);
            while walker.seq < limit
                && let Step::Frame(frame) = walker.step()?
            {
                visit(&frame, walker.body(&frame))?;
            }
            check_continuity(segment, walker.offset, walker.seq, following.first_seq.min(limit))?;
        }
        Ok(())
    }

    /// Writes once more the frames that nothing proves flushed, zeros over a torn tail, and flushes both.
    ///
    /// Once more: after a failed flush a system may show bytes that it will never write, and call them clean. The
    /// process that saw the failure is gone, so this one cannot know.
    fn make_firm(
        &self,
        file: &dyn File,
        segment: &SegmentInfo,
        proven: u64,
        torn: std::ops::Range<u64>,
    ) -> io::Result<()> {
        let mut wrote = false;
        let mut walker = Walker::new(file, self.kind, *segment);
        while !mutations::is_off(Point::RewriteAtOpen)
            && let Ok(Step::Frame(frame)) = walker.step()
        {
            // A frame of kind close takes no number, so its own is compared, not its last record's.
            if frame.seq >= proven {
                let header = frame.encode(segment.salt);
                vfs::write_all(file, &header, frame.offset)?;
                vfs::write_all(file, walker.body(&frame), frame.offset + header.len() as u64)?;
                wrote = true;
            }
        }
        let mut tail = vec![0; (torn.end - torn.start) as usize];
        vfs::read_up_to(file, &mut tail, torn.start)?;
        let mut offset = torn.start;
        while offset < torn.end && !mutations::is_off(Point::EraseTail) {
            let piece = (torn.end - offset).min(ZEROS.len() as u64);
            vfs::write_all(file, &ZEROS[..piece as usize], offset)?;
            offset += piece;
            wrote = true;
        }
        if !wrote || mutations::is_off(Point::FlushErasedTail) {
            return Ok(());
        }
        let flushed = file.sync_data();
        if flushed.is_err() {
            // Put back what is still on the medium, so that the next writer sees that there is something to erase.
            let _ = vfs::write_all(file, &tail, torn.start);
        }
        flushed
    }
}

/// Whether a walk has come as far as the following segment says it must.
///
/// # Errors
/// `ERR_CORRUPT` with the place where it stopped.
pub(crate) fn check_continuity(segment: &SegmentInfo, offset: u64, reached: u64, must: u64) -> Result<()> {
    if reached == must || mutations::is_off(Point::CheckContinuity) {
        return Ok(());
    }
    Err(Error::corrupt(
        segment.number,
        offset,
        "what follows in the next segment does not follow from here; salvage copies what is whole",
    ))
}

/// What a walk through the last segment has found.
#[derive(Default)]
pub(super) struct End {
    pub(super) last: Option<Frame>,
}

impl End {
    pub(super) fn recovery(
        &self,
        said: Option<WriterState>,
        next: u64,
        segment: &SegmentInfo,
        offset: u64,
        dirty_end: u64,
    ) -> Recovery {
        let ends_with_close = self
            .last
            .is_some_and(|frame| frame.kind == FrameKind::Close as u8);
        // The close of a full segment has no frame, and that of a log without records needs none.
        let says_closed = said.is_some_and(|said| said.pid == 0 && said.acknowledged == next);
        let cut_bytes = dirty_end - offset;
        Recovery {
            cut_bytes,
            cut_segment: if cut_bytes > 0 { segment.number } else { 0 },
            cut_offset: if cut_bytes > 0 { offset } else { 0 },
            was_closed: ends_with_close || says_closed,
        }
    }
}
