//! A path as a supervised process means it: read from its memory, and followed from where that process stands.
//!
//! The supervisor acts on what it has read itself, never on what may change in the process's memory after the check.

use crate::sys::{
    AT_FDCWD, EACCES, ENAMETOOLONG, ENOENT, Errno, Fd, Numbered, O_DIRECTORY, O_PATH, RESOLVE_NO_MAGICLINKS, Result,
    is_procfs, openat2, syscall,
};

/// Longest path that the kernel takes, its NUL included.
pub const PATH_BYTES: usize = 4096;

/// A path, NUL at its end.
pub struct Path {
    bytes: [u8; PATH_BYTES],
    /// Without the NUL.
    length: usize,
}

impl Path {
    pub const fn empty() -> Self {
        Self {
            bytes: [0; PATH_BYTES],
            length: 0,
        }
    }

    /// With its NUL.
    pub fn text(&self) -> &[u8] {
        &self.bytes[..=self.length]
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// From the memory of a process.
    pub fn read_from(&mut self, thread: i32, address: u64) -> Result<()> {
        const PAGE_BYTES: usize = 4096;
        let start = address as usize;
        // The part on the first page may be all there is to read.
        let first = PAGE_BYTES - start % PAGE_BYTES;
        let local = [self.bytes.as_mut_ptr() as usize, PATH_BYTES];
        let remote = [
            [start, first],
            [start.wrapping_add(first), PATH_BYTES - first],
        ];
        let got = syscall!(PROCESS_VM_READV, thread, local.as_ptr(), 1, remote.as_ptr(), 2, 0)?;
        self.length = self.bytes[..got].iter().position(|byte| *byte == 0).ok_or(ENAMETOOLONG)?;
        if self.length == 0 {
            return Err(ENOENT);
        }
        Ok(())
    }

    /// What a descriptor stands for, as an absolute path where it has one.
    pub fn of(&mut self, descriptor: i32) -> Result<()> {
        let link = Numbered::new(b"/proc/self/fd/", descriptor, b"");
        self.link(AT_FDCWD, link.path())
    }

    /// Where a symbolic link points to.
    pub fn link(&mut self, directory: i32, path: &[u8]) -> Result<()> {
        let room = PATH_BYTES - 1;
        self.length = syscall!(READLINKAT, directory, path.as_ptr(), self.bytes.as_mut_ptr(), room)?;
        if self.length == room {
            return Err(ENAMETOOLONG);
        }
        self.bytes[self.length] = 0;
        Ok(())
    }

    /// Puts `start` in the place of the first bytes.
    pub fn replace_start(&mut self, old_bytes: usize, start: &[u8]) -> Result<()> {
        let end = self.length - old_bytes + start.len();
        if end >= PATH_BYTES {
            return Err(ENAMETOOLONG);
        }
        // The NUL comes along.
        self.bytes.copy_within(old_bytes..=self.length, start.len());
        self.bytes[..start.len()].copy_from_slice(start);
        self.length = end;
        Ok(())
    }

    /// One more component.
    pub fn push(&mut self, name: &[u8]) -> Result<()> {
        let slash = usize::from(self.bytes() != b"/");
        let end = self.length + slash + name.len();
        if end >= PATH_BYTES {
            return Err(ENAMETOOLONG);
        }
        if slash == 1 {
            self.bytes[self.length] = b'/';
        }
        self.bytes[self.length + slash..end].copy_from_slice(name);
        self.bytes[end] = 0;
        self.length = end;
        Ok(())
    }
}

/// Where a relative path begins.
pub struct Base(Option<Fd>);

impl Base {
    /// Of the directory that a system call names.
    pub fn of(thread: i32, directory: i32, path: &Path) -> Result<Self> {
        if path.bytes().first() == Some(&b'/') {
            return Ok(Self(None));
        }
        let place = if directory == AT_FDCWD {
            Numbered::new(b"/proc/", thread, b"/cwd")
        } else if directory >= 0 {
            Numbered::two(b"/proc/", thread, b"/fd/", directory)
        } else {
            return Err(EBADF);
        };
        openat2(AT_FDCWD, place.path(), O_PATH | O_DIRECTORY, 0).map(|fd| Self(Some(fd)))
    }

    pub const fn at(directory: Fd) -> Self {
        Self(Some(directory))
    }

    /// For absolute paths.
    pub const fn root() -> Self {
        Self(None)
    }

    pub fn fd(&self) -> i32 {
        self.0.as_ref().map_or(AT_FDCWD, |fd| fd.0)
    }
}

const EBADF: Errno = Errno(9);

/// A directory, and a name in it that need not exist.
pub struct Entry<'p> {
    pub directory: Fd,
    /// With the slashes at its end, where there are some, and its NUL.
    pub name: &'p [u8],
    /// Absolute and real.
    pub path: Path,
}

impl<'p> Entry<'p> {
    /// Of a path; `split` is its copy, which is cut into pieces. A path that ends with `.`, `..` or nothing names no entry:
    /// `nameless` is the error then.
    pub fn find(base: i32, split: &'p mut Path, nameless: Errno) -> Result<Self> {
        // Slashes at the end stay with the name: what the kernel says of them (no directory, or no such entry) holds.
        let whole = split.length;
        let length = split.bytes().iter().rposition(|byte| *byte != b'/').map_or(0, |at| at + 1);
        let slash = split.bytes[..length].iter().rposition(|byte| *byte == b'/');
        let start = slash.map_or(0, |at| at + 1);
        if matches!(&split.bytes[start..length], b"" | b"." | b"..") {
            return Err(nameless);
        }
        let directory = match slash {
            None => openat2(base, b".\0", O_PATH | O_DIRECTORY, RESOLVE_NO_MAGICLINKS)?,
            Some(0) => openat2(AT_FDCWD, b"/\0", O_PATH | O_DIRECTORY, 0)?,
            Some(at) => {
                split.bytes[at] = 0;
                openat2(base, &split.bytes[..=at], O_PATH | O_DIRECTORY, RESOLVE_NO_MAGICLINKS)?
            }
        };
        // Of the supervisor's own entries in there nobody shall have any.
        if is_procfs(directory.0)? {
            return Err(EACCES);
        }
        let mut path = Path::empty();
        path.of(directory.0)?;
        path.push(&split.bytes[start..length])?;
        Ok(Self {
            directory,
            name: &split.bytes[start..=whole],
            path,
        })
    }
}
