//! The file `WRITER`.

use super::{u32_at, u64_at};
use crate::mutations::Point;

/// Length of the file.
pub const WRITER_BYTES: usize = 64;

const MAGIC: [u8; 8] = *b"PBWRITER";
const VERSION: u32 = 1;

/// Who writes, and how far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriterState {
    /// Process of the writer; 0 after it closed.
    pub pid: u32,
    /// The time since the machine started; all zero where the system does not say.
    pub boot_id: [u8; 16],
    /// The number after the last acknowledged one.
    pub acknowledged: u64,
    /// The same for what had been flushed.
    pub flushed: u64,
}

impl WriterState {
    /// The 64 bytes.
    pub fn encode(&self) -> [u8; WRITER_BYTES] {
        let mut bytes = [0; WRITER_BYTES];
        bytes[0..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.pid.to_le_bytes());
        bytes[16..32].copy_from_slice(&self.boot_id);
        bytes[32..40].copy_from_slice(&self.acknowledged.to_le_bytes());
        bytes[40..48].copy_from_slice(&self.flushed.to_le_bytes());
        let crc = crc32fast::hash(&bytes[..60]);
        bytes[60..64].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// What the file says; `None` when it is damaged or of another version, which counts as absent.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; WRITER_BYTES] = bytes.try_into().ok()?;
        let holds = bytes[0..8] == MAGIC
            && super::crc_holds(bytes, Point::CheckWriter)
            && u32_at(bytes, 8) == VERSION
            && u64_at(bytes, 32).max(u64_at(bytes, 40)) <= crate::journal::MAX_SEQ;
        holds.then(|| Self {
            pid: u32_at(bytes, 12),
            boot_id: bytes[16..32].try_into().expect("16 bytes"),
            acknowledged: u64_at(bytes, 32),
            flushed: u64_at(bytes, 40),
        })
    }
}
