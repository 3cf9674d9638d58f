//! What every addon shares: error codes, the panic guard with its test switch, the counting allocator, large pages, and
//! texts on their way.
//!
//! Nothing here knows Node unless the feature `napi` is on.

mod alloc;
mod error;
mod guard;
mod inject;
#[cfg(feature = "napi")]
pub mod js;
pub mod pages;
pub mod transcode;

pub use alloc::{CountingAllocator, allocated_bytes, allocations, live_bytes, peak_bytes, reset_peak};
pub use error::{Error, ErrorCode, Result};
pub use guard::{guard, guard_with};
pub use inject::{arm as inject_panic, disarm as clear_injected_panic};
