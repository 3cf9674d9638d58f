//! What a process does to outlive its run, to stop it, or to become another one.

use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::files::{self, MARK};
use crate::os::{self, Outcome, call, text};
use crate::report::Report;

/// A daemon of the corpus ends by itself after this time, whatever happens.
const LIFE_MS: u64 = 4000;

pub fn run(name: &str, arguments: &[&str], report: &mut Report) -> bool {
    match (name, arguments) {
        ("heartbeat", [file]) => heartbeat(file),
        ("daemonize", [file, then]) => {
            report.attempt("daemon", daemonize(file));
            os::pause(200);
            if *then == "stay" {
                os::pause(LIFE_MS);
            }
        }
        ("hold-output", []) => {
            // The parent ends at once; the grandchild keeps the pipe open.
            let held = os::fork(|| {
                os::pause(LIFE_MS);
                0
            });
            report.attempt("holder", held.map(i64::from));
        }
        ("stop", []) => {
            // SIGTERM is no answer to a group that ignores it or stands still.
            // SAFETY: sets a disposition of this process.
            unsafe { libc::signal(libc::SIGTERM, libc::SIG_IGN) };
            // A group of its own: whoever started this is not stopped with it.
            let _ = call!(SYS_setpgid, 0, 0);
            let _ = call!(SYS_kill, 0, libc::SIGSTOP);
            os::pause(LIFE_MS);
        }
        ("core", []) => {
            report.attempt("core", core());
        }
        ("status", []) => status(report),
        ("regain", []) => regain(report),
        ("from-memory", [path]) => from_memory(path, report),
        ("arguments", words) => {
            words.iter().for_each(|word| report.got(word.as_bytes()));
            report.attempt("count", Ok(words.len() as i64));
        }
        ("environment", names) => names.iter().for_each(|name| {
            if let Some(value) = std::env::var_os(name) {
                report.attempt(*name, Ok(0));
                report.got(value.as_encoded_bytes());
            }
        }),
        ("kill-all", [namespace, path]) => kill_all(namespace, path, report),
        _ => return false,
    }
    true
}

/// A file that grows by a byte every 20 ms.
fn heartbeat(path: &str) {
    for _ in 0..LIFE_MS / 20 {
        if let Ok(file) = os::open(path, libc::O_WRONLY | libc::O_CREAT | libc::O_APPEND) {
            let _ = os::write(file, b".");
            os::close(file);
        }
        os::pause(20);
    }
}

/// Two forks, a session of its own, no descriptors: a process that no group, terminal or pipe leads to.
fn daemonize(path: &str) -> Outcome {
    let child = os::fork(|| {
        let _ = call!(SYS_setsid);
        let grandchild = os::fork(|| {
            let _ = call!(SYS_close_range, 0, u32::MAX, 0);
            heartbeat(path);
            0
        });
        i32::from(grandchild.is_err())
    })?;
    os::wait(child).map(i64::from)
}

/// Whether a crash leaves an image of the memory.
fn core() -> Outcome {
    let limit: [u64; 2] = [u64::MAX, u64::MAX];
    let raised = call!(SYS_prlimit64, 0, libc::RLIMIT_CORE, &limit[..], 0);
    let child = os::fork(|| std::process::abort())?;
    let status = os::wait(child)?;
    for name in [
        format!("/tmp/core.{child}"),
        format!("core.{child}"),
        "core".into(),
    ] {
        let _ = call!(SYS_unlinkat, libc::AT_FDCWD, &text(&name), 0);
    }
    if libc::WCOREDUMP(status) {
        Ok(0)
    } else {
        Err(raised.err().unwrap_or(libc::ENOENT))
    }
}

fn status(report: &mut Report) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines() {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let radix = if name.starts_with("Cap") { 16 } else { 10 };
        if matches!(
            name,
            "NoNewPrivs" | "Seccomp" | "CapInh" | "CapPrm" | "CapEff" | "CapBnd" | "CapAmb"
        ) {
            let value = i64::from_str_radix(value.trim(), radix).map_err(|_| libc::EINVAL);
            report.attempt(name, value);
        }
    }
}

/// Calls that might take back what was given up.
fn regain(report: &mut Report) {
    report.attempt("personality", call!(SYS_personality, 0x0040_0000 | 0x0004_0000));
    report.attempt(
        "undo no new privileges",
        call!(SYS_prctl, libc::PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0),
    );
    let header: [u64; 1] = [0x2008_0522];
    let all: [u64; 3] = [u64::MAX, u64::MAX, u64::MAX];
    report.attempt("capset", call!(SYS_capset, &header[..], &all[..]));
    let raised = call!(
        SYS_prctl,
        libc::PR_CAP_AMBIENT,
        libc::PR_CAP_AMBIENT_RAISE,
        21,
        0,
        0
    );
    report.attempt("ambient capability", raised);
    report.attempt("setuid 0", os::in_child(|| call!(SYS_setuid, 0)));
    report.attempt("setgroups", os::in_child(|| call!(SYS_setgroups, 0, 0)));
    let limit: [u64; 2] = [1 << 20, 1 << 20];
    report.attempt(
        "raise limit",
        call!(SYS_prlimit64, 0, libc::RLIMIT_NOFILE, &limit[..], 0),
    );
    report.attempt("high priority", call!(SYS_setpriority, 0, 0, -5));
}

/// The same attack by other ways to start a program: none of them may lose the confinement.
fn from_memory(path: &str, report: &mut Report) {
    let own = std::fs::read("/proc/self/exe").unwrap_or_default();
    let memory = call!(SYS_memfd_create, &text("attack"), 0).and_then(|memory| {
        let mut written = 0;
        while written < own.len() {
            written += os::write(memory, &own[written..])? as usize;
        }
        Ok(memory)
    });
    let started = memory.and_then(|memory| {
        os::in_child(|| {
            let words = [text("attacks"), text("create"), text(&format!("{path}-memory"))];
            let pointers: Vec<u64> = words.iter().map(|word| word.as_ptr() as u64).chain([0]).collect();
            call!(
                SYS_execveat,
                memory,
                &text(""),
                &pointers[..],
                0,
                libc::AT_EMPTY_PATH
            )
        })
    });
    report.attempt("memory", started);
    let exe = std::env::current_exe().unwrap_or_default();
    let loader = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"]
        .into_iter()
        .find(|path| std::path::Path::new(path).exists())
        .unwrap_or("/lib/ld.so");
    let mut run = |what: &str, command: &mut Command| {
        let output = command
            .output()
            .map_err(|error| error.raw_os_error().unwrap_or(0));
        report.attempt(
            what,
            output.and_then(|o| if o.status.success() { Ok(0) } else { Err(1) }),
        );
    };
    run(
        "loader",
        Command::new(loader)
            .arg(exe)
            .arg("create")
            .arg(format!("{path}-loader")),
    );
    run(
        "interpreter",
        Command::new("/bin/sh")
            .arg("-c")
            .arg(format!("echo planted > '{path}-shell'")),
    );
    run(
        "other name",
        Command::new("/bin/sh")
            .arg0("attacks")
            .arg("-c")
            .arg(format!("echo x > '{path}-name'")),
    );
}

/// Kills everything it can see and then goes on as if nobody watched. `namespace` is the host's pid namespace: there
/// this attack refuses to run, since it would end the host.
fn kill_all(namespace: &str, path: &str, report: &mut Report) {
    let own = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    if own.as_os_str().is_empty() || own.to_string_lossy() == namespace {
        report.attempt("own process namespace", Err(libc::ECANCELED));
        return;
    }
    // SAFETY: asks for a number.
    let parent = unsafe { libc::getppid() };
    for signal in [libc::SIGSTOP, libc::SIGTERM, libc::SIGKILL] {
        if parent > 0 {
            report.attempt(format!("kill parent {signal}"), call!(SYS_kill, parent, signal));
        }
    }
    report.attempt("kill all", call!(SYS_kill, -1, libc::SIGKILL));
    os::pause(50);
    let made = os::open(path, libc::O_CREAT | libc::O_WRONLY).and_then(|file| os::write(file, MARK));
    report.attempt("unwatched", made);
    report.attempt("with directories", files::create(path));
}
