//! Builds the launcher, which the addon carries, and links the N-API binding when it is asked for.

use std::env;
use std::path::PathBuf;
use std::process::Command;

fn main() {
    #[cfg(feature = "napi")]
    napi_build::setup();
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=launcher");
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        build_launcher();
    }
}

/// One static file without any library: it starts in a tenth of a millisecond, and holds nothing of its host.
fn build_launcher() {
    let target = env::var("TARGET").expect("cargo names the target");
    let output = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names the directory")).join("launcher");
    let mut rustc = Command::new(env::var_os("RUSTC").expect("cargo names the compiler"));
    rustc
        .args([
            "launcher/main.rs",
            "--crate-name",
            "launcher",
            "--crate-type",
            "bin",
        ])
        .args(["--edition", "2024", "--target", &target, "-o"])
        .arg(&output)
        .args(["-C", "opt-level=s", "-C", "panic=abort", "-C", "strip=symbols"])
        .args([
            "-C",
            "relocation-model=static",
            "-C",
            "target-feature=+crt-static",
        ])
        .args([
            "-C",
            "link-arg=-nostartfiles",
            "-C",
            "link-arg=-nostdlib",
            "-C",
            "link-arg=-static",
        ]);
    if let Some(linker) = env::var_os("RUSTC_LINKER") {
        let mut option = std::ffi::OsString::from("linker=");
        option.push(linker);
        rustc.arg("-C").arg(option);
    }
    let status = rustc.status().expect("the compiler can be started");
    assert!(status.success(), "the launcher does not build: {status}");
}
