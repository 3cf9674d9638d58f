//! A directory made of arbitrary bytes.

use std::io::IoSlice;
use std::path::{Path, PathBuf};

use pairbench_storage::format::{self, Frame, Kind, SegmentHeader};
use pairbench_storage::vfs::Vfs;
use pairbench_storage::vfs::sim::SimFs;

const SALT: u64 = 7;
const HEADER_BYTES: usize = 64;
/// What stands in the input before each body: kind, flags, count, length (2), whether the checksum is wrong, number (signed).
const FRAME_PREFIX_BYTES: usize = 7;

/// A machine with one log on it.
pub fn machine(kind: Kind, data: &[u8]) -> (SimFs, PathBuf) {
    let machine = SimFs::new(1);
    let dir = PathBuf::from("/log");
    machine
        .create_dir(&dir)
        .expect("a new machine has no such directory");
    let (first, rest) = data.split_first().unwrap_or((&0, &[]));
    // As it is, every checksum fails; mended, what they guard is reached.
    let segment = if first & 1 == 0 {
        rest.to_vec()
    } else {
        mended(kind, rest)
    };
    put(&machine, &dir, &format::segment_name(0), &segment);
    if first & 2 != 0 {
        put(&machine, &dir, "WRITER", &rest[..rest.len().min(64)]);
    }
    (machine, dir)
}

fn put(machine: &SimFs, dir: &Path, name: &str, bytes: &[u8]) {
    machine.put(&dir.join(name), bytes);
}

/// A segment whose frames are what `data` says, with checksums that mostly hold.
fn mended(kind: Kind, mut data: &[u8]) -> Vec<u8> {
    let mut out = vec![0; HEADER_BYTES];
    let mut seq = 0_u64;
    while data.len() >= FRAME_PREFIX_BYTES {
        let (prefix, rest) = data.split_at(FRAME_PREFIX_BYTES);
        let wanted = usize::from(u16::from_le_bytes([prefix[3], prefix[4]]));
        let (body, rest) = rest.split_at(wanted.min(rest.len()));
        data = rest;
        let count = u32::from(prefix[2]);
        let frame = Frame {
            body_crc: format::body_crc(&[IoSlice::new(body)]) ^ u32::from(prefix[5] == 1),
            body_bytes: body.len() as u32,
            count,
            seq: seq.wrapping_add_signed(i64::from(prefix[6] as i8)),
            flushed: seq,
            kind: prefix[0],
            flags: u8::from(prefix[1] == 1),
            segment: 0,
            offset: out.len() as u64,
        };
        out.extend_from_slice(&frame.encode(SALT));
        out.extend_from_slice(body);
        out.resize(out.len().next_multiple_of(8), 0);
        seq = frame.seq.wrapping_add(u64::from(count));
    }
    out.resize(out.len().next_multiple_of(8) + 64, 0);
    let header = SegmentHeader {
        kind,
        number: 0,
        first_seq: 0,
        salt: SALT,
        capacity: out.len() as u64,
    };
    out[..HEADER_BYTES].copy_from_slice(&header.encode());
    out
}
