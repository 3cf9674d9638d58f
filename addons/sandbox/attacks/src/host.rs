//! Roles on the host's side that need system calls: the victim of signals and tracing, and the careless parent that
//! starts the whole corpus with descriptors left open and a terminal.

use std::ffi::CStr;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::atomic::{AtomicI32, Ordering};

use crate::os::{self, call, text};
use crate::report::Report;

/// Above what Node marks close-on-exec when it starts, so that they reach every process of the corpus.
pub const LEAKED_DIRECTORY: i32 = 200;
pub const LEAKED_FILE: i32 = 201;

pub fn run(name: &str, arguments: &[&str], _: &mut Report) -> bool {
    match (name, arguments) {
        ("victim", [secret, signals]) => victim(secret, signals),
        ("careless", [directory, file, program, rest @ ..]) => careless(directory, file, program, rest),
        _ => return false,
    }
    true
}

static SIGNALS: AtomicI32 = AtomicI32::new(-1);

extern "C" fn note(number: i32) {
    let byte = [b'a' + (number % 26) as u8];
    // SAFETY: write is safe in a signal handler, and the byte lives on this stack.
    unsafe { libc::write(SIGNALS.load(Ordering::Relaxed), byte.as_ptr().cast(), 1) };
}

/// Holds a secret in memory and open files, notes every signal, and lives until its standard input closes.
fn victim(secret: &str, signals: &str) {
    let held = std::fs::read(secret).unwrap_or_default().into_boxed_slice();
    let file = os::open(signals, libc::O_CREAT | libc::O_WRONLY | libc::O_APPEND).unwrap_or(-1);
    SIGNALS.store(file as i32, Ordering::Relaxed);
    for number in [
        libc::SIGUSR1,
        libc::SIGUSR2,
        libc::SIGTERM,
        libc::SIGIO,
        libc::SIGHUP,
        libc::SIGINT,
    ] {
        // SAFETY: installs a handler that only writes.
        unsafe { libc::signal(number, note as *const () as libc::sighandler_t) };
    }
    println!(r#"{{"address":"{}"}}"#, held.as_ptr() as u64);
    let mut line = [0; 1];
    // A signal interrupts the wait; the end of input ends it.
    while let Err(libc::EINTR) | Ok(1..) = call!(SYS_read, 0, &mut line[..], 1) {}
    std::hint::black_box(&held);
    std::process::exit(0);
}

/// Starts `program` as a careless host would: a directory (O_PATH) and a writable file stay open in it, and it sits at
/// a terminal. Its exit code becomes ours.
fn careless(directory: &str, file: &str, program: &str, rest: &[&str]) {
    let keep = |descriptor: i64, number: i32| {
        let _ = call!(SYS_dup3, descriptor, number, 0);
        os::close(descriptor);
    };
    keep(
        os::open(directory, libc::O_PATH | libc::O_DIRECTORY).unwrap_or(-1),
        LEAKED_DIRECTORY,
    );
    keep(os::open(file, libc::O_RDWR).unwrap_or(-1), LEAKED_FILE);
    // SAFETY: a new pseudo-terminal; its name is copied before anybody else asks for one.
    let (terminal, name) = unsafe {
        let terminal = libc::posix_openpt(libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC);
        libc::grantpt(terminal);
        libc::unlockpt(terminal);
        let name = libc::ptsname(terminal);
        (
            terminal,
            if name.is_null() {
                text("")
            } else {
                CStr::from_ptr(name).to_owned()
            },
        )
    };
    let child = os::fork(|| {
        let _ = call!(SYS_prctl, libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0);
        let _ = call!(SYS_setsid);
        // The first terminal that a session's leader opens becomes the session's.
        let _ = call!(
            SYS_openat,
            libc::AT_FDCWD,
            &name,
            libc::O_RDWR | libc::O_CLOEXEC,
            0
        );
        let error = Command::new(program).args(rest).exec();
        eprintln!("attacks: {program}: {error}");
        127
    });
    let status = child.and_then(os::wait).unwrap_or(0x7f00);
    os::close(terminal.into());
    std::process::exit(if libc::WIFEXITED(status) {
        libc::WEXITSTATUS(status)
    } else {
        128 + libc::WTERMSIG(status)
    });
}
