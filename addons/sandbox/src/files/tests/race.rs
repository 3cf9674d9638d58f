//! F06: a directory and a link to the outside change places ten thousand times while the host reads, writes and lists.
#![cfg(target_os = "linux")]

use std::ffi::CString;
use std::fs;
use std::os::unix::fs::symlink;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::place::Place;
use crate::files::{DEFAULT_MAX_BYTES, Files};

const FLIPS: usize = 10_000;

#[test]
fn no_flip_leads_outside() {
    let counts = race(|_| {});
    assert!(
        counts.done > 0,
        "nothing was ever read: the twin that should work does not"
    );
}

#[test]
fn no_flip_leads_outside_one_component_at_a_time() {
    let counts = race(|files| files.grounds.walk());
    assert!(counts.done > 0);
}

struct Counts {
    done: usize,
}

fn race(prepare: impl Fn(&mut Files)) -> Counts {
    let place = Place::new();
    fs::create_dir(place.base.join("root/real")).unwrap();
    fs::write(place.base.join("root/real/file"), "inside").unwrap();
    fs::write(place.base.join("outside/file"), "outside").unwrap();
    fs::write(place.base.join("outside/foreign"), "").unwrap();
    symlink("../outside", place.base.join("root/link")).unwrap();
    let mut files = place.files();
    prepare(&mut files);
    let over = AtomicBool::new(false);
    let counts = thread::scope(|scope| {
        scope.spawn(|| {
            flip(&place);
            over.store(true, Ordering::Release);
        });
        act(&place, &files, &over)
    });
    assert_eq!(
        fs::read_to_string(place.base.join("outside/file")).unwrap(),
        "outside"
    );
    assert_eq!(fs::read_dir(place.base.join("outside")).unwrap().count(), 2);
    counts
}

/// `RENAME_EXCHANGE` back and forth: at every moment both names are there.
fn flip(place: &Place) {
    let real = CString::new(place.bytes("root/real")).unwrap();
    let link = CString::new(place.bytes("root/link")).unwrap();
    for _ in 0..FLIPS {
        // SAFETY: both paths end with a zero byte and live for the call.
        let answer = unsafe {
            libc::syscall(
                libc::SYS_renameat2,
                libc::AT_FDCWD,
                real.as_ptr(),
                libc::AT_FDCWD,
                link.as_ptr(),
                libc::RENAME_EXCHANGE,
            )
        };
        assert_eq!(answer, 0);
        // Both sides of the race must get to run on a machine with one core.
        thread::yield_now();
    }
}

fn act(place: &Place, files: &Files, over: &AtomicBool) -> Counts {
    let path = place.bytes("root/real/file");
    let fresh = place.bytes("root/real/fresh");
    let dir = place.bytes("root/real");
    let mut counts = Counts { done: 0 };
    // The control: who goes by the path alone does get outside.
    let mut astray = 0;
    while !over.load(Ordering::Acquire) || counts.done == 0 {
        match files.read(place, &path, DEFAULT_MAX_BYTES) {
            Ok(bytes) => {
                assert_ne!(bytes, b"outside", "read outside");
                counts.done += 1;
            }
            Err(error) => assert!(
                matches!(error.code, "ERR_DENIED" | "ERR_NOT_FOUND"),
                "read: {error}"
            ),
        }
        for (target, data) in [(&path, "inside"), (&fresh, "fresh")] {
            if let Err(error) = files.write(place, target, data.as_bytes()) {
                assert!(
                    matches!(error.code, "ERR_DENIED" | "ERR_NOT_FOUND"),
                    "write: {error}"
                );
            }
        }
        match files.list(place, &dir) {
            Ok(entries) => assert!(entries.iter().all(|entry| entry.name != "foreign")),
            Err(error) => assert!(
                matches!(error.code, "ERR_DENIED" | "ERR_NOT_FOUND"),
                "list: {error}"
            ),
        }
        if fs::read(place.base.join("root/real/file")).is_ok_and(|bytes| bytes == b"outside") {
            astray += 1;
        }
    }
    assert!(astray > 0, "the flips never showed: the race was not run");
    counts
}
