//! Writing a file whole: a new one beside it, flushed, renamed over it.

use std::ffi::{CStr, CString};
use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};

use super::calls::{Stat, c_string, open_at, random, rename_at, stat_at, unlink_at};
use super::error::{Error, Stop};
use super::ground::{Grounds, Spot};
use super::judge::Intent;

/// Mode of a file that was not there; the umask takes from it.
const NEW_MODE: u32 = 0o644;

pub(super) fn write(grounds: &Grounds, spot: &Spot<'_>, path: &[u8], data: &[u8]) -> Result<(), Stop> {
    let failed = |error: &io::Error| Stop::Failed(Error::io(Intent::Write, path, error));
    let in_the_way = || Stop::Failed(Error::not_a_file(Intent::Write, path));
    // The root itself is a directory.
    let name = match spot.rest.rsplit(|&byte| byte == b'/').next() {
        Some(name) if !name.is_empty() => name,
        _ => return Err(in_the_way()),
    };
    let parent = &spot.rest[..(spot.rest.len() - name.len()).saturating_sub(1)];
    let parent = match grounds.descend(spot, parent, libc::O_RDONLY | libc::O_DIRECTORY)? {
        Ok(descriptor) => File::from(descriptor),
        Err(error) => {
            return Err(match error.raw_os_error() {
                Some(libc::ENOENT | libc::ENOTDIR) => Error::not_found(Intent::Write, path).into(),
                _ => failed(&error),
            });
        }
    };
    let name = c_string(name).map_err(|error| failed(&error))?;
    let old = match stat_at(parent.as_fd(), &name) {
        // Renaming would replace the link itself and harm nobody, but the judge meant what it leads to.
        Ok(old) if old.is(libc::S_IFLNK) => return Err(Stop::Symlink),
        Ok(old) if !old.is(libc::S_IFREG) => return Err(in_the_way()),
        Ok(old) => Some(old),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(&error)),
    };
    replace(&parent, &name, old, data).map_err(|error| match error.raw_os_error() {
        // Something else got there since.
        Some(libc::EISDIR | libc::ENOTEMPTY) => in_the_way(),
        // The directory was removed since.
        Some(libc::ENOENT) => Error::not_found(Intent::Write, path).into(),
        _ => failed(&error),
    })
}

/// A name's old inode is left alone: with more than one link to it, the others keep what they had.
fn replace(parent: &File, name: &CStr, old: Option<Stat>, data: &[u8]) -> io::Result<()> {
    let temporary = Temporary::create(parent.as_fd(), if old.is_some() { 0o600 } else { NEW_MODE })?;
    let mut file = &temporary.file;
    file.write_all(data)?;
    if let Some(old) = old {
        keep_access(file, old)?;
    }
    file.sync_all()?;
    temporary.rename(name)?;
    match parent.sync_all() {
        // Some file systems cannot flush a directory; nothing better can be done there.
        Err(error) if !matches!(error.raw_os_error(), Some(libc::EINVAL | libc::ENOTSUP)) => Err(error),
        _ => Ok(()),
    }
}

/// Owner, group and permission bits of the old file; set-uid and its like are not for new contents.
fn keep_access(file: &File, old: Stat) -> io::Result<()> {
    let mine = file.metadata()?;
    let mut mode = old.mode & 0o777;
    if (mine.uid(), mine.gid()) != (old.uid, old.gid) && fchown(file, Some(old.uid), Some(old.gid)).is_err() {
        // Another group than before gets no more than everybody.
        mode = mode & !0o070 | (mode & 0o007) << 3;
    }
    file.set_permissions(Permissions::from_mode(mode))
}

/// A file of a random name that goes when it was not renamed.
struct Temporary<'a> {
    dir: BorrowedFd<'a>,
    name: CString,
    file: File,
    renamed: bool,
}

impl<'a> Temporary<'a> {
    /// O_EXCL: whoever guesses the name makes this fail, and gets nothing written through a link.
    fn create(dir: BorrowedFd<'a>, mode: u32) -> io::Result<Self> {
        let hex: String = random()?.iter().map(|byte| format!("{byte:02x}")).collect();
        // Protected names are fixed ones: none is like this.
        let name = c_string(format!(".pairbench-{hex}.tmp").as_bytes())?;
        let flags = libc::O_WRONLY | libc::O_CREAT | libc::O_EXCL | libc::O_NOFOLLOW;
        let file = File::from(open_at(dir, &name, flags, mode)?);
        Ok(Self {
            dir,
            name,
            file,
            renamed: false,
        })
    }

    /// A command that watches the directory may have put something else under the temporary's name while it was flushed.
    /// What is left of that race is the moment between these two calls.
    fn rename(mut self, to: &CStr) -> io::Result<()> {
        let mine = self.file.metadata()?;
        let found = stat_at(self.dir, &self.name)?;
        if (found.device, found.inode) != (mine.dev(), mine.ino()) {
            return Err(io::Error::from_raw_os_error(libc::ESTALE));
        }
        rename_at(self.dir, &self.name, to)?;
        self.renamed = true;
        Ok(())
    }
}

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        if !self.renamed {
            // The first failure is the one to tell.
            let _ = unlink_at(self.dir, &self.name);
        }
    }
}
