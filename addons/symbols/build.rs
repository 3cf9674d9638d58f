//! Links the N-API binding, when it is asked for.

fn main() {
    #[cfg(feature = "napi")]
    napi_build::setup();
    println!("cargo::rerun-if-changed=build.rs");
}
