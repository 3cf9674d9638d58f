//! Linux, macOS and their relatives.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::{self, IoSlice};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::sync::{LazyLock, Mutex, PoisonError};

/// First byte and number of bytes of the lock: those with which SQLite holds a database exclusively.
const LOCK_START: i64 = 0x4000_0000;
const LOCK_BYTES: i64 = 512;

/// More slices than this are refused by some systems.
const MOST_SLICES: usize = 1024;

pub(super) fn create_dir(dir: &Path) -> io::Result<()> {
    fs::DirBuilder::new().mode(0o700).create(dir)
}

/// The standard library adds O_CLOEXEC: no child process gets the descriptor.
/// O_NONBLOCK, so that a FIFO in place of a file cannot hang the open; regular files ignore it.
pub(super) fn open(options: &mut OpenOptions, path: &Path) -> io::Result<fs::File> {
    options
        .mode(0o600)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(path)
}

pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options
        .read(true)
        .custom_flags(libc::O_DIRECTORY)
        .open(dir)?
        .sync_all()
}

#[cfg(target_os = "linux")]
pub(super) fn reserve(file: &fs::File, len: u64) -> io::Result<()> {
    let length = libc::off64_t::try_from(len).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: a call that touches no memory of ours.
    match unsafe { libc::fallocate64(file.as_raw_fd(), 0, 0, length) } {
        0 => Ok(()),
        _ => Err(match io::Error::last_os_error() {
            error if error.raw_os_error() == Some(libc::EOPNOTSUPP) => io::ErrorKind::Unsupported.into(),
            error => error,
        }),
    }
}

/// macOS could (F_PREALLOCATE), in two calls and without zeros; nobody has tried it here.
#[cfg(not(target_os = "linux"))]
pub(super) fn reserve(_file: &fs::File, _len: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(super) fn read_at(file: &fs::File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    file.read_at(buf, offset)
}

pub(super) fn write_at(file: &fs::File, buf: &[u8], offset: u64) -> io::Result<usize> {
    file.write_at(buf, offset)
}

pub(super) fn write_vectored_at(file: &fs::File, bufs: &[IoSlice<'_>], offset: u64) -> io::Result<usize> {
    let count = bufs.len().min(MOST_SLICES);
    let offset = libc::off_t::try_from(offset).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: `IoSlice` has the layout of `iovec` (promised by the standard library), `count` of them are readable, and
    // each names memory that is readable for the call.
    let written = unsafe { libc::pwritev(file.as_raw_fd(), bufs.as_ptr().cast(), count as i32, offset) };
    usize::try_from(written).map_err(|_| io::Error::last_os_error())
}

pub(super) fn random() -> u64 {
    let mut bytes = [0; 8];
    #[cfg(target_os = "linux")]
    // SAFETY: the buffer is writable for its length.
    let filled = unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), bytes.len(), 0) } == 8;
    #[cfg(not(target_os = "linux"))]
    // SAFETY: as above.
    let filled = unsafe { libc::getentropy(bytes.as_mut_ptr().cast(), bytes.len()) } == 0;
    assert!(filled, "the system gives no random numbers");
    u64::from_ne_bytes(bytes)
}

/// Descriptors of locks that were refused, by device and inode.
///
/// Closing any descriptor of a file drops every POSIX lock that this process has on it, and the other engine, in the
/// same process, may be the one that has it. So a refused descriptor is kept for the next attempt.
static REFUSED: LazyLock<Mutex<HashMap<(u64, u64), fs::File>>> = LazyLock::new(Mutex::default);

/// The lock. It goes with its last descriptor: closing needs no unlocking before, which would open a gap.
pub(super) struct Lock {
    _file: fs::File,
}

/// `None` when somebody else has it.
pub(super) fn try_lock(path: &Path) -> io::Result<Option<Lock>> {
    let mut refused = REFUSED.lock().unwrap_or_else(PoisonError::into_inner);
    // Looked up by name, since opening it would already mean closing it some day.
    let known = fs::symlink_metadata(path)
        .ok()
        .and_then(|data| refused.remove(&(data.dev(), data.ino())));
    let file = match known {
        Some(file) => file,
        None => open(
            OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false),
            path,
        )?,
    };
    match set_lock(&file) {
        Ok(()) => Ok(Some(Lock { _file: file })),
        Err(error) => {
            let data = file.metadata()?;
            refused.insert((data.dev(), data.ino()), file);
            match error.raw_os_error() {
                Some(libc::EAGAIN | libc::EACCES | libc::EINTR) => Ok(None),
                _ => Err(error),
            }
        }
    }
}

fn set_lock(file: &fs::File) -> io::Result<()> {
    // SAFETY: an all-zero `flock` is a valid value of this plain C structure.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = libc::F_WRLCK as _;
    lock.l_whence = libc::SEEK_SET as _;
    lock.l_start = LOCK_START as _;
    lock.l_len = LOCK_BYTES as _;
    // An open-file-description lock also keeps out a second handle of this process.
    #[cfg(target_os = "linux")]
    let command = libc::F_OFD_SETLK;
    #[cfg(not(target_os = "linux"))]
    let command = libc::F_SETLK;
    // SAFETY: the descriptor is open and `lock` outlives the call.
    match unsafe { libc::fcntl(file.as_raw_fd(), command, &lock) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}
