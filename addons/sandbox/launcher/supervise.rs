//! The supervisor: system calls that make, change or remove names wait until it has done them, or refused.
//!
//! The filter of system calls cannot look behind pointers, and Landlock cannot take a name out of a directory it has
//! granted. So the kernel hands such calls over. The path is read from the caller's memory once, checked, and acted upon
//! from here: what the caller writes there afterwards changes nothing. All such calls of the tree pass through this one
//! process, one after another; so none of them slips between another's check and its act. It is inside of the same mounts
//! and the same Landlock domain as the program, has no capability, and so can do nothing that the program could not.

use core::cell::Cell;

use crate::checks::{Act, Names};
use crate::open::{Opened, Request, open_place};
use crate::paths::{Base, Entry, Path};
use crate::sys::{
    AT_FDCWD, AT_SYMLINK_FOLLOW, EBUSY, EEXIST, EFBIG, EINTR, EINVAL, ENOENT, ENOSYS, EPERM, Errno, Fd, Numbered, O_CLOEXEC, O_NOFOLLOW, O_PATH, O_RDWR, O_WRONLY,
    RESOLVE_NO_MAGICLINKS, Result, exit, nr, openat, openat2, syscall,
};

const RECEIVE: usize = 0xc050_2100;
const SEND: usize = 0xc018_2101;
const STILL_VALID: usize = 0x4008_2102;
const ADD_DESCRIPTOR: usize = 0x4018_2103;
const SET_FLAGS: usize = 0x4008_2104;

#[repr(C)]
#[derive(Default)]
struct Question {
    id: u64,
    thread: u32,
    flags: u32,
    number: i32,
    architecture: u32,
    instruction: u64,
    arguments: [u64; 6],
}

#[repr(C)]
struct Answer {
    id: u64,
    value: i64,
    error: i32,
    flags: u32,
}

pub struct Supervisor<'a> {
    listener: i32,
    names: Names<'a>,
    /// Copies of this process that wait in the place of a caller: process, and the question. 0 for none.
    waiting: Cell<[(i32, u64); WAITING]>,
}

/// How many copies are known. Further ones wait as well, but are not ended when their caller is.
const WAITING: usize = 64;

/// What the caller gets.
enum Outcome {
    Value(i64),
    /// Already answered, or will be by somebody else.
    Answered,
}

/// Older calls, which only x86-64 has.
#[cfg(target_arch = "x86_64")]
mod old {
    pub const OPEN: usize = 2;
    pub const TRUNCATE: usize = 76;
    pub const RENAME: usize = 82;
    pub const MKDIR: usize = 83;
    pub const RMDIR: usize = 84;
    pub const CREAT: usize = 85;
    pub const LINK: usize = 86;
    pub const UNLINK: usize = 87;
    pub const SYMLINK: usize = 88;
    pub const MKNOD: usize = 133;
    pub const RENAMEAT: usize = 264;
}
#[cfg(target_arch = "aarch64")]
mod old {
    pub const TRUNCATE: usize = 45;
    pub const RENAMEAT: usize = 38;
}

impl<'a> Supervisor<'a> {
    /// `listener` is -1 where nothing is watched.
    pub fn new(listener: i32, names: Names<'a>) -> Result<Self> {
        if listener >= 0 {
            const SYNC_WAKE_UP: usize = 1;
            // Answers on the processor that asked, where the kernel can (6.6).
            let _ = syscall!(IOCTL, listener, SET_FLAGS, SYNC_WAKE_UP);
            // Modes are given as the caller's mask has made them.
            let _ = syscall!(UMASK, 0);
        }
        Ok(Self {
            listener,
            names,
            waiting: Cell::new([(0, 0); WAITING]),
        })
    }

    pub const fn listener(&self) -> i32 {
        self.listener
    }

    /// The last process under the filter has ended.
    pub fn nobody_asks(&mut self) {
        drop(Fd(self.listener));
        self.listener = -1;
    }

    pub fn answer(&self) {
        let mut question = Question::default();
        match syscall!(IOCTL, self.listener, RECEIVE, &raw mut question) {
            Ok(_) => {}
            // Killed before it could ask.
            Err(ENOENT | EINTR) => return,
            Err(_) => exit(123),
        }
        self.send(&question, self.act(&question));
    }

    fn act(&self, question: &Question) -> Result<Outcome> {
        let [a, b, c, d, e, _] = question.arguments;
        let here = AT_FDCWD as u32 as u64;
        match question.number as usize {
            nr::OPENAT => self.open(question, a, b, c, d),
            nr::MKDIRAT => self.make_directory(question, a, b, c),
            nr::MKNODAT => self.make_node(question, a, b, c),
            nr::UNLINKAT => self.remove(question, a, b, c),
            nr::RENAMEAT2 => self.rename(question, a, b, c, d, e),
            old::RENAMEAT => self.rename(question, a, b, c, d, 0),
            nr::LINKAT => self.link(question, a, b, c, d, e),
            nr::SYMLINKAT => self.symbolic_link(question, a, b, c),
            old::TRUNCATE => self.truncate(question, a, b),
            #[cfg(target_arch = "x86_64")]
            number => {
                const REMOVE_DIRECTORY: u64 = 0x200;
                const CREATE_FLAGS: u64 = 0o1101;
                match number {
                    old::OPEN => self.open(question, here, a, b, c),
                    old::CREAT => self.open(question, here, a, CREATE_FLAGS, b),
                    old::MKDIR => self.make_directory(question, here, a, b),
                    old::MKNOD => self.make_node(question, here, a, b),
                    old::UNLINK => self.remove(question, here, a, 0),
                    old::RMDIR => self.remove(question, here, a, REMOVE_DIRECTORY),
                    old::RENAME => self.rename(question, here, a, here, b, 0),
                    old::LINK => self.link(question, here, a, here, b, 0),
                    old::SYMLINK => self.symbolic_link(question, a, here, b),
                    _ => Err(ENOSYS),
                }
            }
            #[cfg(not(target_arch = "x86_64"))]
            _ => {
                let _ = here;
                Err(ENOSYS)
            }
        }
    }

    fn open(&self, question: &Question, directory: u64, path: u64, flags: u64, mode: u64) -> Result<Outcome> {
        let mut path = self.path(question, path)?;
        let request = Request {
            thread: question.thread as i32,
            directory: directory as i32,
            flags: flags & u64::from(u32::MAX),
            mode: mode as u32,
        };
        match request.open(&mut path, &self.names, || umask(question.thread as i32))? {
            Opened::File(file) => self.give(question, file, flags),
            Opened::Fifo { place, flags: open } => {
                const SIGCHLD: usize = 17;
                self.end_idle();
                // A copy of this process waits for the other end; it is buried like any other child.
                let copy = syscall!(CLONE, SIGCHLD, 0, 0, 0, 0)?;
                if copy == 0 {
                    let opened = open_place(&place, open, 0);
                    self.send(question, opened.and_then(|file| self.give(question, file, flags)));
                    exit(0);
                }
                let mut waiting = self.waiting.get();
                if let Some(free) = waiting.iter_mut().find(|(process, _)| *process == 0) {
                    *free = (copy as i32, question.id);
                    self.waiting.set(waiting);
                }
                Ok(Outcome::Answered)
            }
        }
    }

    /// Ends the copies whose caller was killed.
    pub fn end_idle(&self) {
        const SIGKILL: usize = 9;
        for (process, id) in self.waiting.get() {
            if process != 0 && syscall!(IOCTL, self.listener, STILL_VALID, &raw const id).is_err() {
                let _ = syscall!(KILL, process, SIGKILL);
            }
        }
    }

    /// A child is no more, and its number may be given to another process.
    pub fn forget(&self, process: i32) {
        let waiting = self.waiting.get();
        if waiting.iter().any(|one| one.0 == process) {
            self.waiting.set(waiting.map(|one| if one.0 == process { (0, 0) } else { one }));
        }
    }

    /// Puts a descriptor into the caller and answers with its number.
    fn give(&self, question: &Question, file: Fd, flags: u64) -> Result<Outcome> {
        #[repr(C)]
        struct Add {
            id: u64,
            flags: u32,
            source: u32,
            number: u32,
            number_flags: u32,
        }
        const AND_ANSWER: u32 = 2;
        // Nobody sees that a file is open here for a moment longer, unless it may be written: then it could not be executed.
        let at_once = flags & (O_WRONLY | O_RDWR) == 0;
        let add = Add {
            id: question.id,
            flags: if at_once { AND_ANSWER } else { 0 },
            source: file.0 as u32,
            number: 0,
            number_flags: (flags & O_CLOEXEC) as u32,
        };
        match syscall!(IOCTL, self.listener, ADD_DESCRIPTOR, &raw const add) {
            Err(ENOENT) => Ok(Outcome::Answered),
            Err(errno) => Err(errno),
            Ok(_) if at_once => Ok(Outcome::Answered),
            // Ours is closed before the answer.
            Ok(number) => Ok(Outcome::Value(number as i64)),
        }
    }

    fn send(&self, question: &Question, result: Result<Outcome>) {
        let (value, error) = match result {
            Ok(Outcome::Answered) => return,
            Ok(Outcome::Value(value)) => (value, 0),
            Err(Errno(errno)) => (0, -errno),
        };
        let answer = Answer {
            id: question.id,
            value,
            error,
            flags: 0,
        };
        // Who was killed meanwhile needs none.
        let _ = syscall!(IOCTL, self.listener, SEND, &raw const answer);
    }

    fn make_directory(&self, question: &Question, directory: u64, path: u64, mode: u64) -> Result<Outcome> {
        self.at(question, directory, path, Act::Write, |entry| {
            let mode = mode & !u64::from(umask(question.thread as i32)?);
            syscall!(MKDIRAT, entry.directory.0, entry.name.as_ptr(), mode)
        })
    }

    fn make_node(&self, question: &Question, directory: u64, path: u64, mode: u64) -> Result<Outcome> {
        self.at(question, directory, path, Act::Write, |entry| {
            let mode = mode & !u64::from(umask(question.thread as i32)?);
            // The filter lets files, fifos and sockets pass alone: no device number is needed.
            syscall!(MKNODAT, entry.directory.0, entry.name.as_ptr(), mode, 0)
        })
    }

    fn remove(&self, question: &Question, directory: u64, path: u64, flags: u64) -> Result<Outcome> {
        self.at(question, directory, path, Act::Remove, |entry| {
            syscall!(UNLINKAT, entry.directory.0, entry.name.as_ptr(), flags)
        })
    }

    fn symbolic_link(&self, question: &Question, target: u64, directory: u64, path: u64) -> Result<Outcome> {
        let target = self.path(question, target)?;
        self.at(question, directory, path, Act::Move, |entry| {
            syscall!(SYMLINKAT, target.text().as_ptr(), entry.directory.0, entry.name.as_ptr())
        })
    }

    fn rename(&self, question: &Question, from: u64, old: u64, to: u64, new: u64, flags: u64) -> Result<Outcome> {
        /// A device file in the place of what is renamed.
        const WHITEOUT: u64 = 4;
        if flags & WHITEOUT != 0 {
            return Err(EINVAL);
        }
        let mut old = self.path(question, old)?;
        let base = Base::of(question.thread as i32, from as i32, &old)?;
        let old = self.entry(&base, &mut old, Act::Move)?;
        self.at(question, to, new, Act::Move, |new| {
            let (from, to) = (old.directory.0, new.directory.0);
            syscall!(RENAMEAT2, from, old.name.as_ptr(), to, new.name.as_ptr(), flags)
        })
    }

    fn link(&self, question: &Question, from: u64, old: u64, to: u64, new: u64, flags: u64) -> Result<Outcome> {
        let old = self.path(question, old)?;
        let thread = question.thread as i32;
        let follow = flags as usize & AT_SYMLINK_FOLLOW != 0;
        let source = match crate::open::own_descriptor(old.bytes()) {
            Some(descriptor) if follow => {
                openat2(AT_FDCWD, Numbered::two(b"/proc/", thread, b"/fd/", descriptor).path(), O_PATH, 0)?
            }
            _ => {
                let base = Base::of(thread, from as i32, &old)?;
                let nofollow = if follow { 0 } else { O_NOFOLLOW };
                openat2(base.fd(), old.text(), O_PATH | nofollow, RESOLVE_NO_MAGICLINKS)?
            }
        };
        let mut path = Path::empty();
        path.of(source.0)?;
        // A second name would be a way around the first.
        if self.names.refuse(path.bytes(), Act::Move) {
            return Err(EPERM);
        }
        let source = Numbered::new(b"/proc/self/fd/", source.0, b"");
        self.at(question, to, new, Act::Write, |new| {
            let name = new.name.as_ptr();
            syscall!(LINKAT, AT_FDCWD, source.path().as_ptr(), new.directory.0, name, AT_SYMLINK_FOLLOW)
        })
    }

    fn truncate(&self, question: &Question, path: u64, length: u64) -> Result<Outcome> {
        const O_WRONLY: u64 = 1;
        let mut path = self.path(question, path)?;
        let request = Request {
            thread: question.thread as i32,
            directory: AT_FDCWD,
            flags: O_WRONLY,
            mode: 0,
        };
        // The kernel holds the limit of file sizes against who calls, which here is the supervisor: it has none.
        if length > file_limit(question.thread as i32)? {
            return Err(EFBIG);
        }
        match request.open(&mut path, &self.names, || Ok(0))? {
            Opened::File(file) => syscall!(FTRUNCATE, file.0, length).map(|_| Outcome::Value(0)),
            Opened::Fifo { .. } => Err(EINVAL),
        }
    }

    /// Does `act` to the entry that a path names.
    fn at(
        &self,
        question: &Question,
        directory: u64,
        path: u64,
        kind: Act,
        act: impl FnOnce(&Entry<'_>) -> Result<usize>,
    ) -> Result<Outcome> {
        let mut path = self.path(question, path)?;
        let base = Base::of(question.thread as i32, directory as i32, &path)?;
        let entry = self.entry(&base, &mut path, kind)?;
        act(&entry).map(|value| Outcome::Value(value as i64))
    }

    fn entry<'p>(&self, base: &Base, path: &'p mut Path, act: Act) -> Result<Entry<'p>> {
                // The kernel's own words: what is made there exists, what is moved or removed is in use.
        let nameless = if act == Act::Write { EEXIST } else { EBUSY };
        let entry = Entry::find(base.fd(), path, nameless)?;
        if self.names.refuse(entry.path.bytes(), act) {
            return Err(EPERM);
        }
        Ok(entry)
    }

    fn path(&self, question: &Question, address: u64) -> Result<Path> {
        let mut path = Path::empty();
        path.read_from(question.thread as i32, address)?;
        // Only now: a thread that ended may have left its number to another, whose memory this would be.
        syscall!(IOCTL, self.listener, STILL_VALID, &raw const question.id)?;
        Ok(path)
    }
}

/// Bytes of the largest file that a process may write.
fn file_limit(thread: i32) -> Result<u64> {
    const RLIMIT_FSIZE: usize = 1;
    let mut limit = [0_u64; 2];
    syscall!(PRLIMIT64, thread, RLIMIT_FSIZE, 0, limit.as_mut_ptr())?;
    Ok(limit[0])
}

/// The file mode bits that a process has switched off.
fn umask(thread: i32) -> Result<u32> {
    let status = openat(AT_FDCWD, Numbered::new(b"/proc/", thread, b"/status").path(), 0, 0)?;
    let mut text = [0_u8; 512];
    let length = syscall!(READ, status.0, text.as_mut_ptr(), text.len())?;
    const LABEL: &[u8] = b"\nUmask:\t";
    let at = text[..length].windows(LABEL.len()).position(|window| window == LABEL).ok_or(EINVAL)?;
    Ok(text[at + LABEL.len()..length]
        .iter()
        .take_while(|digit| digit.is_ascii_digit())
        .fold(0, |mask, digit| mask * 8 + u32::from(digit - b'0')))
}
