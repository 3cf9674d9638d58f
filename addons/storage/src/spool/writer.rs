//! An output on its way to disk.

use std::io;

use super::output::{allocate, clip, reading};
use super::sums::{self, BLOCK_BYTES};
use super::{Entry, Spool, damaged, names};
use crate::error::{Code, Error, Result};
use crate::mutations::Point;
use crate::vfs::{self, File};

/// Writes one output. Holds at most a block of 64 KiB of it, and 4 bytes for each block before.
///
/// Dropping it leaves what was written as an incomplete output, as the end of the process would.
pub struct SpoolWriter {
    spool: Spool,
    id: String,
    /// Closed after `finish` and `abort`.
    file: Option<Box<dyn File>>,
    crcs: Vec<u32>,
    block: Vec<u8>,
    in_file: u64,
    part: String,
    /// The files of this output, those made first in front.
    names: Vec<String>,
    failure: Option<Error>,
}

impl SpoolWriter {
    pub(super) fn new(spool: Spool, id: String, file: Box<dyn File>, part: String) -> Self {
        Self {
            spool,
            id,
            file: Some(file),
            crcs: Vec::new(),
            block: Vec::with_capacity(BLOCK_BYTES),
            in_file: 0,
            names: vec![part.clone()],
            part,
            failure: None,
        }
    }

    /// Its name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Bytes written so far.
    pub fn bytes(&self) -> u64 {
        self.in_file + self.block.len() as u64
    }

    /// Adds bytes to the output.
    ///
    /// # Errors
    /// `ERR_NO_SPACE`, `ERR_IO`, then `ERR_POISONED`; `ERR_CLOSED`.
    pub fn write(&mut self, chunk: &[u8]) -> Result<()> {
        self.check()?;
        let mut rest = chunk;
        if !self.block.is_empty() {
            let fits = rest.len().min(BLOCK_BYTES - self.block.len());
            self.block.extend_from_slice(&rest[..fits]);
            rest = &rest[fits..];
            if self.block.len() < BLOCK_BYTES {
                return Ok(());
            }
            self.write_block()?;
        }
        // Whole blocks need no copy.
        let (whole, rest) = rest.split_at(rest.len() - rest.len() % BLOCK_BYTES);
        if !whole.is_empty() {
            self.write_blocks(whole)?;
        }
        self.block.extend_from_slice(rest);
        Ok(())
    }

    /// Bytes `start` to `end`, both clipped to what was written so far.
    ///
    /// # Errors
    /// `ERR_IO`, `ERR_CORRUPT`, `ERR_TOO_LARGE`, `ERR_CLOSED`, `ERR_POISONED`.
    pub fn read(&self, start: u64, end: u64) -> Result<Vec<u8>> {
        let file = self.check()?;
        let range = clip(start, end, self.bytes());
        let mut result = allocate(range.end - range.start)?;
        let from_file = range.end.min(self.in_file).saturating_sub(range.start) as usize;
        let (stored, buffered) = result.split_at_mut(from_file);
        let read = vfs::read_up_to(file, stored, range.start).map_err(reading)?;
        if read != from_file {
            return Err(damaged(&self.id, range.start + read as u64));
        }
        let block_from = range.start.saturating_sub(self.in_file) as usize;
        buffered.copy_from_slice(&self.block[block_from..block_from + buffered.len()]);
        Ok(result)
    }

    /// Completes the output.
    ///
    /// # Errors
    /// As [`write`](Self::write). What is left then is for [`abort`](Self::abort).
    pub fn finish(&mut self) -> Result<Entry> {
        self.check()?;
        let bytes = self.bytes();
        if !self.block.is_empty() {
            self.write_block()?;
        }
        if let Err(error) = self.name_it() {
            return Err(self.failed("finish an output", &error));
        }
        self.release();
        Ok(Entry {
            id: self.id.clone(),
            bytes,
            complete: true,
        })
    }

    /// Drops the output and its files. Nothing after `finish` or another `abort`.
    ///
    /// # Errors
    /// `ERR_IO`
    pub fn abort(&mut self) -> Result<()> {
        if self.file.is_none() {
            return Ok(());
        }
        self.release();
        // The last made first: an output without its sums is at least never taken for a whole one.
        for name in self.names.iter().rev() {
            let removed = self.spool.vfs.unlink(&self.spool.dir.join(name));
            removed.map_err(|error| Error::io("drop an output", &error))?;
        }
        Ok(())
    }

    /// Makes every later call but [`abort`](Self::abort) fail: for a caller that cannot tell how far it got.
    pub fn poison(&mut self, cause: Error) {
        self.failure.get_or_insert(cause);
    }

    fn name_it(&mut self) -> io::Result<()> {
        let vfs = self.spool.vfs.clone();
        if let Some(file) = &self.file
            && self.spool.flushes(Point::FlushOutput)
        {
            file.sync_data()?;
        }
        let temporary = names::temporary(&self.id, vfs.random());
        let sum = vfs.create(&self.spool.dir.join(&temporary))?;
        self.names.push(temporary.clone());
        vfs::write_all(&*sum, &sums::encode(&self.crcs, self.in_file), 0)?;
        if self.spool.flushes(Point::FlushSums) {
            sum.sync_data()?;
        }
        drop(sum);
        self.rename(&temporary, names::sum(&self.id))?;
        self.rename(&self.part.clone(), names::out(&self.id))?;
        if self.spool.flushes(Point::FlushSpoolDirectory) {
            vfs.sync_dir(&self.spool.dir)
        } else {
            Ok(())
        }
    }

    fn rename(&mut self, from: &str, to: String) -> io::Result<()> {
        let dir = &self.spool.dir;
        self.spool.vfs.rename(&dir.join(from), &dir.join(&to))?;
        self.names.retain(|name| name != from);
        self.names.push(to);
        Ok(())
    }

    fn write_block(&mut self) -> Result<()> {
        let mut block = std::mem::take(&mut self.block);
        let outcome = self.write_blocks(&block);
        block.clear();
        self.block = block;
        outcome
    }

    /// All whole but the last one of the output.
    fn write_blocks(&mut self, bytes: &[u8]) -> Result<()> {
        let Some(file) = &self.file else {
            return Err(self.closed());
        };
        self.crcs.extend(bytes.chunks(BLOCK_BYTES).map(crc32fast::hash));
        match vfs::write_all(&**file, bytes, self.in_file) {
            Ok(()) => {
                self.in_file += bytes.len() as u64;
                Ok(())
            }
            Err(error) => Err(self.failed("write an output", &error)),
        }
    }

    /// After a failure nothing is known of the files, so nothing more is written.
    fn failed(&mut self, doing: &str, error: &io::Error) -> Error {
        let error = Error::io(doing, error);
        self.failure = Some(error.clone());
        error
    }

    fn release(&mut self) {
        self.file = None;
        self.block = Vec::new();
    }

    fn check(&self) -> Result<&dyn File> {
        let file = self.file.as_deref().ok_or_else(|| self.closed())?;
        match &self.failure {
            Some(failure) => Err(Error::poisoned(failure)),
            None => Ok(file),
        }
    }

    fn closed(&self) -> Error {
        Error::new(
            Code::Closed,
            format!("the output {} was finished or dropped here", self.id),
        )
    }
}
