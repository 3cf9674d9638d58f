//! The bytes of FORMAT.md: segment header, frame header, `WRITER`. Plain encoding and decoding, no files.

mod frame;
mod segment;
mod writer;

pub use frame::{FRAME_HEADER_BYTES, Frame, FrameKind, MAX_BODY_BYTES, body_crc};
pub(crate) use segment::too_new;
pub use segment::{Kind, SEGMENT_HEADER_BYTES, SegmentHeader, segment_name, segment_number};
pub use writer::{WRITER_BYTES, WriterState};

use crate::mutations::{self, Point};

/// Name of the file that holds the lock.
pub const LOCK_NAME: &str = "LOCK";
/// Name of the file that says who writes.
pub const WRITER_NAME: &str = "WRITER";

/// The next multiple of 8.
pub const fn round_up(bytes: u64) -> u64 {
    bytes.next_multiple_of(8)
}

/// Name of a segment in the making.
pub fn spare_name(random: u64) -> String {
    format!("spare-{random:016x}.tmp")
}

/// Whether a file is a segment in the making.
pub fn is_spare(name: &str) -> bool {
    name.strip_prefix("spare-")
        .and_then(|rest| rest.strip_suffix(".tmp"))
        .is_some_and(is_hexadecimal)
}

/// 16 lower-case hexadecimal digits.
fn is_hexadecimal(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    u32::from_le_bytes(bytes[offset..offset + 4].try_into().expect("four bytes"))
}

fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    u64::from_le_bytes(bytes[offset..offset + 8].try_into().expect("eight bytes"))
}

/// Whether the last four of these 64 bytes are the CRC of the others.
fn crc_holds(bytes: &[u8; 64], point: Point) -> bool {
    mutations::is_off(point) || u32_at(bytes, 60) == crc32fast::hash(&bytes[..60])
}
