//! Sections one behind another, each at a multiple of 8.

use super::layout::{ALIGNMENT, HEADER};
use crate::error::{Error, Result};

/// Writes sections.
pub(super) struct SectionWriter {
    bytes: Vec<u8>,
}

impl SectionWriter {
    /// With room for `capacity` bytes; the header is left free.
    pub(super) fn new(capacity: usize) -> Self {
        let mut bytes = Vec::with_capacity(capacity);
        bytes.resize(HEADER, 0);
        Self { bytes }
    }

    fn align(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(ALIGNMENT), 0);
    }

    /// A section of numbers.
    pub(super) fn words<const N: usize>(&mut self, words: impl Iterator<Item = [u8; N]>) {
        self.align();
        for word in words {
            self.bytes.extend_from_slice(&word);
        }
    }

    /// A section of texts.
    pub(super) fn texts<'a>(&mut self, texts: impl Iterator<Item = &'a [u8]>) {
        self.align();
        for text in texts {
            self.bytes.extend_from_slice(text);
        }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads sections.
pub(super) struct SectionReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> SectionReader<'a> {
    /// Of a whole file, behind its header.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: HEADER }
    }

    /// A section of `count` entries of `size` bytes.
    pub(super) fn section(&mut self, count: usize, size: usize) -> Result<&'a [u8]> {
        let start = self.at.next_multiple_of(ALIGNMENT);
        let section = count
            .checked_mul(size)
            .and_then(|length| start.checked_add(length))
            .and_then(|end| self.bytes.get(start..end))
            .ok_or_else(|| Error::damaged("the file is shorter than its counts say"))?;
        self.at = start + section.len();
        Ok(section)
    }

    /// A section of `count` numbers.
    pub(super) fn words<const N: usize>(&mut self, count: usize) -> Result<&'a [[u8; N]]> {
        Ok(self.section(count, N)?.as_chunks().0)
    }

    /// # Errors
    /// `ERR_DAMAGED` where bytes are left.
    pub(super) fn finish(self) -> Result<()> {
        if self.at == self.bytes.len() {
            return Ok(());
        }
        Err(Error::damaged("the file is longer than its counts say"))
    }
}
