//! From frames to the index.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use super::index::Index;
use super::manifest::{Manifest, Position};
use super::{Checkpoints, removal};
use crate::error::{Code, Error, Result};
use crate::format::{FRAME_HEADER_BYTES, Frame, FrameKind, Kind, WRITER_BYTES, WRITER_NAME};
use crate::journal::{ATTEMPTS, Journal, Options, PAUSE};
use crate::vfs::{self, Vfs};

/// Opens a store; a reader tries a few times, because the writer beside it may be giving space back.
pub(super) fn open(vfs: Arc<dyn Vfs>, dir: &Path, options: &Options) -> Result<Checkpoints> {
    let mut attempt = 1;
    loop {
        // Before the frames are read: what changes meanwhile is then noticed at the next look.
        let seen = options.read_only.then(|| writer_bytes(&*vfs, dir));
        match open_once(Arc::clone(&vfs), dir, options) {
            Err(error) if options.read_only && error.code == Code::Corrupt && attempt < ATTEMPTS => {
                attempt += 1;
                thread::sleep(PAUSE);
            }
            outcome => {
                let (journal, index) = outcome?;
                return Ok(Checkpoints {
                    journal,
                    index,
                    scratch: Vec::new(),
                    seen,
                });
            }
        }
    }
}

fn open_once(vfs: Arc<dyn Vfs>, dir: &Path, options: &Options) -> Result<(Journal, Index)> {
    // Only the latest manifest of each id is put into the index, once all are known.
    let mut latest: HashMap<String, Manifest> = HashMap::new();
    let journal = Journal::open(vfs, dir, Kind::Checkpoints, options, &mut |frame, body| {
        visit(&mut latest, frame, body)
    })?;
    let mut index = Index::default();
    for (id, manifest) in latest {
        check_references(&journal, &manifest)?;
        index.insert(&id, manifest);
    }
    Ok((journal, index))
}

/// Takes over what one frame says.
pub(super) fn visit(latest: &mut HashMap<String, Manifest>, frame: &Frame, body: &[u8]) -> Result<()> {
    let body_offset = frame.offset + FRAME_HEADER_BYTES as u64;
    let damaged = |why: &str| Error::corrupt(frame.segment, body_offset, why);
    match FrameKind::of(frame.kind) {
        Some(FrameKind::Checkpoint) => {
            let position = Position {
                segment: frame.segment,
                body_offset,
                seq: frame.seq,
            };
            let (id, manifest) = Manifest::decode(body, position)
                .map_err(|why| damaged(&format!("the checkpoint there {why}")))?;
            latest.insert(id, manifest);
        }
        Some(FrameKind::Removal) => removal::decode(body, |id| {
            latest.remove(id);
        })
        .map_err(|why| damaged(&format!("the removal there {why}")))?,
        _ => {}
    }
    Ok(())
}

/// Every chunk must lie in a segment that is there. (A manifest that was replaced may refer to one that is gone.)
pub(super) fn check_references(journal: &Journal, manifest: &Manifest) -> Result<()> {
    let first = journal.segments().next().map_or(0, |segment| segment.number);
    for chunk in &manifest.chunks {
        let position = chunk
            .segment
            .checked_sub(first)
            .and_then(|position| usize::try_from(position).ok());
        let segment = position.and_then(|position| journal.segments().nth(position));
        if segment.is_none_or(|segment| chunk.offset + u64::from(chunk.length) > segment.capacity) {
            let why = "a checkpoint refers to bytes that are not there";
            return Err(Error::corrupt(chunk.segment, chunk.offset, why));
        }
    }
    Ok(())
}

/// What `WRITER` holds; nothing when it cannot be read.
fn writer_bytes(vfs: &dyn Vfs, dir: &Path) -> Vec<u8> {
    let mut bytes = vec![0; WRITER_BYTES];
    let read = vfs
        .open(&dir.join(WRITER_NAME), false)
        .and_then(|file| vfs::read_up_to(&*file, &mut bytes, 0));
    bytes.truncate(read.unwrap_or(0));
    bytes
}

impl Checkpoints {
    /// Errors of a handle that is closed or poisoned. A reader begins anew when the writer has done something since.
    pub(super) fn look(&mut self) -> Result<()> {
        self.journal.check_usable()?;
        let Some(seen) = &self.seen else { return Ok(()) };
        if writer_bytes(&**self.journal.vfs(), self.journal.dir()) != *seen {
            self.look_anew()?;
        }
        Ok(())
    }

    /// A reader begins anew.
    pub(super) fn look_anew(&mut self) -> Result<()> {
        let (vfs, dir, options) = (self.journal.vfs(), self.journal.dir(), self.journal.options());
        let anew = open(Arc::clone(vfs), dir, options)?;
        self.journal = anew.journal;
        self.index = anew.index;
        self.seen = anew.seen;
        Ok(())
    }

    pub(super) fn is_reader(&self) -> bool {
        self.seen.is_some()
    }
}
