//! The first process of a confined run. The addon starts it in a user and process namespace of its own, with the plan
//! of the run in descriptor 3 and a socket to the host in 4. It makes the run's file system, gives up every privilege,
//! starts the program, watches names for it, and ends with it; the kernel then ends all that the program has left.
//!
//! It is built by build.rs without any library, linked as one static file, and carried inside the addon.
#![no_std]
#![no_main]

mod checks;
mod child;
mod confine;
mod init;
mod memory;
mod mounts;
mod names;
mod network;
mod open;
mod paths;
mod plan;
mod report;
mod run;
mod start;
mod supervise;
mod sys;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // Nothing to unwind, nobody to tell: the host sees a launcher that ended without a report.
    sys::exit(120)
}
