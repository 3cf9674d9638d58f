//! Logs for tests.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::Result;
use crate::journal::{Options, SparePolicy};
use crate::vfs::sim::SimFs;
use crate::vfs::{RealFs, Vfs};
use crate::{EventLog, Replay};

pub(super) const DIR: &str = "/log";

/// Small segments, nothing in the background.
pub(super) fn small() -> Options {
    Options {
        segment_bytes: 512,
        spare: SparePolicy::Never,
        ..Options::default()
    }
}

pub(super) fn reader() -> Options {
    Options {
        read_only: true,
        ..small()
    }
}

pub(super) fn open(fs: &SimFs, options: &Options) -> Result<EventLog> {
    EventLog::open(Arc::new(fs.clone()), Path::new(DIR), options)
}

/// All events, with the number of the first.
pub(super) fn read(log: &EventLog, from: Option<u64>) -> Result<(u64, Vec<Vec<u8>>)> {
    read_on(log.replay(from)?)
}

pub(super) fn read_on(mut replay: Replay) -> Result<(u64, Vec<Vec<u8>>)> {
    let (mut buffer, mut ranges, mut events) = (Vec::new(), Vec::new(), Vec::new());
    let mut first = None;
    while let Some(chunk) = replay.next_chunk(&mut buffer, &mut ranges)? {
        first.get_or_insert(chunk.first_seq);
        events.extend(
            ranges
                .chunks_exact(2)
                .map(|range| buffer[range[0] as usize..(range[0] + range[1]) as usize].to_vec()),
        );
    }
    Ok((first.unwrap_or(0), events))
}

/// A directory of the machine that goes away with the test.
pub(super) struct RealDir(PathBuf);

impl RealDir {
    pub(super) fn new() -> Self {
        let name = format!("pairbench-storage-{:016x}", RealFs.random());
        let dir = std::env::temp_dir().join(name);
        RealFs.create_dir(&dir).expect("a directory for the test");
        Self(dir)
    }

    pub(super) fn log(&self) -> PathBuf {
        self.0.join("log")
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for RealDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(super) fn open_real(dir: &Path, options: &Options) -> Result<EventLog> {
    EventLog::open(Arc::new(RealFs), dir, options)
}
