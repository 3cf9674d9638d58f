//! Large outputs as files of one directory, their checksums beside them (FORMAT.md, Spool).

mod names;
mod output;
mod sums;
mod writer;

#[cfg(test)]
mod crash_tests;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use sums::BLOCK_BYTES;
pub use writer::SpoolWriter;

use crate::error::{Code, Error, Result};
use crate::journal::Durability;
use crate::mutations::{self, Point};
use crate::vfs::{File, Vfs};
use names::{Kind, Name};

/// One output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub id: String,
    /// Its length so far.
    pub bytes: u64,
    /// False for one that is being written, or whose writer died.
    pub complete: bool,
}

/// Outputs in one directory. Holds nothing in memory and no file open between calls; several processes may share it.
#[derive(Clone)]
pub struct Spool {
    vfs: Arc<dyn Vfs>,
    dir: PathBuf,
    durability: Durability,
}

/// An output and the file it is in.
struct Found {
    entry: Entry,
    name: String,
}

impl Spool {
    /// Opens the spool in `dir`, or makes it; its parent must exist.
    ///
    /// # Errors
    /// `ERR_NO_SPACE`, `ERR_IO`.
    pub fn open(vfs: Arc<dyn Vfs>, dir: &Path, durability: Durability) -> Result<Self> {
        match vfs.create_dir(dir) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(Error::io("make the directory", &error));
            }
            _ => {}
        }
        let spool = Self {
            vfs,
            dir: dir.to_owned(),
            durability,
        };
        // Also where it was there: whoever made it may have died before this.
        let parent = match dir.parent() {
            Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
            Some(parent) => parent,
            None => return Ok(spool),
        };
        if spool.flushes(Point::FlushSpoolParent) {
            let flushed = spool.vfs.sync_dir(parent);
            flushed.map_err(|error| Error::io("flush the directory above", &error))?;
        }
        Ok(spool)
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Begins an output, of a random id when none is given.
    ///
    /// # Errors
    /// `ERR_EXISTS` when an output of this id is there, finished or not; `ERR_INVALID_ARG_TYPE`, `ERR_NO_SPACE`, `ERR_IO`.
    pub fn create(&self, id: Option<&str>) -> Result<SpoolWriter> {
        let id = id.map_or_else(|| format!("{:016x}", self.vfs.random()), str::to_owned);
        names::check(&id)?;
        let making = |error| Error::io("make an output", &error);
        let before = self.files_of(&id).map_err(making)?;
        if before.iter().any(Name::is_output) {
            return Err(exists(&id));
        }
        // The sums of an output that was removed: a crash must not find them beside the new one.
        if before.iter().any(|name| name.kind == Kind::Sum) {
            let orphans = before.iter().filter(|name| name.kind == Kind::Sum);
            self.unlink(orphans).map_err(making)?;
        }
        let name = names::part(&id, self.vfs.random());
        let path = self.dir.join(&name);
        let file = self.vfs.create(&path).map_err(making)?;
        // Another process may have looked at the same time: whoever sees the other one lets it be.
        let taken = self.files_of(&id).map_err(making).and_then(|files| {
            match files.iter().any(|file| file.is_output() && file.name != name) {
                true => Err(exists(&id)),
                false => Ok(()),
            }
        });
        if let Err(error) = taken {
            drop(file);
            self.vfs.unlink(&path).map_err(making)?;
            return Err(error);
        }
        Ok(SpoolWriter::new(self.clone(), id, file, name))
    }

    /// Bytes `start` to `end`, both clipped to the output's length, each block that they touch checked. `unverified` also reads
    /// an output that was never finished. Memory besides the result: 128 KiB.
    ///
    /// # Errors
    /// `ERR_NOT_FOUND`, `ERR_INCOMPLETE`, `ERR_CORRUPT`, `ERR_INVALID_ARG_TYPE`, `ERR_TOO_LARGE`, `ERR_IO`.
    pub fn read(&self, id: &str, start: u64, end: u64, unverified: bool) -> Result<Vec<u8>> {
        names::check(id)?;
        let reading = |error| Error::io("read an output", &error);
        // The sums first: a removal takes the output first, so what is found here is not half removed.
        let sum = self.open_file(&names::sum(id)).map_err(reading)?;
        let out = self.open_file(&names::out(id)).map_err(reading)?;
        if let (Some(sum), Some(out)) = (sum, out) {
            return output::read_verified(&*out, &*sum, id, start, end);
        }
        let found = self
            .files_of(id)
            .and_then(|files| self.outputs(&files))
            .map_err(reading)?;
        let Some(found) = longest(found) else {
            return Err(not_found(id));
        };
        if !unverified {
            let message = format!(
                "the output {id} was never finished; read it with unverified, nothing vouches for its bytes"
            );
            return Err(Error::new(Code::Incomplete, message));
        }
        match self.open_file(&found.name).map_err(reading)? {
            Some(file) => output::read_unverified(&*file, start, end),
            None => Err(not_found(id)),
        }
    }

    /// What is known of one output.
    ///
    /// # Errors
    /// `ERR_NOT_FOUND`, `ERR_INVALID_ARG_TYPE`, `ERR_IO`.
    pub fn stat(&self, id: &str) -> Result<Entry> {
        names::check(id)?;
        let found = self.files_of(id).and_then(|files| self.outputs(&files));
        let found = found.map_err(|error| Error::io("look for an output", &error))?;
        longest(found)
            .map(|found| found.entry)
            .ok_or_else(|| not_found(id))
    }

    /// All outputs, by id.
    ///
    /// # Errors
    /// `ERR_IO`
    pub fn list(&self) -> Result<Vec<Entry>> {
        let found = self.files().and_then(|files| self.outputs(&files));
        let found = found.map_err(|error| Error::io("list the outputs", &error))?;
        let mut by_id: BTreeMap<String, Vec<Found>> = BTreeMap::new();
        for output in found {
            by_id.entry(output.entry.id.clone()).or_default().push(output);
        }
        Ok(by_id
            .into_values()
            .filter_map(longest)
            .map(|found| found.entry)
            .collect())
    }

    /// Removes an output, finished or not; whether there was one.
    ///
    /// # Errors
    /// `ERR_INVALID_ARG_TYPE`, `ERR_IO`.
    pub fn remove(&self, id: &str) -> Result<bool> {
        names::check(id)?;
        let removing = |error| Error::io("remove an output", &error);
        let files = self.files_of(id).map_err(removing)?;
        if files.is_empty() {
            return Ok(false);
        }
        self.unlink(files.iter()).map_err(removing)?;
        Ok(files.iter().any(Name::is_output))
    }

    /// The output itself first: without it, its sums are nobody's.
    fn unlink<'a>(&self, names: impl Iterator<Item = &'a Name>) -> io::Result<()> {
        let mut names: Vec<&Name> = names.collect();
        names.sort_by_key(|name| !name.is_output());
        for name in names {
            match self.vfs.unlink(&self.dir.join(&name.name)) {
                // Another process was faster.
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        if self.flushes(Point::FlushSpoolRemoval) {
            self.vfs.sync_dir(&self.dir)
        } else {
            Ok(())
        }
    }

    /// The files of the spool, sorted, so that whatever is done with them is done in the same order everywhere.
    fn files(&self) -> io::Result<Vec<Name>> {
        let mut names: Vec<Name> = self
            .vfs
            .list(&self.dir)?
            .into_iter()
            .filter_map(|name| Name::parse(name.to_str()?))
            .collect();
        names.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(names)
    }

    fn files_of(&self, id: &str) -> io::Result<Vec<Name>> {
        let mut files = self.files()?;
        files.retain(|file| file.id == id);
        Ok(files)
    }

    /// The outputs among `files`, with their lengths. A file without its sums may be half an output.
    fn outputs(&self, files: &[Name]) -> io::Result<Vec<Found>> {
        let mut found = Vec::new();
        for file in files.iter().filter(|file| file.is_output()) {
            let Some(open) = self.open_file(&file.name)? else {
                continue;
            };
            let has_sums = files
                .iter()
                .any(|other| other.kind == Kind::Sum && other.id == file.id);
            let entry = Entry {
                id: file.id.clone(),
                bytes: open.len()?,
                complete: file.kind == Kind::Out && has_sums,
            };
            found.push(Found {
                entry,
                name: file.name.clone(),
            });
        }
        Ok(found)
    }

    /// `None` when it is not there, or is a link, which no output is.
    fn open_file(&self, name: &str) -> io::Result<Option<Box<dyn File>>> {
        match self.vfs.open(&self.dir.join(name), false) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound || is_link(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether this level flushes.
    fn flushes(&self, point: Point) -> bool {
        self.durability == Durability::Flushed && !mutations::is_off(point)
    }
}

fn is_link(error: &io::Error) -> bool {
    #[cfg(unix)]
    return error.raw_os_error() == Some(libc::ELOOP);
    #[cfg(not(unix))]
    return false;
}

/// Of several files of one id the finished one, else the longest.
fn longest(found: Vec<Found>) -> Option<Found> {
    // The first of equal ones, as `max_by_key` would not give.
    found
        .into_iter()
        .rev()
        .max_by_key(|found| (found.entry.complete, found.entry.bytes))
}

fn exists(id: &str) -> Error {
    Error::new(
        Code::Exists,
        format!("an output {id} is there; remove it first, or take another id"),
    )
}

fn not_found(id: &str) -> Error {
    Error::new(Code::NotFound, format!("there is no output {id}"))
}

/// `offset` is the first byte of the output that cannot be trusted.
fn damaged(id: &str, offset: u64) -> Error {
    let message = format!("the output {id} is damaged at byte {offset}");
    Error {
        offset: Some(offset),
        ..Error::new(Code::Corrupt, message)
    }
}
