//! Decodes headers, manifests and bodies from arbitrary bytes: a value or an error, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pairbench_storage::format::{Frame, Kind, SegmentHeader, WriterState};

fuzz_target!(|data: &[u8]| {
    let _ = Frame::decode(data, 7, 0, 64);
    let _ = WriterState::decode(data);
    if let Some(header) = data.first_chunk::<64>() {
        for kind in [Kind::Events, Kind::Checkpoints] {
            let _ = SegmentHeader::decode(header, 0, kind, data.len() as u64);
        }
    }
});
