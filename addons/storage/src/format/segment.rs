//! The header of a segment.

use super::{is_hexadecimal, u32_at, u64_at};
use crate::error::{Code, Error, Result};
use crate::mutations::Point;

/// Length of the header; frames follow.
pub const SEGMENT_HEADER_BYTES: u64 = 64;

const MAGIC: [u8; 8] = *b"PBSEG\r\n\x1a";
const VERSION: u16 = 1;

/// What a log holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// An event log.
    Events = 1,
    /// A checkpoint store.
    Checkpoints = 2,
}

/// The header of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentHeader {
    /// What the log holds.
    pub kind: Kind,
    /// Its number, as in its name.
    pub number: u64,
    /// Number of the first record.
    pub first_seq: u64,
    /// Random, different in every segment.
    pub salt: u64,
    /// Length of the file.
    pub capacity: u64,
}

impl SegmentHeader {
    /// The 64 bytes.
    pub fn encode(&self) -> [u8; 64] {
        let mut bytes = [0; 64];
        bytes[0..8].copy_from_slice(&MAGIC);
        bytes[8..10].copy_from_slice(&VERSION.to_le_bytes());
        bytes[10] = self.kind as u8;
        bytes[12..16].copy_from_slice(&(SEGMENT_HEADER_BYTES as u32).to_le_bytes());
        bytes[16..24].copy_from_slice(&self.number.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.first_seq.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.salt.to_le_bytes());
        bytes[40..48].copy_from_slice(&self.capacity.to_le_bytes());
        let crc = crc32fast::hash(&bytes[..60]);
        bytes[60..64].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// Reads the header of segment `number` of a log of `kind`, whose file has `file_bytes`.
    ///
    /// # Errors
    /// `ERR_CORRUPT`, `ERR_FORMAT_TOO_NEW`, `ERR_WRONG_KIND`.
    pub fn decode(bytes: &[u8; 64], number: u64, kind: Kind, file_bytes: u64) -> Result<Self> {
        let damaged = |offset, why| Err(Error::corrupt(number, offset, why));
        if bytes[0..8] != MAGIC {
            return damaged(0, "it does not begin as a segment does");
        }
        if !super::crc_holds(bytes, Point::CheckSegmentHeader) {
            return damaged(0, "the checksum of its header does not hold");
        }
        let version = u16::from_le_bytes([bytes[8], bytes[9]]);
        if version > VERSION {
            return Err(too_new(number, 8));
        }
        let other = match kind {
            Kind::Events => Kind::Checkpoints,
            Kind::Checkpoints => Kind::Events,
        };
        if bytes[10] == other as u8 {
            let message = match kind {
                Kind::Events => "the directory holds checkpoints, not an event log",
                Kind::Checkpoints => "the directory holds an event log, not checkpoints",
            };
            return Err(Error::new(Code::WrongKind, message));
        }
        let header = Self {
            kind,
            number: u64_at(bytes, 16),
            first_seq: u64_at(bytes, 24),
            salt: u64_at(bytes, 32),
            capacity: u64_at(bytes, 40),
        };
        if version != VERSION
            || bytes[10] != kind as u8
            || u64::from(u32_at(bytes, 12)) != SEGMENT_HEADER_BYTES
            || header.number != number
        {
            return damaged(0, "its header is not that of this segment");
        }
        if header.capacity != file_bytes
            || header.capacity < SEGMENT_HEADER_BYTES
            || !header.capacity.is_multiple_of(8)
        {
            return damaged(
                file_bytes.min(header.capacity),
                "its file has not the length it was made with",
            );
        }
        Ok(header)
    }
}

/// Something of a later version of the format.
pub(crate) fn too_new(segment: u64, offset: u64) -> Error {
    Error {
        segment: Some(segment),
        offset: Some(offset),
        ..Error::new(
            Code::FormatTooNew,
            format!("segment {segment} was written by a newer version of this package; use that to read it"),
        )
    }
}

/// `0000000000000007.seg`.
pub fn segment_name(number: u64) -> String {
    format!("{number:016x}.seg")
}

/// The number in the name of a segment; `None` for any other name.
pub fn segment_number(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".seg")?;
    is_hexadecimal(digits).then(|| u64::from_str_radix(digits, 16).ok())?
}
