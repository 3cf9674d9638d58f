//! The entries of a directory, without those that are not to be seen.

use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{BorrowedFd, IntoRawFd, OwnedFd};
use std::ptr::NonNull;

use super::calls::stat_at;
use super::error::{Error, Stop};
use super::ground::{Grounds, Spot};
use super::judge::{Decision, Intent, Judge, Judgement};

/// What an entry is; a link is a link, whatever it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A FIFO, a socket, a device.
    Other,
}

impl Kind {
    /// As the contract spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Directory => "directory",
            Self::Symlink => "symlink",
            Self::Other => "other",
        }
    }
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name in the directory.
    pub name: String,
    /// What it was when the directory was read.
    pub kind: Kind,
}

/// Cost: one judgement an entry, and of that no system call where the judge has a `judge_resolved`, save for links.
pub(super) fn list(
    grounds: &Grounds,
    judge: &dyn Judge,
    spot: &Spot<'_>,
    path: &[u8],
) -> Result<Vec<Entry>, Stop> {
    let failed = |error: &io::Error| Stop::Failed(Error::io(Intent::List, path, error));
    let flags = libc::O_RDONLY | libc::O_DIRECTORY | libc::O_NONBLOCK;
    let directory = grounds
        .descend(spot, spot.rest, flags)?
        .map_err(|error| match error.raw_os_error() {
            Some(libc::ENOENT) => Stop::Failed(Error::not_found(Intent::List, path)),
            Some(libc::ENOTDIR) => Stop::Failed(Error::not_a_directory(path)),
            _ => failed(&error),
        })?;
    let mut stream = Stream::new(directory).map_err(|error| failed(&error))?;
    let mut whole = spot.resolved.to_vec();
    if whole != b"/" {
        whole.push(b'/');
    }
    let beginning = whole.len();
    let mut entries = Vec::new();
    while let Some((name, kind)) = stream.next().map_err(|error| failed(&error))? {
        let Ok(name) = name.into_string() else { continue };
        whole.truncate(beginning);
        whole.extend_from_slice(name.as_bytes());
        if !is_denied(judge, &whole, kind) {
            entries.push(Entry { name, kind });
        }
    }
    entries.sort_unstable_by(|one, other| one.name.encode_utf16().cmp(other.name.encode_utf16()));
    Ok(entries)
}

/// `confirm` is shown: it is there, and reading it asks.
fn is_denied(judge: &dyn Judge, path: &[u8], kind: Kind) -> bool {
    let judgement = match kind {
        Kind::Directory => judge.judge_resolved(path, Intent::List),
        Kind::Symlink => judge.judge(path, Intent::Read),
        Kind::File | Kind::Other => judge.judge_resolved(path, Intent::Read),
    };
    matches!(judgement, Judgement::Refused(refusal) if refusal.decision == Decision::Deny)
}

/// The C library's directory stream: it reads many entries with one system call.
struct Stream(NonNull<libc::DIR>);

impl Stream {
    fn new(directory: OwnedFd) -> io::Result<Self> {
        let raw = directory.into_raw_fd();
        // SAFETY: an open descriptor of a directory that is ours to give away.
        match NonNull::new(unsafe { libc::fdopendir(raw) }) {
            Some(stream) => Ok(Self(stream)),
            None => {
                let error = io::Error::last_os_error();
                // SAFETY: it was not taken over, and nobody else has it.
                unsafe { libc::close(raw) };
                Err(error)
            }
        }
    }

    /// The next entry besides `.` and `..`; `None` at the end.
    fn next(&mut self) -> io::Result<Option<(CString, Kind)>> {
        loop {
            // The end and a failure are both null: only errno tells them apart.
            clear_errno();
            // SAFETY: the stream is open, and `&mut self` keeps others away from it.
            let entry = unsafe { libc::readdir(self.0.as_ptr()) };
            if entry.is_null() {
                let error = io::Error::last_os_error();
                return match error.raw_os_error() {
                    Some(0) | None => Ok(None),
                    _ => Err(error),
                };
            }
            // SAFETY: until the next call the entry is there, and its name ends with a zero byte.
            let (name, kind) = unsafe { (CStr::from_ptr((*entry).d_name.as_ptr()), (*entry).d_type) };
            if name == c"." || name == c".." {
                continue;
            }
            let name = name.to_owned();
            let kind = match kind {
                libc::DT_REG => Kind::File,
                libc::DT_DIR => Kind::Directory,
                libc::DT_LNK => Kind::Symlink,
                libc::DT_UNKNOWN => match self.kind_of(&name)? {
                    Some(kind) => kind,
                    None => continue,
                },
                _ => Kind::Other,
            };
            return Ok(Some((name, kind)));
        }
    }

    /// For file systems that do not say; `None` when it has gone since.
    fn kind_of(&self, name: &CStr) -> io::Result<Option<Kind>> {
        // SAFETY: the stream owns this descriptor and outlives the borrow.
        let directory = unsafe { BorrowedFd::borrow_raw(libc::dirfd(self.0.as_ptr())) };
        match stat_at(directory, name) {
            Ok(found) if found.is(libc::S_IFREG) => Ok(Some(Kind::File)),
            Ok(found) if found.is(libc::S_IFDIR) => Ok(Some(Kind::Directory)),
            Ok(found) if found.is(libc::S_IFLNK) => Ok(Some(Kind::Symlink)),
            Ok(_) => Ok(Some(Kind::Other)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: open, and not used after this.
        unsafe { libc::closedir(self.0.as_ptr()) };
    }
}

fn clear_errno() {
    #[cfg(target_os = "linux")]
    // SAFETY: the address of this thread's own errno.
    unsafe {
        *libc::__errno_location() = 0;
    }
    #[cfg(not(target_os = "linux"))]
    // SAFETY: as above.
    unsafe {
        *libc::__error() = 0;
    }
}
