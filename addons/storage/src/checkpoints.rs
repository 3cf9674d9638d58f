//! Named byte strings on a journal, each replaced as a whole; what did not change since an earlier one is not written again.
//!
//! A checkpoint is cut into chunks by its content ([`cut`]); its frame names where each chunk stands and holds those that are
//! new ([`manifest`]). Opening reads every frame into an index; space comes back by dropping the oldest segment.

pub mod cut;
mod gc;
mod index;
mod load;
pub mod manifest;
mod plan;
mod recover;
mod removal;
mod salvage;
mod save;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
pub mod turns;

use std::io::IoSlice;
use std::path::Path;
use std::sync::Arc;

pub use salvage::{Lost, Salvaged, salvage};

use crate::error::{Code, Error, Result};
use crate::format::FrameKind;
use crate::journal::{Journal, Options, Recovery};
use crate::vfs::Vfs;
use index::Index;
use manifest::MAX_ID_BYTES;

/// One checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// Its name.
    pub id: String,
    /// Number of the save: grows with every save.
    pub seq: u64,
    /// Its length.
    pub bytes: u64,
}

/// What a save did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Number of the save.
    pub seq: u64,
    /// Length of the checkpoint.
    pub bytes: u64,
    /// Bytes that went to disk for it.
    pub written_bytes: u64,
}

/// A checkpoint store.
///
/// After a failed write or flush every call but [`close`](Self::close) fails with `ERR_POISONED`. A reader looks at every call
/// whether the writer has gone on.
/// Memory: the index (about 150 bytes a chunk of 16 KiB) and 256 KiB to compare in.
pub struct Checkpoints {
    journal: Journal,
    index: Index,
    scratch: Vec<u8>,
    /// A reader's: what `WRITER` said when the index was made.
    seen: Option<Vec<u8>>,
}

impl Checkpoints {
    /// Opens the store in `dir`, or makes it; its parent must exist. Reads all of it.
    ///
    /// # Errors
    /// As [`Journal::open`]; `ERR_CORRUPT` also for a checkpoint that refers to what is not there.
    pub fn open(vfs: Arc<dyn Vfs>, dir: &Path, options: &Options) -> Result<Self> {
        recover::open(vfs, dir, options)
    }

    /// All checkpoints, oldest save first.
    ///
    /// # Errors
    /// `ERR_CLOSED`, `ERR_POISONED`; a reader's also as [`open`](Self::open).
    pub fn list(&mut self) -> Result<Vec<Info>> {
        self.look()?;
        Ok(self.sorted())
    }

    /// Removes a checkpoint; whether there was one.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    pub fn remove(&mut self, id: &str) -> Result<bool> {
        check_id(id)?;
        self.journal.check_writable()?;
        if self.index.get(id).is_none() {
            return Ok(false);
        }
        let written = self.remove_all(&[id])?;
        self.give_back_some(written);
        Ok(true)
    }

    /// Keeps the `keep` newest and removes the others in one commit; the removed ids, oldest first. Then gives back all
    /// the space that is due.
    ///
    /// # Errors
    /// As [`save`](Self::save).
    pub fn prune(&mut self, keep: usize) -> Result<Vec<String>> {
        self.journal.check_writable()?;
        let mut ids: Vec<String> = self.sorted().into_iter().map(|info| info.id).collect();
        ids.truncate(ids.len().saturating_sub(keep));
        if !ids.is_empty() {
            let names: Vec<&str> = ids.iter().map(String::as_str).collect();
            self.remove_all(&names)?;
        }
        self.give_back_all();
        Ok(ids)
    }

    /// Makes everything saved so far survive a power cut.
    ///
    /// # Errors
    /// As [`Journal::flush`].
    pub fn flush(&mut self) -> Result<()> {
        self.journal.flush()
    }

    /// As [`Journal::close`].
    ///
    /// # Errors
    /// What the last writes give; the store is closed all the same.
    pub fn close(&mut self) -> Result<()> {
        self.journal.close()
    }

    /// Makes every later call but [`close`](Self::close) fail: for a caller that cannot tell how far it got.
    pub fn poison(&mut self, cause: Error) {
        self.journal.poison(cause);
    }

    /// What opening found and did.
    pub fn recovery(&self) -> Recovery {
        self.journal.recovery()
    }

    fn sorted(&self) -> Vec<Info> {
        let info = |(id, manifest): (&str, &manifest::Manifest)| Info {
            id: id.to_owned(),
            seq: manifest.seq,
            bytes: manifest.bytes,
        };
        let mut all: Vec<Info> = self.index.iter().map(info).collect();
        all.sort_unstable_by(|a, b| (a.seq, &a.id).cmp(&(b.seq, &b.id)));
        all
    }

    /// Returns the bytes written.
    fn remove_all(&mut self, ids: &[&str]) -> Result<u64> {
        let body = removal::encode(ids.iter().copied());
        self.journal
            .commit(FrameKind::Removal, 1, &[IoSlice::new(&body)])?;
        for id in ids {
            self.index.remove(id);
        }
        Ok(save::frame_bytes(body.len()))
    }
}

/// # Errors
/// `ERR_INVALID_ARG_TYPE`
fn check_id(id: &str) -> Result<()> {
    if id.is_empty() || id.len() > MAX_ID_BYTES {
        return Err(Error::new(
            Code::InvalidArgType,
            format!(
                "id must have 1 to {MAX_ID_BYTES} bytes of UTF-8, got {}",
                id.len()
            ),
        ));
    }
    Ok(())
}

fn not_found(id: &str) -> Error {
    Error::new(Code::NotFound, format!("there is no checkpoint {id}"))
}
