//! Opening on behalf of a supervised process: what it gets is opened here, after the check, and put among its descriptors.

use crate::checks::{Act, Names};
use crate::paths::{Base, Entry, Path};
use crate::sys::{
    AT_FDCWD, EACCES, EEXIST, EISDIR, ELOOP, ENOENT, EPERM, Fd, Numbered, O_CREAT, O_EXCL, O_NOCTTY, O_NOFOLLOW,
    O_NONBLOCK, O_PATH, O_RDWR, O_TMPFILE_BIT, O_TRUNC, O_WRONLY, RESOLVE_NO_MAGICLINKS, Result, S_IFDIR, S_IFIFO, S_IFLNK,
    S_IFMT,
    is_procfs, openat, openat2, stat,
};

/// Links that may dangle one behind the other before a file is made at their end.
const DANGLING: u32 = 10;

/// Set-user and set-group bits. Those of other calls the filter refuses.
const SET_ID: u32 = 0o6000;

/// What is to be opened.
pub struct Request {
    pub thread: i32,
    pub directory: i32,
    pub flags: u64,
    pub mode: u32,
}

/// What came of it.
pub enum Opened {
    File(Fd),
    /// Opening it may wait for another process: to be done where nobody waits with it.
    Fifo { place: Fd, flags: u64 },
}

impl Request {
    const fn writes(&self) -> bool {
        self.flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_TMPFILE_BIT) != 0 && self.flags & O_PATH == 0
    }

    const fn creates(&self) -> bool {
        self.flags & O_CREAT != 0 && self.flags & O_PATH == 0
    }

    const fn act(&self) -> Act {
        if self.writes() { Act::Write } else { Act::Read }
    }

    /// `umask` is asked for only where a file is made.
    pub fn open(&self, path: &mut Path, names: &Names<'_>, umask: impl Fn() -> Result<u32>) -> Result<Opened> {
        if let Some(descriptor) = own_descriptor(path.bytes()) {
            let link = Numbered::two(b"/proc/", self.thread, b"/fd/", descriptor);
            return self.reopen(openat2(AT_FDCWD, link.path(), O_PATH, 0)?, names, umask);
        }
        if let Some((start, place)) = own_process(path.bytes()) {
            path.replace_start(start, Numbered::new(b"/proc/", self.thread, place).bytes())?;
        }
        let mut base = Base::of(self.thread, self.directory, path)?;
        for _ in 0..DANGLING {
            let exclusive = self.creates() && self.flags & O_EXCL != 0;
            let nofollow = if exclusive { O_NOFOLLOW } else { self.flags & O_NOFOLLOW };
            match openat2(base.fd(), path.text(), O_PATH | nofollow, RESOLVE_NO_MAGICLINKS) {
                Ok(_) if exclusive => return Err(EEXIST),
                Ok(place) => return self.reopen(place, names, umask),
                Err(ENOENT) if self.creates() => {}
                Err(errno) => return Err(errno),
            }
            let mut split = Path::empty();
            core::mem::swap(&mut split, path);
            let entry = Entry::find(base.fd(), &mut split, EISDIR)?;
            // Made where a dangling link points to, as the kernel would.
            if nofollow == 0 && path.link(entry.directory.0, entry.name).is_ok() {
                base = Base::at(entry.directory);
                continue;
            }
            if names.refuse(entry.path.bytes(), Act::Write) {
                return Err(EPERM);
            }
            let flags = self.flags | O_EXCL | O_NOFOLLOW | O_NOCTTY;
            match openat(entry.directory.0, entry.name, flags, self.mode & !umask()?) {
                Ok(file) => return Ok(Opened::File(file)),
                // Somebody was faster: then it is there to be opened.
                Err(EEXIST) if !exclusive => {
                    *path = entry.path;
                    base = Base::root();
                }
                Err(errno) => return Err(errno),
            }
        }
        Err(ELOOP)
    }

    /// Opens what a descriptor without rights stands for, with the rights asked for.
    fn reopen(&self, place: Fd, names: &Names<'_>, umask: impl Fn() -> Result<u32>) -> Result<Opened> {
        let kind = stat(place.0)?.mode & S_IFMT;
        let mut path = Path::empty();
        path.of(place.0)?;
        if is_procfs(place.0)? && (self.writes() || is_supervisors(path.bytes())) {
            return Err(EACCES);
        }
        if names.refuse(path.bytes(), self.act()) {
            return Err(EPERM);
        }
        if self.flags & O_PATH != 0 {
            return Ok(Opened::File(place));
        }
        if kind == S_IFLNK {
            return Err(ELOOP);
        }
        if self.flags & O_TMPFILE_BIT != 0 {
            if self.mode & SET_ID != 0 {
                return Err(EPERM);
            }
            // Here O_EXCL says that the file will never have a name.
            let flags = (self.flags & !O_NOFOLLOW) | O_NOCTTY;
            return open_place(&place, flags, self.mode & !umask()?).map(Opened::File);
        }
        if kind == S_IFDIR && self.flags & O_CREAT != 0 {
            return Err(EISDIR);
        }
        let flags = (self.flags & !(O_CREAT | O_EXCL | O_NOFOLLOW)) | O_NOCTTY;
        if kind == S_IFIFO && flags & O_NONBLOCK == 0 && flags & O_RDWR == 0 {
            return Ok(Opened::Fifo { place, flags });
        }
        open_place(&place, flags, 0).map(Opened::File)
    }
}

/// The object of a descriptor without rights, opened anew. `mode`: of a file without a name, made in that directory.
pub fn open_place(place: &Fd, flags: u64, mode: u32) -> Result<Fd> {
    let link = Numbered::new(b"/proc/self/fd/", place.0, b"");
    openat(AT_FDCWD, link.path(), flags, mode)
}

/// The number in a path that names one of the caller's own descriptors: `/dev/stdout`, `/proc/self/fd/1`.
pub fn own_descriptor(path: &[u8]) -> Option<i32> {
    match path {
        b"/dev/stdin" => return Some(0),
        b"/dev/stdout" => return Some(1),
        b"/dev/stderr" => return Some(2),
        _ => {}
    }
    let digits = [b"/dev/fd/".as_slice(), b"/proc/self/fd/", b"/proc/thread-self/fd/"]
        .iter()
        .find_map(|prefix| path.strip_prefix(*prefix))?;
    if digits.is_empty() || digits.len() > 7 {
        return None;
    }
    digits.iter().try_fold(0, |number, digit| {
        digit.is_ascii_digit().then(|| number * 10 + i32::from(digit - b'0'))
    })
}

/// Paths that a link leads to the caller's own directory of /proc, where the supervisor would find its own: how much of the
/// path that is, and the place in that directory.
fn own_process(path: &[u8]) -> Option<(usize, &'static [u8])> {
    const PLACES: [(&[u8], &[u8]); 5] = [
        (b"/proc/self", b""),
        (b"/proc/thread-self", b""),
        (b"/proc/mounts", b"/mounts"),
        (b"/proc/net", b"/net"),
        (b"/dev/fd", b"/fd"),
    ];
    PLACES.iter().find_map(|(prefix, place)| {
        let rest = path.strip_prefix(*prefix)?;
        (rest.is_empty() || rest[0] == b'/').then_some((prefix.len(), *place))
    })
}

/// The supervisor is process 1; what the kernel shows of it is not for others.
fn is_supervisors(path: &[u8]) -> bool {
    path == b"/proc/1" || path.starts_with(b"/proc/1/")
}
