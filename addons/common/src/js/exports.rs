//! The exports that every binding has.

/// Makes the binding's allocator the counting one, and exports `bindingInfo`, `injectPanic` and `resetPeak`. Fields of the addon's own stand behind
/// those that all have; their documentation is written `#[doc = "..."]`, since the generated types would show what `///` becomes in a
/// macro. The addon has `napi` and `napi-derive` among its dependencies.
#[macro_export]
macro_rules! binding_exports {
    ($($(#[$doc:meta])* $field:ident: $type:ty = $value:expr),* $(,)?) => {
        /// Lets a trial report what the binding holds.
        #[global_allocator]
        static ALLOCATOR: $crate::CountingAllocator = $crate::CountingAllocator;

        /// What is running, and what it holds.
        #[napi_derive::napi(object)]
        pub struct BindingInfo {
            /// Version of the crate.
            pub version: String,
            /// Bytes that native code holds now, outside V8's heap.
            pub live_bytes: f64,
            /// The most it held since the start, or since the last `resetPeak`.
            pub peak_bytes: f64,
            /// Allocations since the start, the few of this call's own answer included from the next call on.
            pub allocations: f64,
            /// Bytes of all allocations since the start, freed or not.
            pub allocated_bytes: f64,
            $($(#[$doc])* pub $field: $type,)*
        }

        /// What is running, and what it holds.
        #[napi_derive::napi]
        pub fn binding_info() -> $crate::js::Result<BindingInfo> {
            Ok($crate::guard("bindingInfo", || {
                Ok(BindingInfo {
                    // Before the strings, which are allocations too.
                    live_bytes: $crate::live_bytes() as f64,
                    peak_bytes: $crate::peak_bytes() as f64,
                    allocations: $crate::allocations() as f64,
                    allocated_bytes: $crate::allocated_bytes() as f64,
                    version: env!("CARGO_PKG_VERSION").to_owned(),
                    $($field: $value,)*
                })
            })?)
        }

        /// Makes the next call of an export panic once; of one on another thread the name ends in `.compute`. For tests of the guards.
        #[napi_derive::napi]
        pub fn inject_panic(export_name: String) -> $crate::js::Result<()> {
            Ok($crate::guard("injectPanic", || {
                $crate::inject_panic(&export_name);
                Ok(())
            })?)
        }

        /// Lets `peakBytes` start anew at what is held now. For measurements.
        #[napi_derive::napi]
        pub fn reset_peak() -> $crate::js::Result<()> {
            Ok($crate::guard("resetPeak", || {
                $crate::reset_peak();
                Ok(())
            })?)
        }
    };
}
