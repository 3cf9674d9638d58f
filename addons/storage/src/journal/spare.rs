//! The next segment, made before it is needed.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use super::SparePolicy;
use crate::error::{Error, Result};
use crate::format;
use crate::vfs::{self, File, Vfs};

/// Zeros are written and flushed in pieces of this length: a flush of the log beside it never waits for much more than one.
/// Flushed all at once, 8 MiB kept such a flush waiting for 4 to 6 ms.
const PIECE_BYTES: usize = 256 << 10;

static ZEROS: [u8; PIECE_BYTES] = [0; PIECE_BYTES];

/// A file of zeros, flushed.
pub(super) struct Made {
    pub(super) file: Arc<dyn File>,
    pub(super) path: PathBuf,
    capacity: u64,
}

enum Slot {
    Missing,
    Ready(Made),
    Coming(JoinHandle<Option<Made>>),
    /// The last attempt failed: the next rotation makes its own and says why it cannot.
    Failed,
}

/// At most one segment in the making.
pub(super) struct Spare {
    slot: Slot,
    stop: Arc<AtomicBool>,
}

impl Spare {
    pub(super) fn new() -> Self {
        Self {
            slot: Slot::Missing,
            stop: Arc::default(),
        }
    }

    pub(super) fn is_missing(&self) -> bool {
        matches!(self.slot, Slot::Missing)
    }

    /// Starts making one.
    pub(super) fn prepare(&mut self, vfs: &Arc<dyn Vfs>, dir: &Path, capacity: u64, policy: SparePolicy) {
        let (vfs, dir, stop) = (Arc::clone(vfs), dir.to_owned(), Arc::clone(&self.stop));
        let work = move || make(&*vfs, &dir, capacity, Zeros::Written(&stop)).ok();
        self.slot = match policy {
            SparePolicy::Thread => thread::Builder::new()
                .name("pairbench-segment".to_owned())
                .spawn(work)
                .map_or(Slot::Failed, Slot::Coming),
            _ => work().map_or(Slot::Failed, Slot::Ready),
        };
    }

    /// The one that was made if it has this length, else a new one. One that a single frame will fill (`for_one_frame`) is
    /// not written twice: its zeros are only set aside.
    ///
    /// # Errors
    /// `ERR_NO_SPACE`, `ERR_IO`: nothing is left behind.
    pub(super) fn take(
        &mut self,
        vfs: &Arc<dyn Vfs>,
        dir: &Path,
        capacity: u64,
        for_one_frame: bool,
    ) -> Result<Made> {
        match self.wait() {
            Some(made) if made.capacity == capacity => return Ok(made),
            // Still good for a later rotation of ordinary length.
            Some(made) => self.slot = Slot::Ready(made),
            None => {}
        }
        self.stop.store(false, Ordering::Relaxed);
        let zeros = if for_one_frame {
            Zeros::Reserved
        } else {
            Zeros::Written(&self.stop)
        };
        make(&**vfs, dir, capacity, zeros).map_err(|error| Error::io("make a segment", &error))
    }

    /// Stops what is under way and deletes what was made.
    pub(super) fn discard(&mut self, vfs: &dyn Vfs) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(made) = self.wait() {
            let _ = vfs.unlink(&made.path);
        }
    }

    /// For a process that came about by `fork`: the thread is not in it, and the file is the other process's.
    pub(super) fn forget(&mut self) {
        std::mem::forget(std::mem::replace(&mut self.slot, Slot::Missing));
    }

    fn wait(&mut self) -> Option<Made> {
        match std::mem::replace(&mut self.slot, Slot::Missing) {
            Slot::Missing | Slot::Failed => None,
            Slot::Ready(made) => Some(made),
            Slot::Coming(thread) => thread.join().ok().flatten(),
        }
    }
}

/// How a new segment gets its zeros.
enum Zeros<'a> {
    /// Written and flushed, not merely reserved: a block that was only reserved needs a change of metadata, hence a
    /// dearer flush, at its first write. Stops when told to.
    Written(&'a AtomicBool),
    /// Set aside without being written, where the file system can; the flush of the header makes it durable. Its space is there, so that no
    /// later write fails for want of it.
    Reserved,
}

/// A new file of `capacity` zeros.
fn make(vfs: &dyn Vfs, dir: &Path, capacity: u64, zeros: Zeros<'_>) -> io::Result<Made> {
    let path = dir.join(format::spare_name(vfs.random()));
    let file: Arc<dyn File> = vfs.create(&path)?.into();
    let filled = match zeros {
        Zeros::Written(stop) => fill(&*file, capacity, stop),
        Zeros::Reserved => match file.reserve(capacity) {
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                fill(&*file, capacity, &AtomicBool::new(false))
            }
            outcome => outcome,
        },
    };
    match filled {
        Ok(()) => Ok(Made { file, path, capacity }),
        Err(error) => {
            drop(file);
            let _ = vfs.unlink(&path);
            Err(error)
        }
    }
}

fn fill(file: &dyn File, capacity: u64, stop: &AtomicBool) -> io::Result<()> {
    let mut offset = 0;
    while offset < capacity {
        if stop.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let piece = (capacity - offset).min(PIECE_BYTES as u64);
        vfs::write_all(file, &ZEROS[..piece as usize], offset)?;
        file.sync_data()?;
        offset += piece;
    }
    Ok(())
}
