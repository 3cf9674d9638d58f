//! The header of a frame, and which frames hold.

use std::io::IoSlice;

use super::{round_up, u32_at, u64_at};
use crate::mutations::{self, Point};

/// Length of a frame's header.
pub const FRAME_HEADER_BYTES: usize = 40;
/// The longest body.
pub const MAX_BODY_BYTES: usize = 1 << 30;

/// What the body of a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum FrameKind {
    /// Events: their lengths, then their bytes.
    Events = 1,
    /// A checkpoint.
    Checkpoint = 2,
    /// Ids whose checkpoints are removed.
    Removal = 3,
    /// The log was closed in order.
    Close = 4,
}

impl FrameKind {
    /// The kind of this number, when version 1 has it.
    pub fn of(number: u8) -> Option<Self> {
        [Self::Events, Self::Checkpoint, Self::Removal, Self::Close]
            .into_iter()
            .find(|kind| *kind as u8 == number)
    }
}

/// The header of a frame, as it stands on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// CRC of the body.
    pub body_crc: u32,
    /// Length of the body.
    pub body_bytes: u32,
    /// Sequence numbers it takes.
    pub count: u32,
    /// Number of its first record.
    pub seq: u64,
    /// Every record with a lower number had been flushed before it was written.
    pub flushed: u64,
    /// Number of its kind, see [`FrameKind::of`].
    pub kind: u8,
    /// All 0 in version 1.
    pub flags: u8,
    /// Segment it stands in; not part of the bytes.
    pub segment: u64,
    /// Offset of its header in the segment's file; not part of the bytes.
    pub offset: u64,
}

impl Frame {
    /// The 40 bytes, in a segment with this salt.
    pub fn encode(&self, salt: u64) -> [u8; FRAME_HEADER_BYTES] {
        let mut bytes = [0; FRAME_HEADER_BYTES];
        bytes[4..8].copy_from_slice(&self.body_crc.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.body_bytes.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.count.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.seq.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.flushed.to_le_bytes());
        bytes[32] = self.kind;
        bytes[33] = self.flags;
        let crc = header_crc(salt, &bytes);
        bytes[0..4].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// The header at the start of `bytes`, when there is one whose CRC holds under this salt. Never panics, never allocates.
    pub fn decode(bytes: &[u8], salt: u64, segment: u64, offset: u64) -> Option<Self> {
        let bytes: &[u8; FRAME_HEADER_BYTES] = bytes.first_chunk()?;
        if !mutations::is_off(Point::CheckFrameHeader) && u32_at(bytes, 0) != header_crc(salt, bytes) {
            return None;
        }
        Some(Self {
            body_crc: u32_at(bytes, 4),
            body_bytes: u32_at(bytes, 8),
            count: u32_at(bytes, 12),
            seq: u64_at(bytes, 16),
            flushed: u64_at(bytes, 24),
            kind: bytes[32],
            flags: bytes[33],
            segment,
            offset,
        })
    }

    /// Whether `body` is the one it was written with.
    pub fn body_holds(&self, body: &[u8]) -> bool {
        body.len() == self.body_bytes as usize
            && (mutations::is_off(Point::CheckFrameBody) || crc32fast::hash(body) == self.body_crc)
    }

    /// Bytes from its header to the next frame.
    pub fn total_bytes(&self) -> u64 {
        round_up(FRAME_HEADER_BYTES as u64 + u64::from(self.body_bytes))
    }

    /// Whether it lies within `capacity` bytes, and its body is not longer than any can be.
    pub fn fits(&self, capacity: u64) -> bool {
        self.body_bytes as usize <= MAX_BODY_BYTES
            && self
                .offset
                .checked_add(self.total_bytes())
                .is_some_and(|end| end <= capacity)
    }

    /// The number after its last record; `None` when there is no such number.
    pub fn next_seq(&self) -> Option<u64> {
        self.seq.checked_add(u64::from(self.count))
    }
}

fn header_crc(salt: u64, bytes: &[u8; FRAME_HEADER_BYTES]) -> u32 {
    // One buffer: two updates cost more than the copy.
    let mut input = [0; FRAME_HEADER_BYTES + 4];
    input[..8].copy_from_slice(&salt.to_le_bytes());
    input[8..].copy_from_slice(&bytes[4..]);
    crc32fast::hash(&input)
}

/// The CRC of a body in several parts.
pub fn body_crc(parts: &[IoSlice<'_>]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize()
}
