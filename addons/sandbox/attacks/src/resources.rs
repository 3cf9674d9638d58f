//! Taking more than was given. Every bomb has a bound of its own, so that a run without limits hurts nobody.

use crate::files;
use crate::os::{self, call, text};
use crate::report::Report;

pub fn run(name: &str, arguments: &[&str], report: &mut Report) -> bool {
    let number = |at: usize| {
        arguments
            .get(at)
            .and_then(|word| word.parse::<u64>().ok())
            .unwrap_or(0)
    };
    match (name, arguments) {
        ("forks", [_]) => forks(number(0), report),
        ("threads", [_]) => threads(number(0), report),
        ("memory", [_]) => memory(number(0), report),
        ("flood", [_]) => flood(number(0)),
        ("fill", [directory, _]) => fill(directory, number(1), report),
        ("sparse", [file, _]) => sparse(file, number(1), report),
        ("deep", [directory, _]) => deep(directory, number(1), report),
        ("lease", [file]) => {
            let _ = files::create(file);
            let held = os::open(file, libc::O_RDONLY);
            report.attempt(
                "lease",
                held.and_then(|held| call!(SYS_fcntl, held, libc::F_SETLEASE, libc::F_RDLCK)),
            );
        }
        ("descriptors-until", [_]) => {
            let mut open = 0;
            while open < number(0) as i64 && os::open("/dev/null", libc::O_RDONLY).is_ok() {
                open += 1;
            }
            report.attempt("descriptors", Ok(open));
        }
        _ => return false,
    }
    true
}

/// Children that wait, up to `bound` at once.
fn forks(bound: u64, report: &mut Report) {
    let mut children = Vec::new();
    let mut error = 0;
    for _ in 0..bound {
        match os::fork(|| {
            os::pause(3000);
            0
        }) {
            Ok(child) => children.push(child),
            Err(errno) => {
                error = errno;
                break;
            }
        }
    }
    report.attempt("processes", Ok(children.len() as i64));
    if error != 0 {
        report.attempt("limit", Err(error));
    }
    for child in children {
        let _ = call!(SYS_kill, child, libc::SIGKILL);
        let _ = os::wait(child);
    }
}

fn threads(bound: u64, report: &mut Report) {
    let mut running = 0;
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..bound {
            let thread = std::thread::Builder::new()
                .stack_size(64 * 1024)
                .spawn_scoped(scope, || {
                    while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                        os::pause(20);
                    }
                });
            if thread.is_err() {
                break;
            }
            running += 1;
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    report.attempt("threads", Ok(running));
}

/// Anonymous memory, touched, in pieces of 16 MiB; never more than `bound` bytes.
fn memory(bound: u64, report: &mut Report) {
    const PIECE_BYTES: usize = 16 << 20;
    let mut taken = 0;
    while taken + PIECE_BYTES as u64 <= bound {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let piece = call!(
            SYS_mmap,
            0,
            PIECE_BYTES,
            libc::PROT_READ | libc::PROT_WRITE,
            flags,
            -1,
            0
        );
        let Ok(address) = piece else { break };
        for page in (0..PIECE_BYTES).step_by(4096) {
            // SAFETY: inside the mapping just made.
            unsafe { *((address as usize + page) as *mut u8) = 1 };
        }
        taken += PIECE_BYTES as u64;
    }
    report.attempt("bytes", Ok(taken as i64));
}

/// Output without an end of line.
fn flood(bytes: u64) {
    let block = [b'a'; 65_536];
    let mut written = 0;
    while written < bytes {
        match os::write(1, &block) {
            Ok(more) => written += more as u64,
            Err(_) => break,
        }
    }
}

/// Files in each directory until there is no more space, or `bound` bytes; removed when all are full.
fn fill(directories: &str, bound: u64, report: &mut Report) {
    let mut names = Vec::new();
    for directory in directories.split(':') {
        let (taken, errno) = fill_one(directory, bound, &mut names);
        report.attempt(format!("bytes in {directory}"), Ok(taken as i64));
        if errno != 0 {
            report.attempt("end", Err(errno));
        }
    }
    for name in names {
        let _ = call!(SYS_unlinkat, libc::AT_FDCWD, &text(&name), 0);
    }
}

/// Bytes taken, and the error that ended it.
fn fill_one(directory: &str, bound: u64, names: &mut Vec<String>) -> (u64, i32) {
    const BYTES_OF_FILE: u64 = 8 << 20;
    let block = vec![1_u8; 1 << 20];
    let mut taken = 0;
    for at in 0.. {
        let name = format!("{directory}/pairbench-fill-{}-{at}", std::process::id());
        let file = match os::open(&name, libc::O_CREAT | libc::O_WRONLY) {
            Ok(file) => file,
            Err(errno) => return (taken, errno),
        };
        names.push(name);
        let end = (taken + BYTES_OF_FILE).min(bound);
        while taken < end {
            match os::write(file, &block) {
                Ok(more) => taken += more as u64,
                Err(errno) => {
                    os::close(file);
                    return (taken, errno);
                }
            }
        }
        os::close(file);
        if taken >= bound {
            break;
        }
    }
    (taken, 0)
}

/// A file longer than allowed, by each way to make it so; it takes no space.
fn sparse(path: &str, bytes: u64, report: &mut Report) {
    // SIGXFSZ would end the attack at its first attempt.
    // SAFETY: sets a disposition of this process.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
    let file = os::open(path, libc::O_CREAT | libc::O_RDWR);
    report.attempt(
        "ftruncate",
        file.and_then(|file| call!(SYS_ftruncate, file, bytes)),
    );
    let written = file.and_then(|file| call!(SYS_pwrite64, file, &b"x"[..], 1, bytes));
    report.attempt("pwrite", written);
    report.attempt("truncate", call!(SYS_truncate, &text(path), bytes));
}

/// Directories in directories: a clean-up that recurses by path or stack fails on them.
fn deep(directory: &str, depth: u64, report: &mut Report) {
    let name = text(&"d".repeat(200));
    let mut made = 0;
    let entered = call!(SYS_chdir, &text(directory));
    while entered.is_ok() && made < depth as i64 {
        if call!(SYS_mkdirat, libc::AT_FDCWD, &name, 0o755).is_err() || call!(SYS_chdir, &name).is_err() {
            break;
        }
        made += 1;
    }
    report.attempt("depth", Ok(made));
}
