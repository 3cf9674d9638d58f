//! Tests of the whole: crashes, damage, faults, processes. Test names begin with the invariant they are about.

mod crashes;
mod damage;
mod hostile;
mod invariants;
mod model;
#[cfg(target_os = "linux")]
mod processes;
mod support;
