//! A file system made from the plan's paths alone: a temporary root, and in it what the plan binds there.
//!
//! Every source is opened once, without following a symbolic link, compared with what the host saw when it read the policy,
//! and from then on named by its descriptor: a path that is swapped meanwhile makes the start fail, it binds nothing else.

use crate::plan::{Reader, mount, mount_flag};
use crate::sys::{
    AT_EMPTY_PATH, AT_FDCWD, EEXIST, EFBIG, EINVAL, ENOENT, ESTALE, Errno, Fd, O_CREAT, O_DIRECTORY, O_EXCL, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_PATH,
    O_WRONLY, RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS, Result, S_IFDIR, S_IFMT, S_IFREG, openat, openat2, stat, syscall,
};

const ATTR_RDONLY: u64 = 1;
const ATTR_NOSUID: u64 = 2;
const ATTR_NODEV: u64 = 4;
const ATTR_NOEXEC: u64 = 8;

const OPEN_TREE_CLONE: usize = 1;
const OPEN_TREE_CLOEXEC: usize = 0o2000000;
const AT_RECURSIVE: usize = 0x8000;
const FROM_EMPTY_PATH: usize = 4;
const TO_EMPTY_PATH: usize = 0x40;

/// Files up to this size are copied: the settings in /etc, of which each would be a mount otherwise.
const SMALL_BYTES: u64 = 16 << 10;

/// An empty file that hides others.
const MASK_FILE: &[u8] = b".mask\0";

/// One line of the plan.
struct Mount<'a> {
    kind: u32,
    flags: u32,
    source: &'a [u8],
    target: &'a [u8],
    attributes: u64,
    size: u64,
    device: u64,
    inode: u64,
}

impl<'a> Mount<'a> {
    fn read(plan: &mut Reader<'a>) -> Option<Self> {
        Some(Self {
            kind: plan.u32()?,
            flags: plan.u32()?,
            source: plan.text()?,
            target: plan.text()?,
            attributes: plan.u64()?,
            size: plan.u64()?,
            device: plan.u64()?,
            inode: plan.u64()?,
        })
    }
}

/// Makes the root's file system and mounts it over the present root, unseen until `enter`.
pub fn make_root() -> Result<Fd> {
    const MS_REC_PRIVATE: usize = 0x4000 | 0x40000;
    // What is mounted here must not reach the host, nor what the host mounts reach in here.
    syscall!(MOUNT, 0, c"/".as_ptr(), 0, MS_REC_PRIVATE, 0)?;
    let root = temporary(1 << 20, ATTR_NOSUID | ATTR_NODEV)?;
    syscall!(MOVE_MOUNT, root.0, c"".as_ptr(), AT_FDCWD, c"/".as_ptr(), FROM_EMPTY_PATH)?;
    drop(openat(root.0, MASK_FILE, O_WRONLY | O_CREAT | O_EXCL, 0)?);
    Ok(root)
}

/// All lines of the plan; on failure also which.
pub fn fill(root: &Fd, plan: &mut Reader<'_>) -> core::result::Result<(), (Errno, u32)> {
    let count = plan.u32().ok_or((EINVAL, 0))?;
    for index in 0..count {
        let line = Mount::read(plan).ok_or((EINVAL, index))?;
        match one(root, &line) {
            Ok(()) => {}
            Err(ENOENT) if line.flags & mount_flag::OPTIONAL != 0 => {}
            Err(errno) => return Err((errno, index)),
        }
    }
    Ok(())
}

fn one(root: &Fd, line: &Mount<'_>) -> Result<()> {
    match line.kind {
        mount::DIRECTORY => directories(root, line.target, true),
        mount::LINK => {
            directories(root, line.target, false)?;
            ignore_existing(syscall!(SYMLINKAT, line.source.as_ptr(), root.0, line.target.as_ptr()).map(|_| ()))
        }
        mount::BIND => bind(root, line),
        mount::PROC => {
            directories(root, line.target, true)?;
            let proc = file_system(c"proc", &[], line.attributes | ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC)?;
            attach(&proc, root, line.target)
        }
        mount::TEMPORARY => {
            directories(root, line.target, true)?;
            let temporary = temporary(line.size, line.attributes)?;
            attach(&temporary, root, line.target)
        }
        mount::MASK => mask(root, line),
        mount::PIN => {
            let there = below(root, line.target)?;
            let tree = clone_tree(&there)?;
            set_attributes(&tree, line.attributes)?;
            attach_at(&tree, &there)
        }
        _ => Err(EINVAL),
    }
}

fn bind(root: &Fd, line: &Mount<'_>) -> Result<()> {
    let source = openat2(AT_FDCWD, line.source, O_PATH | O_NOFOLLOW, RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)?;
    let found = stat(source.0)?;
    if line.flags & mount_flag::IDENTITY != 0 && (found.device, found.inode) != (line.device, line.inode) {
        return Err(ESTALE);
    }
    if line.flags & mount_flag::COPY != 0 && found.mode & S_IFMT == S_IFREG && found.size <= SMALL_BYTES {
        directories(root, line.target, false)?;
        // Where it cannot be read by us, or is longer by now, the mount decides who reads it.
        if copy(root, line, found.mode).is_ok() {
            return Ok(());
        }
    }
    let tree = clone_tree(&source)?;
    set_attributes(&tree, line.attributes)?;
    if found.mode & S_IFMT == S_IFDIR {
        directories(root, line.target, true)?;
    } else {
        directories(root, line.target, false)?;
        ignore_existing(openat(root.0, line.target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644).map(drop))?;
    }
    attach(&tree, root, line.target)
}

/// The file's bytes and its bits for reading; the root it is put into is read-only for the program.
fn copy(root: &Fd, line: &Mount<'_>, mode: u32) -> Result<()> {
    let flags = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    let source = openat2(AT_FDCWD, line.source, flags, RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)?;
    let copy = openat(root.0, line.target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode & 0o444)?;
    let mut left = SMALL_BYTES as usize + 1;
    loop {
        match syscall!(SENDFILE, copy.0, source.0, 0, left)? {
            0 => return Ok(()),
            copied if copied < left => left -= copied,
            _ => return Err(EFBIG),
        }
    }
}

fn mask(root: &Fd, line: &Mount<'_>) -> Result<()> {
    let there = below(root, line.target)?;
    if stat(there.0)?.mode & S_IFMT == S_IFDIR {
        let nothing = file_system(
            c"tmpfs",
            &[(c"mode", b"000\0"), (c"nr_inodes", b"1\0")],
            ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC,
        )?;
        return attach_at(&nothing, &there);
    }
    let nothing = clone_tree(&below(root, MASK_FILE)?)?;
    set_attributes(&nothing, ATTR_RDONLY | ATTR_NOEXEC)?;
    attach_at(&nothing, &there)
}

/// The root becomes read-only and is entered; the old one is left behind.
pub fn enter(root: Fd) -> Result<()> {
    const DETACH: usize = 2;
    // Its own mount alone: what is mounted in it has attributes of its own.
    let attributes = [ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV, 0, 0, 0];
    syscall!(MOUNT_SETATTR, root.0, c"".as_ptr(), AT_EMPTY_PATH, attributes.as_ptr(), 32)?;
    syscall!(FCHDIR, root.0)?;
    // The old root lands over the new one, and is then taken off: no directory is needed for it.
    syscall!(PIVOT_ROOT, c".".as_ptr(), c".".as_ptr())?;
    syscall!(UMOUNT2, c".".as_ptr(), DETACH)?;
    syscall!(CHDIR, c"/".as_ptr())?;
    Ok(())
}

fn below(root: &Fd, path: &[u8]) -> Result<Fd> {
    openat2(root.0, path, O_PATH | O_NOFOLLOW, RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)
}

fn clone_tree(source: &Fd) -> Result<Fd> {
    let flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_EMPTY_PATH;
    syscall!(OPEN_TREE, source.0, c"".as_ptr(), flags).map(|fd| Fd(fd as i32))
}

fn set_attributes(tree: &Fd, set: u64) -> Result<()> {
    if set == 0 {
        return Ok(());
    }
    let attributes = [set, 0, 0, 0];
    syscall!(MOUNT_SETATTR, tree.0, c"".as_ptr(), AT_EMPTY_PATH | AT_RECURSIVE, attributes.as_ptr(), 32)?;
    Ok(())
}

fn attach(tree: &Fd, root: &Fd, target: &[u8]) -> Result<()> {
    attach_at(tree, &below(root, target)?)
}

fn attach_at(tree: &Fd, place: &Fd) -> Result<()> {
    let flags = FROM_EMPTY_PATH | TO_EMPTY_PATH;
    syscall!(MOVE_MOUNT, tree.0, c"".as_ptr(), place.0, c"".as_ptr(), flags)?;
    Ok(())
}

fn temporary(bytes: u64, attributes: u64) -> Result<Fd> {
    let mut digits = [0_u8; 21];
    let mut at = digits.len() - 1;
    let mut rest = bytes;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    file_system(c"tmpfs", &[(c"mode", b"0755\0"), (c"size", &digits[at..])], attributes)
}

/// A new file system, mounted nowhere yet. Values end with NUL.
fn file_system(kind: &core::ffi::CStr, options: &[(&core::ffi::CStr, &[u8])], attributes: u64) -> Result<Fd> {
    const SET_STRING: usize = 1;
    const CREATE: usize = 6;
    const CLOEXEC: usize = 1;
    let context = Fd(syscall!(FSOPEN, kind.as_ptr(), CLOEXEC)? as i32);
    for (name, value) in options {
        syscall!(FSCONFIG, context.0, SET_STRING, name.as_ptr(), value.as_ptr(), 0)?;
    }
    syscall!(FSCONFIG, context.0, CREATE, 0, 0, 0)?;
    syscall!(FSMOUNT, context.0, CLOEXEC, attributes).map(|fd| Fd(fd as i32))
}

/// Makes the directories of a path below the root, the last component too when `whole`.
fn directories(root: &Fd, path: &[u8], whole: bool) -> Result<()> {
    let mut part = [0_u8; 4097];
    let length = path.len() - 1;
    if length >= part.len() {
        return Err(crate::sys::ENAMETOOLONG);
    }
    for at in 1..=length {
        let ends = at == length && whole;
        if ends || path[at] == b'/' {
            part[..at].copy_from_slice(&path[..at]);
            part[at] = 0;
            let made = syscall!(MKDIRAT, root.0, part.as_ptr(), 0o755).map(|_| ());
            match made {
                // Inside of what is bound already: there, but not ours to make.
                Err(errno) if errno != EEXIST => {
                    openat2(root.0, &part[..=at], O_PATH | O_DIRECTORY, RESOLVE_NO_SYMLINKS).map_err(|_| errno)?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn ignore_existing(made: Result<()>) -> Result<()> {
    match made {
        Err(EEXIST) => Ok(()),
        other => other,
    }
}

