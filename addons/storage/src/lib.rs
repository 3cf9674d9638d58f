//! An event log, checkpoints and a spool that survive power cuts and killed processes.
//!
//! FORMAT.md, beside this crate, is the law on the bytes and on what recovery makes of them. From below:
//! [`vfs`] (every system call), [`format`] (the bytes), [`journal`] (segments of frames: commit, recovery, rotation, lock),
//! and on the journal the event log ([`events`]) and [`checkpoints`]. The [`spool`] has files of its own.
//! Nothing here knows Node unless the feature `napi` is on.

// Unit tests have no Node to register with.
#[cfg(all(feature = "napi", not(test)))]
mod binding;
pub mod checkpoints;
#[cfg(any(test, feature = "sim"))]
pub mod crash;
pub mod error;
pub mod events;
pub mod format;
pub mod journal;
pub mod mutations;
pub mod spool;
#[cfg(test)]
mod tests;
pub mod vfs;

pub use checkpoints::Checkpoints;
pub use error::{Code, Error, Result};
pub use events::{EventLog, Replay, Settled};
pub use journal::{Durability, Journal, Options};
pub use spool::Spool;
