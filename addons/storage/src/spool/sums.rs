//! The checksums of an output: one CRC a block, in a file of their own.

use std::ops::Range;

use super::output::reading;
use crate::error::{Code, Error, Result};
use crate::mutations::{self, Point};
use crate::vfs::{self, File};

/// Length of a block.
pub const BLOCK_BYTES: usize = 65_536;
const MAGIC: [u8; 8] = *b"PBSUM\r\n\x1a";
const VERSION: u32 = 1;
const HEADER_BYTES: usize = 24;
const CRC_BYTES: usize = 4;

/// The whole file for an output of `bytes` bytes.
pub(super) fn encode(crcs: &[u32], bytes: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER_BYTES + CRC_BYTES * (crcs.len() + 1));
    out.extend_from_slice(&header(bytes));
    for crc in crcs {
        out.extend_from_slice(&crc.to_le_bytes());
    }
    let crc = crc32fast::hash(&out);
    out.extend_from_slice(&crc.to_le_bytes());
    out
}

fn header(bytes: u64) -> [u8; HEADER_BYTES] {
    let mut out = [0; HEADER_BYTES];
    out[..8].copy_from_slice(&MAGIC);
    out[8..12].copy_from_slice(&VERSION.to_le_bytes());
    out[12..16].copy_from_slice(&(BLOCK_BYTES as u32).to_le_bytes());
    out[16..].copy_from_slice(&bytes.to_le_bytes());
    out
}

/// The blocks that a range of bytes touches.
pub(super) fn blocks(range: &Range<u64>) -> Range<u64> {
    let block = BLOCK_BYTES as u64;
    let first = range.start / block;
    first..if range.is_empty() {
        first
    } else {
        range.end.div_ceil(block)
    }
}

/// Reads and checks the whole file, 64 KiB at a time, and returns the CRCs of `wanted` blocks.
///
/// # Errors
/// `ERR_CORRUPT` also when they are not those of an output of `bytes` bytes; `ERR_IO`.
pub(super) fn read(file: &dyn File, id: &str, bytes: u64, wanted: &Range<u64>) -> Result<Vec<u32>> {
    let damaged = || Error {
        offset: Some(0),
        ..Error::new(
            Code::Corrupt,
            format!("the checksums of the output {id} are damaged"),
        )
    };
    let rows = bytes.div_ceil(BLOCK_BYTES as u64) + 1;
    let size = HEADER_BYTES as u64 + rows * CRC_BYTES as u64;
    // Before anything is allocated: the lengths of both files bound everything below.
    if file.len().map_err(reading)? != size {
        return Err(damaged());
    }
    let mut crcs = Vec::with_capacity((wanted.end - wanted.start) as usize);
    let mut buffer = vec![0; size.min(BLOCK_BYTES as u64) as usize];
    let mut hasher = crc32fast::Hasher::new();
    let mut at = 0;
    while at < size {
        let length = (size - at).min(BLOCK_BYTES as u64) as usize;
        let piece = &mut buffer[..length];
        if vfs::read_up_to(file, piece, at).map_err(reading)? != length {
            return Err(damaged());
        }
        let skipped = if at == 0 { HEADER_BYTES } else { 0 };
        if piece[..skipped] != header(bytes)[..skipped] {
            return Err(damaged());
        }
        // Pieces and rows are multiples of 4 bytes: no row is cut in two.
        let first_row = (at as usize + skipped - HEADER_BYTES) / CRC_BYTES;
        for (row, crc) in (first_row as u64..).zip(piece[skipped..].chunks_exact(CRC_BYTES)) {
            if wanted.contains(&row) {
                crcs.push(u32::from_le_bytes([crc[0], crc[1], crc[2], crc[3]]));
            }
        }
        at += length as u64;
        let (content, own) = piece.split_at(if at == size { length - CRC_BYTES } else { length });
        hasher.update(content);
        let holds = own.is_empty() || own == hasher.clone().finalize().to_le_bytes();
        if !holds && !mutations::is_off(Point::CheckSums) {
            return Err(damaged());
        }
    }
    Ok(crcs)
}
