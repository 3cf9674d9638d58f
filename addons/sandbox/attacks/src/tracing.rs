//! Reading, writing and signalling other processes.

use crate::files::MARK;
use crate::os::{self, Outcome, call};
use crate::report::Report;

pub fn run(name: &str, arguments: &[&str], report: &mut Report) -> bool {
    match (name, arguments) {
        ("trace", [pid, address]) => {
            let pid = pid.parse().expect("a process id");
            trace(pid, address.parse().expect("an address"), report);
        }
        ("trace-parent", []) => trace_parent(report),
        ("take-descriptor", [pid]) => {
            let pid: i32 = pid.parse().expect("a process id");
            let process = call!(SYS_pidfd_open, pid, 0);
            report.attempt("pidfd_open", process);
            for descriptor in 3..6 {
                let taken = process.and_then(|process| call!(SYS_pidfd_getfd, process, descriptor, 0));
                let bytes = taken.and_then(|taken| {
                    let mut buffer = [0_u8; 256];
                    let length = call!(SYS_pread64, taken, &mut buffer[..], 256, 0)?;
                    report.got(&buffer[..length as usize]);
                    Ok(length)
                });
                report.attempt(format!("pidfd_getfd {descriptor}"), bytes);
            }
        }
        ("signal", [pid]) => signal(pid.parse().expect("a process id"), report),
        ("environments", [marker]) => environments(marker, report),
        _ => return false,
    }
    true
}

fn vectors(local: u64, remote: u64, length: u64) -> ([u64; 2], [u64; 2]) {
    ([local, length], [remote, length])
}

fn read_remote(pid: i32, address: u64, report: &mut Report) -> Outcome {
    let mut buffer = [0_u8; 64];
    let (local, remote) = vectors(buffer.as_mut_ptr() as u64, address, 64);
    let length = call!(SYS_process_vm_readv, pid, &local[..], 1, &remote[..], 1, 0)?;
    // The kernel wrote through an address in `local`: keep the optimiser from knowing the bytes.
    report.got(&std::hint::black_box(buffer)[..length as usize]);
    Ok(length)
}

fn seize(pid: i32) -> Outcome {
    let seized = call!(SYS_ptrace, libc::PTRACE_SEIZE, pid, 0, 0);
    if seized.is_ok() {
        // Ends with this process; an unstopped tracee cannot be detached.
        os::pause(5);
    }
    seized
}

/// A process of the host, and the address of its secret.
fn trace(pid: i32, address: u64, report: &mut Report) {
    let read = read_remote(pid, address, report);
    report.attempt("process_vm_readv", read);
    let (local, remote) = vectors(MARK.as_ptr() as u64, address, 8);
    let written = call!(SYS_process_vm_writev, pid, &local[..], 1, &remote[..], 1, 0);
    report.attempt("process_vm_writev", written);
    let memory = os::open(&format!("/proc/{pid}/mem"), libc::O_RDWR);
    report.attempt("open mem", memory);
    let written = memory.and_then(|memory| call!(SYS_pwrite64, memory, MARK, 8, address));
    report.attempt("write mem", written);
    report.attempt("seize", os::in_child(|| seize(pid)));
    let attached = os::in_child(|| {
        call!(SYS_ptrace, libc::PTRACE_ATTACH, pid, 0, 0)?;
        let _ = os::wait(pid);
        call!(SYS_ptrace, libc::PTRACE_DETACH, pid, 0, 0)
    });
    report.attempt("attach", attached);
}

/// The parent is the sandbox's own supervisor, or in the control whoever started this.
fn trace_parent(report: &mut Report) {
    // SAFETY: asks for a number.
    let parent = unsafe { libc::getppid() };
    report.attempt(
        "parent",
        if parent == 0 {
            Err(libc::ESRCH)
        } else {
            Ok(i64::from(parent))
        },
    );
    let memory = os::open(&format!("/proc/{parent}/mem"), libc::O_RDWR);
    report.attempt("open mem", memory);
    let maps = std::fs::read_to_string(format!("/proc/{parent}/maps")).unwrap_or_default();
    let first = maps
        .split('-')
        .next()
        .and_then(|start| u64::from_str_radix(start, 16).ok());
    let mut bytes = Report::default();
    let read = first
        .ok_or(libc::EACCES)
        .and_then(|address| read_remote(parent, address, &mut bytes));
    report.attempt("process_vm_readv", read);
    let taken = call!(SYS_pidfd_open, parent, 0).and_then(|process| call!(SYS_pidfd_getfd, process, 0, 0));
    report.attempt("pidfd_getfd", taken);
    report.attempt("seize", os::in_child(|| seize(parent)));
}

/// SIGUSR1 in every way there is; the process counts what arrives.
fn signal(pid: i32, report: &mut Report) {
    let number = libc::SIGUSR1;
    report.attempt("kill", call!(SYS_kill, pid, number));
    report.attempt("kill group", call!(SYS_kill, -pid, number));
    report.attempt("tkill", call!(SYS_tkill, pid, number));
    report.attempt("tgkill", call!(SYS_tgkill, pid, pid, number));
    let mut information = [0_u64; 16];
    information[0] = number as u64;
    // si_code SI_QUEUE.
    information[1] = (-1_i32) as u32 as u64;
    report.attempt(
        "sigqueue",
        call!(SYS_rt_sigqueueinfo, pid, number, &information[..]),
    );
    let process = call!(SYS_pidfd_open, pid, 0);
    let by_descriptor = process.and_then(|process| call!(SYS_pidfd_send_signal, process, number, 0, 0));
    report.attempt("pidfd_send_signal", by_descriptor);
    report.attempt("as owner of a pipe", signal_as_owner(pid, number));
    report.attempt("scheduling", call!(SYS_setpriority, 0, pid, 5));
}

/// The kernel sends the signal: to the owner of a pipe that becomes readable.
fn signal_as_owner(pid: i32, number: i32) -> Outcome {
    let mut ends = [0_i32; 2];
    // SAFETY: a place for two descriptors.
    os::outcome(unsafe { libc::pipe(ends.as_mut_ptr()) })?;
    call!(SYS_fcntl, ends[0], libc::F_SETOWN, pid)?;
    // F_SETSIG
    call!(SYS_fcntl, ends[0], 10, number)?;
    call!(SYS_fcntl, ends[0], libc::F_SETFL, libc::O_ASYNC)?;
    os::write(ends[1].into(), b"x")
}

/// What other processes were started with. Only bytes after the marker are taken: the rest is none of our business.
fn environments(marker: &str, report: &mut Report) {
    let own = std::process::id().to_string();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = entry.file_name().to_string_lossy().into_owned();
        if pid == own || !pid.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        for file in ["environ", "cmdline"] {
            let Ok(bytes) = std::fs::read(entry.path().join(file)) else {
                continue;
            };
            for part in bytes.split(|&byte| byte == 0) {
                if part.starts_with(marker.as_bytes()) {
                    report.attempt(format!("{file} of {pid}"), Ok(part.len() as i64));
                    report.got(part);
                }
            }
        }
    }
}
