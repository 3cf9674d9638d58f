//! The directories that file actions start from, and the way down from them over no symbolic link.

use std::ffi::OsStr;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::calls::{SEARCH, c_string, open_at, open_beneath, stat_at};
use super::error::{Error, Result, Stop};
use super::judge::Intent;

/// A root of the compiled policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootSpec {
    /// Absolute, resolved.
    pub path: Vec<u8>,
    /// `st_dev` when the policy was compiled.
    pub device: u64,
    /// `st_ino` then.
    pub inode: u64,
    /// Whether anything in it may be written.
    pub writable: bool,
}

#[derive(Debug)]
struct Root {
    spec: RootSpec,
    descriptor: OwnedFd,
}

/// All directories to start from.
#[derive(Debug)]
pub(super) struct Grounds {
    roots: Vec<Root>,
    /// Readable, never written. They start at `/`: no link is followed from there on either.
    system: Vec<Vec<u8>>,
    top: OwnedFd,
    /// The kernel has no `openat2` (before 5.6, or a filter above us refuses it): one component at a time.
    by_walk: bool,
}

/// A directory to start from and the way down from it.
pub(super) struct Spot<'a> {
    start: BorrowedFd<'a>,
    root: Option<&'a RootSpec>,
    /// The whole path.
    pub(super) resolved: &'a [u8],
    /// Components with `/` between; empty for the start itself.
    pub(super) rest: &'a [u8],
}

impl Grounds {
    pub(super) fn open(roots: &[RootSpec], system: &[Vec<u8>]) -> Result<Self> {
        let top = open_path(b"/").map_err(|error| Error::root(b"/", &error))?;
        let roots = roots
            .iter()
            .map(|spec| {
                let descriptor = open_path(&spec.path).map_err(|error| Error::root(&spec.path, &error))?;
                // Of the descriptor, not of the path: this is the directory that everything starts from.
                let found =
                    stat_at(descriptor.as_fd(), c".").map_err(|error| Error::root(&spec.path, &error))?;
                if (found.device, found.inode) != (spec.device, spec.inode) {
                    return Err(changed(spec));
                }
                Ok(Root {
                    spec: spec.clone(),
                    descriptor,
                })
            })
            .collect::<Result<_>>()?;
        let by_walk = open_beneath(top.as_fd(), c".", SEARCH).is_err();
        Ok(Self {
            roots,
            system: system.to_vec(),
            top,
            by_walk,
        })
    }

    /// As on a kernel without `openat2`.
    #[cfg(test)]
    pub(super) fn walk(&mut self) {
        self.by_walk = true;
    }

    /// Where `resolved` starts: the innermost root, or a system path for what is not written. `None`: in neither.
    pub(super) fn find<'a>(&'a self, resolved: &'a [u8], intent: Intent) -> Option<Spot<'a>> {
        if !is_normal(resolved) {
            return None;
        }
        let root = self
            .roots
            .iter()
            .filter(|root| below(resolved, &root.spec.path).is_some())
            .max_by_key(|root| root.spec.path.len());
        if let Some(root) = root {
            let allowed = root.spec.writable || intent != Intent::Write;
            return allowed.then(|| Spot {
                start: root.descriptor.as_fd(),
                root: Some(&root.spec),
                resolved,
                rest: below(resolved, &root.spec.path).unwrap_or_default(),
            });
        }
        let readable =
            intent != Intent::Write && self.system.iter().any(|path| below(resolved, path).is_some());
        readable.then(|| Spot {
            start: self.top.as_fd(),
            root: None,
            resolved,
            rest: &resolved[1..],
        })
    }

    /// That the root's path still leads to the root: the judge went by the path, the act goes by the descriptor.
    pub(super) fn check(&self, spot: &Spot<'_>, intent: Intent, path: &[u8]) -> Result<()> {
        let Some(spec) = spot.root else { return Ok(()) };
        match std::fs::symlink_metadata(OsStr::from_bytes(&spec.path)) {
            Ok(found) if (found.dev(), found.ino()) == (spec.device, spec.inode) => Ok(()),
            Ok(_) => Err(changed(spec)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::root(&spec.path, &error)),
            Err(error) => Err(Error::io(intent, path, &error)),
        }
    }

    /// Opens `rest` below the spot's start. A link anywhere in it is [`Stop::Symlink`]; the inner error is the system's.
    pub(super) fn descend(
        &self,
        spot: &Spot<'_>,
        rest: &[u8],
        flags: i32,
    ) -> std::result::Result<io::Result<OwnedFd>, Stop> {
        if self.by_walk {
            return walk(spot.start, rest, flags);
        }
        let path = if rest.is_empty() { b"." } else { rest };
        match c_string(path).and_then(|path| open_beneath(spot.start, &path, flags)) {
            // ELOOP: a link. EXDEV: the way led out, which only a link can do. EAGAIN is for `..`, which is never here.
            Err(error) if matches!(error.raw_os_error(), Some(libc::ELOOP | libc::EXDEV)) => {
                Err(Stop::Symlink)
            }
            other => Ok(other),
        }
    }
}

/// The same, one component at a time; the last one gets the flags.
fn walk(start: BorrowedFd<'_>, rest: &[u8], flags: i32) -> std::result::Result<io::Result<OwnedFd>, Stop> {
    let mut components = rest.split(|&byte| byte == b'/').peekable();
    let mut inner: Option<OwnedFd> = None;
    while let Some(component) = components.next() {
        let dir = inner.as_ref().map_or(start, |descriptor| descriptor.as_fd());
        let last = components.peek().is_none();
        let name = match c_string(if component.is_empty() { b"." } else { component }) {
            Ok(name) => name,
            Err(error) => return Ok(Err(error)),
        };
        let wanted = if last { flags } else { SEARCH };
        match open_at(dir, &name, wanted | libc::O_NOFOLLOW, 0) {
            Ok(descriptor) if last => return Ok(Ok(descriptor)),
            Ok(descriptor) => inner = Some(descriptor),
            Err(error) => {
                let changed = match error.raw_os_error() {
                    Some(libc::ELOOP) => true,
                    // A link where a directory was asked for; unless there is a file now, it was one or has changed since.
                    Some(libc::ENOTDIR) => stat_at(dir, &name)
                        .map_or(true, |found| found.is(libc::S_IFLNK) || found.is(libc::S_IFDIR)),
                    _ => false,
                };
                return if changed {
                    Err(Stop::Symlink)
                } else {
                    Ok(Err(error))
                };
            }
        }
    }
    // `split` gives at least one component.
    Ok(Err(io::Error::from_raw_os_error(libc::EINVAL)))
}

fn open_path(path: &[u8]) -> io::Result<OwnedFd> {
    use std::fs::OpenOptions;
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new()
        .read(true)
        .custom_flags(SEARCH | libc::O_NOFOLLOW)
        .open(Path::new(OsStr::from_bytes(path)))
        .map(OwnedFd::from)
}

#[cold]
fn changed(spec: &RootSpec) -> Error {
    Error::root(&spec.path, &io::Error::from_raw_os_error(libc::ESTALE))
}

/// What follows `outer/` in `inner`; empty when they are one.
fn below<'a>(inner: &'a [u8], outer: &[u8]) -> Option<&'a [u8]> {
    if outer == b"/" {
        return inner.strip_prefix(b"/");
    }
    let rest = inner.strip_prefix(outer)?;
    if rest.is_empty() {
        Some(rest)
    } else {
        rest.strip_prefix(b"/")
    }
}

fn is_normal(path: &[u8]) -> bool {
    path == b"/"
        || path.strip_prefix(b"/").is_some_and(|names| {
            names
                .split(|&byte| byte == b'/')
                .all(|name| !matches!(name, b"" | b"." | b"..") && !name.contains(&0))
        })
}
