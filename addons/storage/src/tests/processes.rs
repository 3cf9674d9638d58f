//! Real files, real processes.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use super::support::{RealDir, open_real, read, reader, small};
use crate::error::Code;
use crate::format::{LOCK_NAME, WRITER_NAME, segment_name};
use crate::journal::{Durability, Options};

/// Tells this very test binary, started again, which directory to write in.
const CHILD: &str = "PAIRBENCH_STORAGE_TEST_CHILD";

/// Not a test of its own: what the child process does. Acknowledged numbers go to standard output.
#[test]
fn child() {
    let Ok(dir) = std::env::var(CHILD) else { return };
    let log = open_real(Path::new(&dir), &small()).unwrap();
    for number in log.next_seq().. {
        assert_eq!(log.append(&number.to_le_bytes().repeat(9)).unwrap(), number);
        eprintln!("acknowledged {number}");
    }
}

fn start_child(dir: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["tests::processes::child", "--exact", "--nocapture"])
        .env(CHILD, dir)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn i01_i14_the_lock_dies_with_its_process_and_nothing_acknowledged_does() {
    let dir = RealDir::new();
    let mut expected = 0;
    for round in 1..=8_u64 {
        let mut child = start_child(&dir.log());
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut acknowledged = expected;
        while acknowledged < expected + round * 10 {
            let line = lines.next().expect("the child goes on").unwrap();
            if let Some(number) = line.strip_prefix("acknowledged ") {
                acknowledged = number.parse::<u64>().unwrap() + 1;
            }
        }
        let refused = open_real(&dir.log(), &small()).err().unwrap();
        assert_eq!((refused.code, refused.pid), (Code::Locked, Some(child.id())));
        child.kill().unwrap();
        // The pipe ends with what it wrote last.
        for line in lines.map_while(Result::ok) {
            if let Some(number) = line.strip_prefix("acknowledged ") {
                acknowledged = number.parse::<u64>().unwrap() + 1;
            }
        }
        child.wait().unwrap();
        let log = open_real(&dir.log(), &small()).unwrap();
        let (_, events) = read(&log, None).unwrap();
        assert!(log.next_seq() >= acknowledged && log.next_seq() <= acknowledged + 1);
        for (number, event) in events.iter().enumerate() {
            assert_eq!(*event, (number as u64).to_le_bytes().repeat(9));
        }
        expected = log.next_seq();
        log.close().unwrap();
    }
}

#[test]
fn i14_a_second_writer_is_refused_and_can_wait() {
    let dir = RealDir::new();
    let first = open_real(&dir.log(), &small()).unwrap();
    for _ in 0..50 {
        let refused = open_real(&dir.log(), &small()).err().unwrap();
        assert_eq!(
            (refused.code, refused.pid),
            (Code::Locked, Some(std::process::id()))
        );
    }
    // A refused descriptor is kept, not closed and not piled up.
    let lock = dir.log().join(LOCK_NAME);
    let descriptors = fs::read_dir("/proc/self/fd")
        .unwrap()
        .filter(|entry| {
            entry
                .as_ref()
                .is_ok_and(|entry| fs::read_link(entry.path()).is_ok_and(|target| target == lock))
        })
        .count();
    assert_eq!(descriptors, 2);
    let waiting = Options {
        lock_wait: Duration::from_secs(20),
        ..small()
    };
    let log_dir = dir.log();
    let start = Instant::now();
    let second = std::thread::spawn(move || open_real(&log_dir, &waiting).map(|log| log.close()));
    std::thread::sleep(Duration::from_millis(50));
    first.close().unwrap();
    second.join().unwrap().unwrap().unwrap();
    assert!(start.elapsed() >= Duration::from_millis(50));
}

#[test]
fn i14_a_child_process_inherits_no_descriptor() {
    let dir = RealDir::new();
    let log = open_real(&dir.log(), &small()).unwrap();
    log.append(b"one").unwrap();
    let listed = Command::new("ls").args(["-l", "/proc/self/fd"]).output().unwrap();
    let text = String::from_utf8_lossy(&listed.stdout);
    assert!(text.contains("fd") || text.contains("->"), "{text}");
    assert!(!text.contains(&*dir.path().to_string_lossy()), "{text}");
}

#[test]
fn i18_a_handle_used_after_fork_is_refused_and_the_lock_stays() {
    let dir = RealDir::new();
    let log = open_real(&dir.log(), &small()).unwrap();
    log.append(b"before").unwrap();
    // SAFETY: the child only uses the handle, whose locks no other thread holds, and leaves by `_exit`.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let refused = [
            log.append(b"child").map(drop),
            log.enqueue(b"child").map(drop),
            log.flush(),
            log.replay(None).map(drop),
            log.prune(9).map(drop),
        ];
        let all = refused
            .iter()
            .all(|outcome| outcome.as_ref().is_err_and(|error| error.code == Code::Poisoned));
        let _ = log.close();
        drop(log);
        // SAFETY: ends the child without running what belongs to the parent.
        unsafe { libc::_exit(if all { 7 } else { 8 }) };
    }
    let mut status = 0;
    // SAFETY: `child` is a child of this process, and the status is written to a local.
    assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
    assert!(libc::WIFEXITED(status));
    assert_eq!(libc::WEXITSTATUS(status), 7);
    assert_eq!(log.append(b"after").unwrap(), 1);
    let refused = Command::new(std::env::current_exe().unwrap())
        .args(["tests::processes::child", "--exact"])
        .env(CHILD, dir.log())
        .output()
        .unwrap();
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stdout).contains("Locked"));
    assert_eq!(
        read(&log, None).unwrap().1,
        [b"before".to_vec(), b"after".to_vec()]
    );
}

/// Segments whose times go backwards are read by their numbers.
#[test]
fn i19_no_clock_decides_the_order() {
    let dir = RealDir::new();
    let log = open_real(&dir.log(), &small()).unwrap();
    let events: Vec<Vec<u8>> = (0..9_u8).map(|index| vec![index; 200]).collect();
    for event in &events {
        log.append(event).unwrap();
    }
    log.close().unwrap();
    let segments = (0..).take_while(|number| dir.log().join(segment_name(*number)).exists());
    assert!(segments.clone().count() > 2);
    for number in segments {
        let file = fs::File::options()
            .write(true)
            .open(dir.log().join(segment_name(number)));
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000_000 - number / 2 * 86_400);
        file.unwrap().set_modified(time).unwrap();
    }
    let log = open_real(&dir.log(), &small()).unwrap();
    assert_eq!(log.append(b"after").unwrap(), 9);
    let (first, mut read) = read(&log, None).unwrap();
    assert_eq!((first, read.pop()), (0, Some(b"after".to_vec())));
    assert_eq!(read, events);
}

#[test]
fn i20_only_the_owner_may_read() {
    let dir = RealDir::new();
    let log = open_real(&dir.log(), &small()).unwrap();
    for _ in 0..5 {
        log.append(&[1; 300]).unwrap();
    }
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(&dir.log()), 0o700);
    let mut files = 0;
    for entry in fs::read_dir(dir.log()).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
        files += 1;
    }
    assert!(files > 4);
}

#[test]
fn i20_symbolic_links_are_not_followed() {
    for name in [segment_name(0), WRITER_NAME.to_owned(), LOCK_NAME.to_owned()] {
        let dir = RealDir::new();
        let log = open_real(&dir.log(), &small()).unwrap();
        log.append(b"one").unwrap();
        log.close().unwrap();
        let outside = dir.path().join("outside");
        fs::rename(dir.log().join(&name), &outside).unwrap();
        let before = fs::read(&outside).unwrap();
        symlink(&outside, dir.log().join(&name)).unwrap();
        let error = open_real(&dir.log(), &small()).err().unwrap();
        assert_eq!(error.code, Code::Io, "{name}: {error}");
        assert!(error.message.contains("ELOOP"), "{error}");
        assert_eq!(fs::read(&outside).unwrap(), before);
    }
}

#[test]
fn i17_what_is_no_file_is_refused_without_waiting_for_it() {
    let dir = RealDir::new();
    fs::create_dir(dir.log()).unwrap();
    let path = std::ffi::CString::new(dir.log().join(segment_name(0)).to_str().unwrap()).unwrap();
    // SAFETY: the path is a C string.
    assert_eq!(unsafe { libc::mkfifo(path.as_ptr(), 0o600) }, 0);
    assert_eq!(open_real(&dir.log(), &small()).err().unwrap().code, Code::Io);
    assert_eq!(open_real(&dir.log(), &reader()).err().unwrap().code, Code::Io);
}

#[test]
fn i15_a_reader_beside_a_writer_in_another_process() {
    let dir = RealDir::new();
    let mut child = start_child(&dir.log());
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut acknowledged = 0;
    for line in lines.by_ref().map_while(Result::ok) {
        if line.starts_with("acknowledged") {
            break;
        }
    }
    let log = open_real(&dir.log(), &reader()).unwrap();
    while acknowledged < 400 {
        let (first, events) = read(&log, None).unwrap();
        assert_eq!(first, 0);
        assert!(events.len() as u64 >= acknowledged);
        acknowledged = events.len() as u64;
        for (number, event) in events.iter().enumerate() {
            assert_eq!(*event, (number as u64).to_le_bytes().repeat(9));
        }
        // The child's pipe must not fill up.
        for _ in 0..40 {
            let _ = lines.next();
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_segment_is_made_in_the_background_and_goes_with_its_handle() {
    let dir = RealDir::new();
    let options = Options {
        segment_bytes: 64 << 10,
        durability: Durability::Buffered,
        ..Options::default()
    };
    let log = open_real(&dir.log(), &options).unwrap();
    for _ in 0..2000 {
        log.append(&[5; 100]).unwrap();
    }
    log.close().unwrap();
    let names: Vec<_> = fs::read_dir(dir.log())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(names.iter().all(|name| !name.starts_with("spare")), "{names:?}");
    let log = open_real(&dir.log(), &options).unwrap();
    assert_eq!(read(&log, None).unwrap().1.len(), 2000);
}
