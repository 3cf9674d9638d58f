//! Opens a log made of arbitrary bytes, as writer and as reader, reads all of it and goes on writing: values or errors, never a
//! panic; and what was acknowledged after it opened is there when it is opened again.
#![no_main]

mod image;

use std::path::Path;
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use pairbench_storage::format::Kind;
use pairbench_storage::vfs::sim::SimFs;
use pairbench_storage::{Checkpoints, EventLog, Options};

fn options(read_only: bool) -> Options {
    Options {
        segment_bytes: 4096,
        read_only,
        spare: pairbench_storage::journal::SparePolicy::Never,
        ..Options::default()
    }
}

fn replay(log: &EventLog) -> Option<u64> {
    let mut replay = log.replay(None).ok()?;
    let (mut buffer, mut ranges) = (Vec::new(), Vec::new());
    let mut count = 0;
    loop {
        match replay.next_chunk(&mut buffer, &mut ranges) {
            Ok(Some(chunk)) => count += chunk.count,
            Ok(None) => return Some(count),
            Err(_) => return None,
        }
    }
}

fn events(machine: &SimFs, dir: &Path, as_reader: bool) {
    if as_reader && let Ok(reader) = EventLog::open(Arc::new(machine.clone()), dir, &options(true)) {
        replay(&reader);
    }
    let Ok(log) = EventLog::open(Arc::new(machine.clone()), dir, &options(false)) else {
        return;
    };
    let before = replay(&log);
    let appended = log.append(b"after").is_ok();
    let _ = log.close();
    if let (Some(before), true) = (before, appended) {
        let again =
            EventLog::open(Arc::new(machine.clone()), dir, &options(false)).expect("it was open before");
        assert_eq!(replay(&again), Some(before + 1));
    }
}

fn checkpoints(machine: &SimFs, dir: &Path, as_reader: bool) {
    for read_only in [true, false]
        .into_iter()
        .filter(|read_only| as_reader || !read_only)
    {
        let Ok(mut store) = Checkpoints::open(Arc::new(machine.clone()), dir, &options(read_only)) else {
            continue;
        };
        for info in store.list().expect("an open store has a list") {
            if let Ok(bytes) = store.load(&info.id) {
                assert_eq!(bytes.len() as u64, info.bytes);
            }
        }
        if !read_only && store.save("after", &[7; 20_000]).is_ok() {
            assert_eq!(store.load("after").expect("it was just saved"), [7; 20_000]);
        }
        let _ = store.close();
    }
}

fuzz_target!(|data: &[u8]| {
    let (&first, rest) = data.split_first().unwrap_or((&0, &[]));
    let kind = if first & 1 == 0 {
        Kind::Events
    } else {
        Kind::Checkpoints
    };
    let (machine, dir) = image::machine(kind, rest);
    // A reader waits and looks again before it believes in damage: few inputs may cost that.
    let as_reader = first & 0xF0 == 0xF0;
    match kind {
        Kind::Events => events(&machine, &dir, as_reader),
        Kind::Checkpoints => checkpoints(&machine, &dir, as_reader),
    }
});
