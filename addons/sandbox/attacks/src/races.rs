//! Attempts that need luck: a name or a pointer changes between the check and the use.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use crate::files::{self, MARK};
use crate::os::{self, call, text};
use crate::report::Report;

/// Each race goes on for as long at least: on a busy host a few flips fit between two looks.
const LEAST_MS: u128 = 400;
/// Wall-clock bound of each race: the corpus has a minute for everything.
const MOST_MS: u128 = 1500;

/// Whether the flipping side is done.
fn over(start: std::time::Instant, flipped: u32, flips: u32) -> bool {
    let ms = start.elapsed().as_millis();
    ms > MOST_MS || (ms > LEAST_MS && flipped >= flips)
}

pub fn run(name: &str, arguments: &[&str], report: &mut Report) -> bool {
    match (name, arguments) {
        ("race-write", [real, link, file, flips]) => {
            let flips = flips.parse().expect("a number of flips");
            let created = race(real, link, flips, |n| {
                files::create(&format!("{real}/{file}{}", n % 8)).is_ok()
            });
            report.attempt("writes", Ok(created));
        }
        ("race-read", [real, link, file, flips]) => {
            let flips = flips.parse().expect("a number of flips");
            let path = format!("{real}/{file}");
            let read = race(real, link, flips, |_| {
                let bytes = os::open(&path, libc::O_RDONLY).and_then(|file| {
                    let bytes = os::read(file);
                    os::close(file);
                    bytes
                });
                // Once is enough, and the output stays small.
                bytes.is_ok_and(|bytes| {
                    let leaked = bytes.starts_with(b"secret");
                    if leaked {
                        report.got(&bytes);
                    }
                    leaked
                })
            });
            report.attempt("reads", Ok(read));
        }
        ("race-connect", [own, link, flips]) => {
            let flips = flips.parse().expect("a number of flips");
            let _listener = std::os::unix::net::UnixListener::bind(own);
            let connected = race(own, link, flips, |_| crate::sockets::connect_path(own).is_ok());
            report.attempt("connections", Ok(connected));
        }
        ("flip", [real, link, ms]) => {
            // For the host's own file tools: only the flipping side.
            let until: u128 = ms.parse().expect("milliseconds");
            let (real, link) = (text(real), text(link));
            let start = std::time::Instant::now();
            let mut flips = 0;
            while start.elapsed().as_millis() < until {
                flips += i64::from(exchange(&real, &link));
            }
            report.attempt("flips", Ok(flips));
        }
        ("race-pointer", [allowed, refused, flips]) => {
            let flips = flips.parse().expect("a number of flips");
            race_pointer(allowed, refused, flips, report);
        }
        _ => return false,
    }
    true
}

fn exchange(one: &std::ffi::CString, other: &std::ffi::CString) -> bool {
    call!(
        SYS_renameat2,
        libc::AT_FDCWD,
        one,
        libc::AT_FDCWD,
        other,
        libc::RENAME_EXCHANGE
    )
    .is_ok()
}

/// Exchanges two names in a second thread while `act` goes on; how often it said true.
fn race(real: &str, link: &str, flips: u32, mut act: impl FnMut(u32) -> bool) -> i64 {
    let done = AtomicBool::new(false);
    let (one, other) = (text(real), text(link));
    let start = std::time::Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut flipped = 0;
            while !over(start, flipped, flips) {
                exchange(&one, &other);
                flipped += 1;
                // An odd number: where both threads share a core, the other one sees either state.
                if flipped % 7 == 0 {
                    std::thread::yield_now();
                }
            }
            done.store(true, Ordering::Relaxed);
        });
        let (mut hits, mut round) = (0, 0);
        while !done.load(Ordering::Relaxed) {
            hits += i64::from(act(round));
            round += 1;
        }
        hits
    })
}

/// One buffer whose bytes alternate between an allowed and a refused name of the same length while calls read it:
/// whoever decides by what the pointer points to decides on something else than the kernel acts on.
fn race_pointer(allowed: &str, refused: &str, flips: u32, report: &mut Report) {
    assert_eq!(allowed.len(), refused.len(), "names of one length");
    let buffer: Vec<AtomicU8> = allowed.bytes().chain([0]).map(AtomicU8::new).collect();
    let done = AtomicBool::new(false);
    let start = std::time::Instant::now();
    let mut made = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut flipped = 0;
            while !over(start, flipped, flips) {
                flipped += 1;
                let name = if flipped % 2 == 0 { refused } else { allowed };
                if flipped % 63 == 0 {
                    std::thread::yield_now();
                }
                for (slot, byte) in buffer.iter().zip(name.bytes()) {
                    slot.store(byte, Ordering::Relaxed);
                }
                for _ in 0..200 {
                    std::hint::spin_loop();
                }
            }
            done.store(true, Ordering::Relaxed);
        });
        let flags = libc::O_CREAT | libc::O_WRONLY | libc::O_CLOEXEC;
        while !done.load(Ordering::Relaxed) {
            let address = buffer.as_ptr() as u64;
            if let Ok(file) = call!(SYS_openat, libc::AT_FDCWD, address, flags, 0o644) {
                made += 1;
                let _ = os::write(file, MARK);
                os::close(file);
            }
        }
    });
    report.attempt("opened", Ok(made));
}
