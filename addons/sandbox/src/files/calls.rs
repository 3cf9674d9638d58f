//! The system calls that the standard library does not offer: those that start from a descriptor.

use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

/// Flags for a directory on the way: searched, not read.
#[cfg(target_os = "linux")]
pub(super) const SEARCH: i32 = libc::O_PATH | libc::O_DIRECTORY;
#[cfg(not(target_os = "linux"))]
pub(super) const SEARCH: i32 = libc::O_RDONLY | libc::O_DIRECTORY;

/// `st_mode` and what identifies a file.
#[derive(Clone, Copy)]
pub(super) struct Stat {
    pub(super) mode: u32,
    pub(super) device: u64,
    pub(super) inode: u64,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Stat {
    // `mode_t` has 16 bits on some systems.
    #[allow(clippy::unnecessary_cast)]
    pub(super) fn is(&self, kind: libc::mode_t) -> bool {
        self.mode & libc::S_IFMT as u32 == kind as u32
    }
}

/// A name or path for the kernel; a NUL in it is `EINVAL`.
pub(super) fn c_string(bytes: &[u8]) -> io::Result<CString> {
    CString::new(bytes).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))
}

/// The call again while a signal interrupts it.
fn retried(mut call: impl FnMut() -> i64) -> io::Result<i64> {
    loop {
        let answer = call();
        if answer >= 0 {
            return Ok(answer);
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

fn owned(descriptor: i64) -> OwnedFd {
    // SAFETY: the kernel has just made this descriptor for us and nobody else knows it. Numbers of descriptors fit i32.
    unsafe { OwnedFd::from_raw_fd(descriptor as i32) }
}

/// `openat`; O_CLOEXEC is added.
pub(super) fn open_at(dir: BorrowedFd<'_>, name: &CStr, flags: i32, mode: u32) -> io::Result<OwnedFd> {
    retried(|| {
        // SAFETY: `name` ends with a zero byte and lives for the call.
        i64::from(unsafe { libc::openat(dir.as_raw_fd(), name.as_ptr(), flags | libc::O_CLOEXEC, mode) })
    })
    .map(owned)
}

/// `openat2`: below `dir`, over no symbolic link, for reading. O_CLOEXEC is added.
#[cfg(target_os = "linux")]
pub(super) fn open_beneath(dir: BorrowedFd<'_>, path: &CStr, flags: i32) -> io::Result<OwnedFd> {
    // SAFETY: an all-zero `open_how` is a valid value of this plain C structure.
    let mut how: libc::open_how = unsafe { std::mem::zeroed() };
    how.flags = (flags | libc::O_CLOEXEC) as u64;
    how.resolve = libc::RESOLVE_BENEATH | libc::RESOLVE_NO_SYMLINKS | libc::RESOLVE_NO_MAGICLINKS;
    retried(|| {
        // SAFETY: `path` ends with a zero byte, `how` has the size that is given, and both live for the call.
        unsafe {
            libc::syscall(
                libc::SYS_openat2,
                dir.as_raw_fd(),
                path.as_ptr(),
                &raw const how,
                size_of::<libc::open_how>(),
            )
        }
    })
    .map(owned)
}

/// Other systems have no such call.
#[cfg(not(target_os = "linux"))]
pub(super) fn open_beneath(_dir: BorrowedFd<'_>, _path: &CStr, _flags: i32) -> io::Result<OwnedFd> {
    Err(io::Error::from_raw_os_error(libc::ENOSYS))
}

/// `fstatat` of the name itself, not of what a link leads to.
pub(super) fn stat_at(dir: BorrowedFd<'_>, name: &CStr) -> io::Result<Stat> {
    // SAFETY: an all-zero `stat` is a valid value of this plain C structure.
    let mut stat: libc::stat = unsafe { std::mem::zeroed() };
    retried(|| {
        // SAFETY: `name` ends with a zero byte, `stat` is writable, and both live for the call.
        i64::from(unsafe {
            libc::fstatat(
                dir.as_raw_fd(),
                name.as_ptr(),
                &raw mut stat,
                libc::AT_SYMLINK_NOFOLLOW,
            )
        })
    })?;
    // The types of these fields differ between systems.
    #[allow(clippy::unnecessary_cast)]
    Ok(Stat {
        mode: stat.st_mode as u32,
        device: stat.st_dev as u64,
        inode: stat.st_ino as u64,
        uid: stat.st_uid,
        gid: stat.st_gid,
    })
}

/// `renameat` within one directory.
pub(super) fn rename_at(dir: BorrowedFd<'_>, from: &CStr, to: &CStr) -> io::Result<()> {
    let raw = dir.as_raw_fd();
    retried(|| {
        // SAFETY: both names end with a zero byte and live for the call.
        i64::from(unsafe { libc::renameat(raw, from.as_ptr(), raw, to.as_ptr()) })
    })
    .map(drop)
}

/// `unlinkat` of something that is no directory.
pub(super) fn unlink_at(dir: BorrowedFd<'_>, name: &CStr) -> io::Result<()> {
    retried(|| {
        // SAFETY: `name` ends with a zero byte and lives for the call.
        i64::from(unsafe { libc::unlinkat(dir.as_raw_fd(), name.as_ptr(), 0) })
    })
    .map(drop)
}

/// Bytes that nobody guesses.
pub(super) fn random() -> io::Result<[u8; 16]> {
    let mut bytes = [0; 16];
    #[cfg(target_os = "linux")]
    // SAFETY: the buffer is writable for its length. Up to 256 bytes come whole or not at all.
    let filled = unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), bytes.len(), 0) } == 16;
    #[cfg(not(target_os = "linux"))]
    // SAFETY: as above.
    let filled = unsafe { libc::getentropy(bytes.as_mut_ptr().cast(), bytes.len()) } == 0;
    if filled {
        Ok(bytes)
    } else {
        Err(io::Error::last_os_error())
    }
}
