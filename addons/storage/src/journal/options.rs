//! How a log is opened.

use std::time::Duration;

/// What an acknowledgement promises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// It survives a power cut.
    #[default]
    Flushed,
    /// It survives the end of the process.
    Buffered,
}

/// Who makes the next segment before it is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SparePolicy {
    /// A thread, while appends go on.
    #[default]
    Thread,
    /// The commit after which it is due: for simulations, where order must not depend on threads.
    Inline,
    /// Nobody; a rotation makes its segment itself.
    Never,
}

/// How to open a log.
#[derive(Clone, Debug)]
pub struct Options {
    /// Default: flushed.
    pub durability: Durability,
    /// Length of a segment's file, rounded up to a multiple of 8. Default 8 MiB.
    pub segment_bytes: u64,
    /// Largest event, batch or checkpoint, in bytes. Default 64 MiB.
    pub max_bytes: usize,
    /// Queued events go into frames of at most so many bytes of events each; a larger event has its own. Default 1 MiB.
    pub group_bytes: usize,
    /// A reader beside the writer.
    pub read_only: bool,
    /// How long to wait for another writer. Default: not at all.
    pub lock_wait: Duration,
    /// Default: a thread.
    pub spare: SparePolicy,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            durability: Durability::Flushed,
            segment_bytes: 8 << 20,
            max_bytes: 64 << 20,
            group_bytes: 1 << 20,
            read_only: false,
            lock_wait: Duration::ZERO,
            spare: SparePolicy::Thread,
        }
    }
}
