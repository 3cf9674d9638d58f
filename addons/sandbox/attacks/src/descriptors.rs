//! Descriptors that somebody left open, and paths below /proc that lead to those of others.

use crate::files::{self, MARK};
use crate::host::{LEAKED_DIRECTORY, LEAKED_FILE};
use crate::os::{self, call, text};
use crate::report::Report;

pub fn run(name: &str, arguments: &[&str], report: &mut Report) -> bool {
    match (name, arguments) {
        ("held-directory", [inside]) => held_directory(inside, report),
        ("held-file", []) => {
            report.attempt("write", os::write(LEAKED_FILE.into(), MARK));
            report.attempt("ftruncate", call!(SYS_ftruncate, LEAKED_FILE, 4));
        }
        ("descriptors", []) => {
            for descriptor in 3..4096 {
                if let Ok(flags) = call!(SYS_fcntl, descriptor, libc::F_GETFD) {
                    report.attempt(format!("descriptor {descriptor}"), Ok(flags));
                }
            }
        }
        ("by-proc", [outside, pid, relative]) => by_proc(outside, pid, relative, report),
        _ => return false,
    }
    true
}

fn held_directory(inside: &str, report: &mut Report) {
    let held = LEAKED_DIRECTORY;
    let here = libc::AT_FDCWD;
    let made = call!(
        SYS_openat,
        held,
        &text("made"),
        libc::O_CREAT | libc::O_WRONLY,
        0o644
    );
    report.attempt("openat", made.and_then(|file| os::write(file, MARK)));
    report.attempt("mkdirat", call!(SYS_mkdirat, held, &text("directory"), 0o755));
    let _ = files::create(inside);
    report.attempt(
        "linkat",
        call!(SYS_linkat, here, &text(inside), held, &text("linked"), 0),
    );
    let moved = call!(SYS_renameat2, here, &text(inside), held, &text("moved"), 0);
    report.attempt("renameat", moved);
    let path = format!("/proc/self/fd/{held}/by-proc");
    report.attempt("by /proc/self/fd", files::create(&path));
    let upwards = call!(
        SYS_openat,
        held,
        &text("../outside/upwards"),
        libc::O_CREAT | libc::O_WRONLY,
        0o644
    );
    report.attempt("upwards", upwards);
}

/// `pid` is a process of the host whose working directory and descriptor 3 lie in `outside`.
fn by_proc(outside: &str, pid: &str, relative: &str, report: &mut Report) {
    for path in [
        format!("/proc/self/root{outside}/by-root"),
        format!("/proc/thread-self/root{outside}/by-thread"),
        format!("/proc/self/cwd/{relative}/by-cwd"),
        format!("/proc/{pid}/root{outside}/by-process-root"),
        format!("/proc/{pid}/cwd/by-process-cwd"),
        format!("/proc/1/root{outside}/by-init"),
    ] {
        report.attempt(format!("create {path}"), files::create(&path));
    }
    let reopened = os::open(&format!("/proc/{pid}/fd/4"), libc::O_WRONLY | libc::O_APPEND);
    report.attempt(
        "reopen a descriptor",
        reopened.and_then(|file| os::write(file, MARK)),
    );
}
