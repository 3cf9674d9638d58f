//! Loading a checkpoint.

use super::manifest::{Chunk, Manifest};
use super::{Checkpoints, check_id, not_found};
use crate::error::{Code, Error, Result};
use crate::journal::{ATTEMPTS, Journal};
use crate::mutations::{self, Point};

/// Read at once: few calls, and still in the processor's cache when its CRCs are computed.
const RUN_BYTES: usize = 512 * 1024;

impl Checkpoints {
    /// Length of a checkpoint.
    ///
    /// # Errors
    /// `ERR_NOT_FOUND`, `ERR_CLOSED`, `ERR_POISONED`.
    pub fn size(&mut self, id: &str) -> Result<u64> {
        check_id(id)?;
        self.look()?;
        Ok(self.manifest(id)?.bytes)
    }

    /// The bytes of a checkpoint. Cost: a read of a run of neighbouring chunks at a time, a CRC over each byte.
    ///
    /// # Errors
    /// `ERR_NOT_FOUND`, `ERR_CORRUPT`, `ERR_CLOSED`, `ERR_POISONED`, `ERR_IO`; `ERR_TOO_LARGE` when memory has no room for it.
    pub fn load(&mut self, id: &str) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        while !self.load_into(id, &mut out)? {
            let bytes = usize::try_from(self.manifest(id)?.bytes).unwrap_or(usize::MAX);
            out.clear();
            if out.try_reserve_exact(bytes).is_err() {
                let message = format!("{bytes} bytes do not fit into memory; read less at once");
                return Err(Error::new(Code::TooLarge, message));
            }
            out.resize(bytes, 0);
        }
        Ok(out)
    }

    /// Fills `out` with the bytes of a checkpoint. False when they are not as many as `out` has room for (see [`size`](Self::size)).
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_into(&mut self, id: &str, out: &mut [u8]) -> Result<bool> {
        check_id(id)?;
        self.look()?;
        let mut attempt = 1;
        loop {
            let manifest = self.manifest(id)?;
            if manifest.bytes != out.len() as u64 {
                return Ok(false);
            }
            match read_chunks(&self.journal, &manifest.chunks, out) {
                // The writer may have moved the checkpoint and dropped the segment.
                Err(error) if error.code == Code::Corrupt && self.is_reader() && attempt < ATTEMPTS => {
                    attempt += 1;
                    self.look_anew()?;
                }
                outcome => return outcome.map(|()| true),
            }
        }
    }

    fn manifest(&self, id: &str) -> Result<&Manifest> {
        self.index.get(id).ok_or_else(|| not_found(id))
    }
}

/// Reads `chunks` one after the other into `out`, which they fill.
///
/// # Errors
/// `ERR_CORRUPT` with the place of the chunk whose bytes are not what they were.
pub(super) fn read_chunks(journal: &Journal, chunks: &[Chunk], mut out: &mut [u8]) -> Result<()> {
    let mut rest = chunks;
    while !rest.is_empty() {
        let (run, after) = rest.split_at(run_length(rest));
        let bytes: usize = run.iter().map(|chunk| chunk.length as usize).sum();
        let (target, behind) = out.split_at_mut(bytes);
        journal.read_at(run[0].segment, run[0].offset, target)?;
        let mut content = &*target;
        for chunk in run {
            let (bytes, next) = content.split_at(chunk.length as usize);
            if crc32fast::hash(bytes) != chunk.crc && !mutations::is_off(Point::CheckChunk) {
                let why = "a chunk of a checkpoint does not have the checksum it was written with";
                return Err(Error::corrupt(chunk.segment, chunk.offset, why));
            }
            content = next;
        }
        (rest, out) = (after, behind);
    }
    Ok(())
}

/// How many of `chunks`, at least one, stand one after the other and are read at once.
fn run_length(chunks: &[Chunk]) -> usize {
    let first = &chunks[0];
    let mut bytes = 0;
    let count = chunks
        .iter()
        .take_while(|chunk| {
            let contiguous = chunk.segment == first.segment && chunk.offset == first.offset + bytes as u64;
            bytes += chunk.length as usize;
            contiguous && bytes <= RUN_BYTES
        })
        .count();
    count.max(1)
}
