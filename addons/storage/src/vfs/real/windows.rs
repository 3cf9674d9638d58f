//! Windows.

use std::fs::{self, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, IoSlice};
use std::os::windows::fs::{FileExt, OpenOptionsExt};
use std::os::windows::io::AsRawHandle;
use std::path::Path;

use windows_sys::Win32::Foundation::ERROR_LOCK_VIOLATION;
use windows_sys::Win32::Storage::FileSystem::{
    FILE_FLAG_OPEN_REPARSE_POINT, LOCKFILE_EXCLUSIVE_LOCK, LOCKFILE_FAIL_IMMEDIATELY, LockFileEx,
};
use windows_sys::Win32::System::IO::OVERLAPPED;

/// First byte and number of bytes of the lock: those with which SQLite holds a database exclusively.
const LOCK_START: u32 = 0x4000_0000;
const LOCK_BYTES: u32 = 512;

/// The directory inherits the access list of its parent.
pub(super) fn create_dir(dir: &Path) -> io::Result<()> {
    fs::create_dir(dir)
}

/// Opens a link itself instead of what it points to; handles are not inherited unless asked for.
pub(super) fn open(options: &mut OpenOptions, path: &Path) -> io::Result<fs::File> {
    options.custom_flags(FILE_FLAG_OPEN_REPARSE_POINT).open(path)
}

/// NTFS logs changes of names itself, in order; there is no call for a directory.
pub(super) fn sync_dir(_dir: &Path) -> io::Result<()> {
    Ok(())
}

/// Setting the length takes the space at once and reads as zeros.
pub(super) fn reserve(file: &fs::File, len: u64) -> io::Result<()> {
    file.set_len(len)
}

pub(super) fn read_at(file: &fs::File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    file.seek_read(buf, offset)
}

pub(super) fn write_at(file: &fs::File, buf: &[u8], offset: u64) -> io::Result<usize> {
    file.seek_write(buf, offset)
}

/// There is no vectored write for ordinary files: the first slice that has bytes.
pub(super) fn write_vectored_at(file: &fs::File, bufs: &[IoSlice<'_>], offset: u64) -> io::Result<usize> {
    match bufs.iter().find(|buf| !buf.is_empty()) {
        Some(buf) => file.seek_write(buf, offset),
        None => Ok(0),
    }
}

/// The standard library seeds its hash maps from the system's random numbers.
pub(super) fn random() -> u64 {
    RandomState::new().hash_one(std::process::id())
}

/// The lock. It goes with its handle.
pub(super) struct Lock {
    _file: fs::File,
}

/// `None` when somebody else has it.
pub(super) fn try_lock(path: &Path) -> io::Result<Option<Lock>> {
    let file = open(
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false),
        path,
    )?;
    // SAFETY: an all-zero OVERLAPPED is valid; the offset is set below.
    let mut place: OVERLAPPED = unsafe { std::mem::zeroed() };
    place.Anonymous.Anonymous.Offset = LOCK_START;
    // SAFETY: the handle is open, and with "fail immediately" nothing outlives the call.
    let locked = unsafe {
        LockFileEx(
            file.as_raw_handle(),
            LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY,
            0,
            LOCK_BYTES,
            0,
            &mut place,
        )
    };
    if locked != 0 {
        return Ok(Some(Lock { _file: file }));
    }
    match io::Error::last_os_error() {
        error if error.raw_os_error() == Some(ERROR_LOCK_VIOLATION as i32) => Ok(None),
        error => Err(error),
    }
}
