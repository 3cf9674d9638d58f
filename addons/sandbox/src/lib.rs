//! Commands confined by the kernel, and file actions that no symbolic link leads astray.

// Unit tests have no Node to register with.
#[cfg(all(feature = "napi", not(test)))]
mod binding;
pub mod files;
#[cfg(target_os = "linux")]
pub mod launch;
pub mod policy;
