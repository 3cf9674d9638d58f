//! Opening as a reader: no lock, nothing changed, only what was acknowledged.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::open::{self, End};
use super::{Journal, Options, SegmentInfo, Step, Visit, Walker, tail};
use crate::error::{Code, Error, Result};
use crate::format::{Frame, Kind, WriterState};
use crate::mutations::{self, Point};
use crate::vfs::Vfs;

/// What looks damaged may have been looked at while it was written or removed: so often it is looked at.
pub const ATTEMPTS: u32 = 5;
/// Between two looks.
pub const PAUSE: Duration = Duration::from_millis(2);

pub(super) fn open(
    vfs: Arc<dyn Vfs>,
    dir: &Path,
    kind: Kind,
    options: &Options,
    visit: &mut Visit<'_>,
) -> Result<Journal> {
    let mut attempt = 1;
    loop {
        let mut told = false;
        let mut tell = |frame: &Frame, body: &[u8]| {
            told = true;
            visit(frame, body)
        };
        match look(Arc::clone(&vfs), dir, kind, options, &mut tell) {
            // What `visit` was told cannot be taken back: then the caller has to begin anew.
            Err(error) if error.code == Code::Corrupt && !told && attempt < ATTEMPTS => {
                attempt += 1;
                thread::sleep(PAUSE);
            }
            outcome => return outcome,
        }
    }
}

fn look(
    vfs: Arc<dyn Vfs>,
    dir: &Path,
    kind: Kind,
    options: &Options,
    visit: &mut Visit<'_>,
) -> Result<Journal> {
    // Before the names are listed: what is acknowledged by then is in a segment that is there by then.
    let said = match open::read_writer(&*vfs, dir) {
        // Not a directory, or none.
        Err(_) if is_nothing(&*vfs, dir) => return Err(nothing()),
        other => other?,
    };
    if is_nothing(&*vfs, dir) {
        return Err(nothing());
    }
    let found = open::list(&*vfs, dir)?;
    let segments = open::read_segments(&*vfs, dir, kind, &found.segments)?;
    let mut journal = open::blank(vfs, dir, kind, options);
    journal.segments = segments;
    let Some(last) = journal.segments.back().copied() else {
        return Err(nothing());
    };
    let promised = journal.promised(said, &last)?;
    let limit = promised.unwrap_or(u64::MAX);
    if kind == Kind::Checkpoints {
        journal.visit_sealed(limit, visit)?;
    } else if let Some(limit) = promised {
        // Replay finds what is damaged below the limit; beyond it nothing is looked at.
        journal.promise(limit, said);
        return Ok(journal);
    }
    let file = journal.handles.get(&*journal.vfs, dir, last.number)?;
    let mut end = End::default();
    let mut walker = Walker::new(&*file, kind, last);
    while walker.seq < limit
        && let Step::Frame(frame) = walker.step()?
    {
        end.last = Some(frame);
        if kind == Kind::Checkpoints {
            visit(&frame, walker.body(&frame))?;
        }
    }
    if let Some(limit) = promised {
        if walker.seq < limit.max(last.first_seq) {
            let why = "what was acknowledged is not there";
            return Err(Error::corrupt(last.number, walker.offset, why));
        }
        journal.promise(limit, said);
        return Ok(journal);
    }
    tail::examine(&*file, &last, &walker, said.map(|said| said.flushed))?;
    // A reader cuts nothing.
    journal.recovery = end.recovery(said, walker.seq, &last, walker.offset, walker.offset);
    (journal.next, journal.flushed) = (walker.seq, walker.seq);
    // A writer that has opened meanwhile may have had a commit in flight while it was read here.
    let since = limit_of(open::read_writer(&*journal.vfs, dir)?, journal.vfs.boot_id());
    if since.is_some_and(|since| since < journal.next) {
        let why = "it was being written while it was read";
        return Err(Error::corrupt(last.number, walker.offset, why));
    }
    Ok(journal)
}

impl Journal {
    /// The number up to which a reader hands out records; `None` when all there are.
    fn promised(&self, said: Option<WriterState>, last: &SegmentInfo) -> Result<Option<u64>> {
        let limit = limit_of(said, self.vfs.boot_id());
        let no_boot_id = said.is_some_and(|said| said.boot_id == [0; 16]);
        let Some(acknowledged) = limit.filter(|_| no_boot_id) else {
            return Ok(limit);
        };
        // It may be of an earlier boot, and then old; what the last frame says was flushed was acknowledged too.
        let file = self.handles.get(&*self.vfs, &self.dir, last.number)?;
        let mut walker = Walker::new(&*file, self.kind, *last);
        let mut flushed = 0;
        while let Step::Frame(frame) = walker.step()? {
            flushed = frame.flushed;
        }
        Ok(Some(acknowledged.max(flushed)))
    }

    /// What a writer that may be alive has acknowledged.
    fn promise(&mut self, limit: u64, said: Option<WriterState>) {
        self.next = limit.max(self.first_seq());
        self.flushed = said.map_or(0, |said| said.flushed).min(self.next);
    }
}

/// The number up to which a writer that may be alive has acknowledged; `None` when there is none.
fn limit_of(said: Option<WriterState>, boot_id: [u8; 16]) -> Option<u64> {
    let said = said?;
    let alive = said.pid != 0 && (said.boot_id == boot_id || said.boot_id == [0; 16]);
    (alive && !mutations::is_off(Point::CheckReaderLimit)).then_some(said.acknowledged)
}

fn is_nothing(vfs: &dyn Vfs, dir: &Path) -> bool {
    match vfs.list(dir) {
        Err(error) => matches!(
            error.kind(),
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
        ),
        Ok(_) => false,
    }
}

fn nothing() -> Error {
    Error::new(
        Code::NotFound,
        "there is no log in this directory to read; a writer makes one when it opens",
    )
}
