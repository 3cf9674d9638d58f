//! Saving a checkpoint.

use std::io::IoSlice;

use super::manifest::{Manifest, encoded_bytes};
use super::plan::plan;
use super::{Checkpoints, Saved, check_id};
use crate::error::{Code, Error, Result};
use crate::format::{FRAME_HEADER_BYTES, FrameKind, round_up};

impl Checkpoints {
    /// Saves `bytes` under `id`, replacing what was there. Cost: one pass over `bytes`, one write of what is new, one flush.
    /// Memory: the list of chunks; the bytes are not copied.
    ///
    /// # Errors
    /// `ERR_TOO_LARGE`, `ERR_NO_SPACE`, `ERR_POISONED`, `ERR_READ_ONLY`, `ERR_CLOSED`, `ERR_IO`; `ERR_INVALID_ARG_TYPE` for an id
    /// that is empty or longer than 512 bytes.
    pub fn save(&mut self, id: &str, bytes: &[u8]) -> Result<Saved> {
        check_id(id)?;
        self.journal.check_writable()?;
        let most = self.journal.options().max_bytes;
        if bytes.len() > most {
            let message = format!(
                "checkpoint has {} bytes, more than the {most} that maxBytes allows",
                bytes.len()
            );
            return Err(Error::new(Code::TooLarge, message));
        }
        let base = self.index.get(id).or_else(|| self.index.newest());
        let base = base.map_or(&[][..], |manifest| &manifest.chunks);
        let plan = plan(bytes, base, &self.index, &self.journal, &mut self.scratch);

        let table_bytes = encoded_bytes(plan.count(), id);
        let body_bytes = table_bytes + plan.new_bytes();
        let place = self.journal.place(body_bytes)?;
        let seq = self.journal.next_seq();
        let parts: Vec<&[u8]> = plan.new_parts(bytes).collect();
        let manifest = Manifest {
            seq,
            bytes: bytes.len() as u64,
            home: place.segment,
            chunks: plan.place(place.segment, place.body_offset + table_bytes as u64),
        };
        self.commit(id, &manifest, &parts)?;
        self.index.insert(id, manifest);
        let written_bytes = frame_bytes(body_bytes);
        self.give_back_some(written_bytes);
        Ok(Saved {
            seq,
            bytes: bytes.len() as u64,
            written_bytes,
        })
    }

    /// Writes the frame of a manifest that knows its place.
    pub(super) fn commit(&mut self, id: &str, manifest: &Manifest, new_parts: &[&[u8]]) -> Result<u64> {
        let table = manifest.encode(id);
        let mut body = Vec::with_capacity(new_parts.len() + 1);
        body.push(IoSlice::new(&table));
        body.extend(new_parts.iter().map(|part| IoSlice::new(part)));
        self.journal.commit(FrameKind::Checkpoint, 1, &body)
    }
}

/// Bytes of a frame with a body of this length.
pub(super) fn frame_bytes(body_bytes: usize) -> u64 {
    round_up((FRAME_HEADER_BYTES + body_bytes) as u64)
}
