//! The N-API binding: thin classes, every call behind the panic guard. A handle whose call panicked is poisoned.

mod bytes;
mod checkpoints;
mod errors;
mod events;
mod replay;
mod spool;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use napi::Env;
use napi_derive::napi;

use crate::error::Result;
use crate::journal::{Durability, Options};
use crate::vfs::{RealFs, Vfs};

pairbench_common::binding_exports! {
    #[doc = "Version of the format."]
    format_version: u32 = 1,
}

/// Runs `body`; a panic is an `ERR_INTERNAL`, and every error an exception with its fields.
fn guard<T>(env: &Env, export: &str, body: impl FnOnce() -> Result<T>) -> napi::Result<T> {
    pairbench_common::guard_with(export, body).map_err(|error| errors::to_js(env, &error))
}

fn file_system() -> Arc<dyn Vfs> {
    Arc::new(RealFs)
}

/// How to open a log; the adapter has checked every field.
#[napi(object)]
pub struct NativeOptions {
    /// Whether an acknowledgement means flushed.
    pub flushed: bool,
    /// Bytes of a segment's file.
    pub segment_bytes: f64,
    /// Largest event, batch or checkpoint in bytes.
    pub max_bytes: f64,
    /// A reader.
    pub read_only: bool,
    /// How long to wait for the lock, in milliseconds.
    pub lock_wait_ms: f64,
}

impl From<&NativeOptions> for Options {
    /// A conversion from a float saturates, so no number can do harm here.
    fn from(given: &NativeOptions) -> Self {
        Self {
            durability: if given.flushed {
                Durability::Flushed
            } else {
                Durability::Buffered
            },
            segment_bytes: (given.segment_bytes as u64).clamp(4096, 1 << 30),
            max_bytes: (given.max_bytes as usize).clamp(1, 1 << 29),
            read_only: given.read_only,
            lock_wait: Duration::from_millis(given.lock_wait_ms as u32 as u64),
            ..Self::default()
        }
    }
}

/// Opens or makes an event log.
#[napi]
pub fn open_event_log(env: Env, dir: String, options: NativeOptions) -> napi::Result<events::NativeEventLog> {
    guard(&env, "openEventLog", || {
        events::NativeEventLog::open(file_system(), Path::new(&dir), &Options::from(&options))
    })
}

/// What opening found and did.
#[napi(object)]
pub struct NativeRecovery {
    /// Bytes that were cut off.
    pub cut_bytes: f64,
    /// Segment of the cut.
    pub cut_segment: f64,
    /// Offset of the cut.
    pub cut_offset: f64,
    /// Whether the log had been closed in order.
    pub was_closed: bool,
}

impl From<crate::journal::Recovery> for NativeRecovery {
    fn from(found: crate::journal::Recovery) -> Self {
        Self {
            cut_bytes: found.cut_bytes as f64,
            cut_segment: found.cut_segment as f64,
            cut_offset: found.cut_offset as f64,
            was_closed: found.was_closed,
        }
    }
}
