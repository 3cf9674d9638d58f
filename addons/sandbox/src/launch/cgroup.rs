//! A group of processes that the kernel counts: for user 0, whom no other limit of processes holds.
//!
//! Process numbers of a namespace have an end too, but no smaller one than 301. So a group is made where fewer processes
//! are wanted, and only there: it costs a directory for each run.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Error, Result};

/// One run's group. Removed when it is dropped, which is after its last process has been buried.
#[derive(Debug)]
pub struct Group {
    directory: PathBuf,
    join: File,
}

impl Group {
    /// A new group of at most `processes`.
    ///
    /// # Errors
    /// Where there is no controller of processes, or it is not ours to use.
    pub fn new(processes: u64) -> Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        static SWEPT: Once = Once::new();
        let parent = hierarchy().ok_or(Error {
            step: "finding a controller of processes",
            errno: libc::ENOENT,
        })?;
        SWEPT.call_once(|| sweep(&parent));
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let directory = parent.join(format!("{PREFIX}{}-{number}", std::process::id()));
        let failed = |error: io::Error| Error::with("making a group of processes", &error);
        fs::create_dir(&directory).map_err(failed)?;
        let opened = fs::write(directory.join("pids.max"), processes.to_string()).and_then(|()| {
            OpenOptions::new()
                .write(true)
                .open(directory.join("cgroup.procs"))
        });
        match opened {
            Ok(join) => Ok(Self { directory, join }),
            Err(error) => {
                let _ = fs::remove_dir(&directory);
                Err(failed(error))
            }
        }
    }

    /// Who writes `0` there joins.
    pub(super) fn join(&self) -> BorrowedFd<'_> {
        self.join.as_fd()
    }

    /// Whether this process may make groups.
    #[must_use]
    pub fn available() -> bool {
        hierarchy().is_some_and(|parent| {
            let path = parent.as_os_str().as_encoded_bytes();
            let Ok(path) = std::ffi::CString::new(path) else {
                return false;
            };
            // SAFETY: the path ends with NUL.
            unsafe { libc::access(path.as_ptr(), libc::W_OK) == 0 }
        })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.directory);
    }
}

/// Before the host's process number and the group's own.
const PREFIX: &str = "pairbench-sandbox-";

/// Removes the groups of hosts that were killed before they could. One that still has a process stays: the kernel says so.
fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.filter_map(std::result::Result::ok) {
        let name = entry.file_name();
        let host = name
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX)?.split('-').next()?.parse::<u32>().ok());
        if host.is_some_and(|host| !Path::new(&format!("/proc/{host}")).exists()) {
            let _ = fs::remove_dir(entry.path());
        }
    }
}

/// The first version has a hierarchy a controller, the second one for all that are handed down.
fn hierarchy() -> Option<PathBuf> {
    let first = Path::new("/sys/fs/cgroup/pids");
    if first.join("cgroup.procs").exists() {
        return Some(first.to_owned());
    }
    let second = Path::new("/sys/fs/cgroup");
    let handed_down = fs::read_to_string(second.join("cgroup.subtree_control")).ok()?;
    handed_down
        .split_whitespace()
        .any(|name| name == "pids")
        .then(|| second.to_owned())
}
