//! Links the binding as Node expects it.

fn main() {
    #[cfg(feature = "napi")]
    napi_build::setup();
}
