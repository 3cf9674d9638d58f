//! What native code holds, and the switch of the guards' tests.

use napi_derive::napi;
use pairbench_common::CountingAllocator;

use super::{guard, js};

/// Lets a trial report what the binding holds.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Makes the next call of an export panic once: `createIndex`, `query`, `updateSource`, ... For tests of the guards.
#[napi]
pub fn inject_panic(export_name: String) -> js::Result<()> {
    guard("injectPanic", || {
        pairbench_common::inject_panic(&export_name);
        Ok(())
    })
}

/// What is running.
#[napi(object)]
pub struct BindingInfo {
    /// Version of the crate.
    pub version: String,
    /// Version of the format.
    pub format_version: u32,
    /// Bytes that native code holds now, outside V8's heap.
    pub live_bytes: f64,
    /// The most it held since the start, or since the last `resetPeak`.
    pub peak_bytes: f64,
    /// Allocations since the start, the few of this call's own answer included from the next call on.
    pub allocations: f64,
    /// Bytes of all allocations since the start, freed or not.
    pub allocated_bytes: f64,
}

/// Version, memory held.
#[napi]
pub fn binding_info() -> js::Result<BindingInfo> {
    guard("bindingInfo", || {
        Ok(BindingInfo {
            // Before the string, which is an allocation too.
            live_bytes: pairbench_common::live_bytes() as f64,
            peak_bytes: pairbench_common::peak_bytes() as f64,
            allocations: pairbench_common::allocations() as f64,
            allocated_bytes: pairbench_common::allocated_bytes() as f64,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            format_version: 1,
        })
    })
}

/// Lets `peakBytes` start anew at what is held now. For measurements.
#[napi]
pub fn reset_peak() -> js::Result<()> {
    guard("resetPeak", || {
        pairbench_common::reset_peak();
        Ok(())
    })
}
