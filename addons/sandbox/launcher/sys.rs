//! System calls without libc: the launcher is one static file of some ten thousand bytes, so that it starts in a tenth of
//! a millisecond. Every function gives the kernel's answer, or the error number.

use core::arch::asm;

/// An error number: `2` is ENOENT.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Errno(pub i32);

pub type Result<T> = core::result::Result<T, Errno>;

macro_rules! errnos {
    ($($name:ident = $value:literal),* $(,)?) => { $(pub const $name: Errno = Errno($value);)* };
}
errnos! {
    EPERM = 1, ENOENT = 2, EINTR = 4, EACCES = 13, EBUSY = 16, EEXIST = 17, EISDIR = 21, EINVAL = 22, EFBIG = 27, ELOOP = 40,
    ENAMETOOLONG = 36, ENOSYS = 38, ESTALE = 116,
}

macro_rules! numbers {
    ($($name:ident = $x86_64:literal / $aarch64:literal),* $(,)?) => {
        /// Numbers of system calls.
        pub mod nr {
            $(
                #[cfg(target_arch = "x86_64")]
                pub const $name: usize = $x86_64;
                #[cfg(target_arch = "aarch64")]
                pub const $name: usize = $aarch64;
            )*
        }
    };
}
numbers! {
    READ = 0 / 63, WRITE = 1 / 64, CLOSE = 3 / 57, MMAP = 9 / 222, RT_SIGACTION = 13 / 134, RT_SIGPROCMASK = 14 / 135,
    IOCTL = 16 / 29, SENDFILE = 40 / 71, SOCKET = 41 / 198, SENDMSG = 46 / 211, BIND = 49 / 200, LISTEN = 50 / 201,
    CLONE = 56 / 220, EXECVE = 59 / 221, EXIT_GROUP = 231 / 94, WAIT4 = 61 / 260, UMASK = 95 / 166, FCHDIR = 81 / 50,
    CHDIR = 80 / 49, SETSID = 112 / 157, CAPSET = 126 / 91, FSTATFS = 138 / 44, PRCTL = 157 / 167, PIVOT_ROOT = 155 / 41,
    UMOUNT2 = 166 / 39, MOUNT = 165 / 40, SETHOSTNAME = 170 / 161, OPENAT = 257 / 56, MKDIRAT = 258 / 34,
    MKNODAT = 259 / 33, NEWFSTATAT = 262 / 79, UNLINKAT = 263 / 35, LINKAT = 265 / 37, SYMLINKAT = 266 / 36,
    READLINKAT = 267 / 78, PPOLL = 271 / 73, UNSHARE = 272 / 97, SIGNALFD4 = 289 / 74, PRLIMIT64 = 302 / 261,
    PROCESS_VM_READV = 310 / 270, RENAMEAT2 = 316 / 276, SECCOMP = 317 / 277, FTRUNCATE = 77 / 46,
    OPEN_TREE = 428 / 428, MOVE_MOUNT = 429 / 429, FSOPEN = 430 / 430, FSCONFIG = 431 / 431, FSMOUNT = 432 / 432,
    KILL = 62 / 129, CLOSE_RANGE = 436 / 436, CLOCK_GETTIME = 228 / 113, OPENAT2 = 437 / 437, MOUNT_SETATTR = 442 / 442, LANDLOCK_CREATE_RULESET = 444 / 444,
    LANDLOCK_ADD_RULE = 445 / 445, LANDLOCK_RESTRICT_SELF = 446 / 446,
}

/// One system call of up to six arguments.
///
/// # Safety
/// What the call reads and writes through its arguments must be there.
#[cfg(target_arch = "x86_64")]
pub unsafe fn call(number: usize, arguments: [usize; 6]) -> Result<usize> {
    let [a, b, c, d, e, f] = arguments;
    let answer: isize;
    // SAFETY: the kernel keeps all registers but these; the caller vouches for the arguments.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number as isize => answer,
            in("rdi") a, in("rsi") b, in("rdx") c, in("r10") d, in("r8") e, in("r9") f,
            lateout("rcx") _, lateout("r11") _,
            options(nostack),
        );
    }
    answered(answer)
}

/// As on x86-64.
///
/// # Safety
/// As there.
#[cfg(target_arch = "aarch64")]
pub unsafe fn call(number: usize, arguments: [usize; 6]) -> Result<usize> {
    let [a, b, c, d, e, f] = arguments;
    let answer: isize;
    // SAFETY: as above.
    unsafe {
        asm!(
            "svc 0",
            in("x8") number,
            inlateout("x0") a as isize => answer,
            in("x1") b, in("x2") c, in("x3") d, in("x4") e, in("x5") f,
            options(nostack),
        );
    }
    answered(answer)
}

fn answered(answer: isize) -> Result<usize> {
    if (-4095..0).contains(&answer) {
        return Err(Errno(-answer as i32));
    }
    Ok(answer as usize)
}

/// A system call by name; what is left out of the six arguments is zero.
macro_rules! syscall {
    ($name:ident $(, $argument:expr)* $(,)?) => {{
        let given = [$($argument as usize),*];
        let mut six = [0_usize; 6];
        six[..given.len()].copy_from_slice(&given);
        // SAFETY: what is passed by address lives until the call is over, and is as large as the call expects.
        unsafe { $crate::sys::call($crate::sys::nr::$name, six) }
    }};
}
pub(crate) use syscall;

/// A descriptor that is closed when it goes out of scope.
pub struct Fd(pub i32);

impl Drop for Fd {
    fn drop(&mut self) {
        let _ = syscall!(CLOSE, self.0);
    }
}

pub const AT_FDCWD: i32 = -100;
pub const AT_EMPTY_PATH: usize = 0x1000;
pub const AT_SYMLINK_NOFOLLOW: usize = 0x100;
pub const AT_SYMLINK_FOLLOW: usize = 0x400;

pub const O_WRONLY: u64 = 0o1;
pub const O_RDWR: u64 = 0o2;
pub const O_CREAT: u64 = 0o100;
pub const O_EXCL: u64 = 0o200;
pub const O_NOCTTY: u64 = 0o400;
pub const O_TRUNC: u64 = 0o1000;
pub const O_NONBLOCK: u64 = 0o4000;
#[cfg(target_arch = "x86_64")]
pub const O_DIRECTORY: u64 = 0o200000;
#[cfg(target_arch = "x86_64")]
pub const O_NOFOLLOW: u64 = 0o400000;
#[cfg(target_arch = "aarch64")]
pub const O_DIRECTORY: u64 = 0o40000;
#[cfg(target_arch = "aarch64")]
pub const O_NOFOLLOW: u64 = 0o100000;
pub const O_CLOEXEC: u64 = 0o2000000;
pub const O_PATH: u64 = 0o10000000;
/// Without O_DIRECTORY, which goes with it.
pub const O_TMPFILE_BIT: u64 = 0o20000000;

pub const RESOLVE_NO_MAGICLINKS: u64 = 2;
pub const RESOLVE_NO_SYMLINKS: u64 = 4;

#[repr(C)]
struct OpenHow {
    flags: u64,
    mode: u64,
    resolve: u64,
}

/// `path` ends with NUL.
pub fn openat2(directory: i32, path: &[u8], flags: u64, resolve: u64) -> Result<Fd> {
    debug_assert_terminated(path);
    let how = OpenHow {
        flags: flags | O_CLOEXEC,
        mode: 0,
        resolve,
    };
    syscall!(OPENAT2, directory, path.as_ptr(), &raw const how, size_of::<OpenHow>()).map(|fd| Fd(fd as i32))
}

/// `path` ends with NUL.
pub fn openat(directory: i32, path: &[u8], flags: u64, mode: u32) -> Result<Fd> {
    debug_assert_terminated(path);
    syscall!(OPENAT, directory, path.as_ptr(), flags | O_CLOEXEC, mode).map(|fd| Fd(fd as i32))
}

/// A path that lacks its NUL would let the kernel read on: the launcher ends instead.
pub fn debug_assert_terminated(path: &[u8]) {
    if path.last() != Some(&0) {
        exit(121);
    }
}

/// The first fields of `struct stat`, as far as they are used.
pub struct Stat {
    pub device: u64,
    pub inode: u64,
    pub mode: u32,
    /// Bytes.
    pub size: u64,
}

pub const S_IFMT: u32 = 0o170000;
pub const S_IFDIR: u32 = 0o040000;
pub const S_IFREG: u32 = 0o100000;
pub const S_IFIFO: u32 = 0o010000;
pub const S_IFLNK: u32 = 0o120000;

/// Of an open descriptor.
pub fn stat(fd: i32) -> Result<Stat> {
    let mut raw = [0_u64; 18];
    syscall!(NEWFSTATAT, fd, c"".as_ptr(), raw.as_mut_ptr(), AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW)?;
    // st_dev, st_ino, then st_nlink and st_mode (x86-64) or st_mode and st_nlink (aarch64).
    let mode = if cfg!(target_arch = "x86_64") { raw[3] } else { raw[2] };
    Ok(Stat {
        device: raw[0],
        inode: raw[1],
        mode: mode as u32,
        size: raw[6],
    })
}

pub fn is_procfs(fd: i32) -> Result<bool> {
    const PROC_SUPER_MAGIC: u64 = 0x9fa0;
    let mut raw = [0_u64; 15];
    syscall!(FSTATFS, fd, raw.as_mut_ptr())?;
    Ok(raw[0] == PROC_SUPER_MAGIC)
}

pub fn write_all(fd: i32, mut bytes: &[u8]) -> Result<()> {
    while !bytes.is_empty() {
        match syscall!(WRITE, fd, bytes.as_ptr(), bytes.len()) {
            Ok(written) => bytes = &bytes[written..],
            Err(EINTR) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}

pub fn exit(code: i32) -> ! {
    loop {
        let _ = syscall!(EXIT_GROUP, code);
    }
}

/// Fresh memory, all zeros. Never given back: the launcher does one thing and ends.
pub fn memory(bytes: usize) -> Result<&'static mut [u8]> {
    const PROT_READ_WRITE: usize = 3;
    const MAP_PRIVATE_ANONYMOUS: usize = 0x22;
    let address = syscall!(MMAP, 0, bytes.max(1), PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1_isize, 0)?;
    // SAFETY: the kernel has just mapped this many bytes there for us alone.
    Ok(unsafe { core::slice::from_raw_parts_mut(address as *mut u8, bytes) })
}

/// A file's bytes, mapped. Private: what is written to the file later by others does not matter, since it is sealed.
pub fn mapped(fd: i32, bytes: usize) -> Result<&'static [u8]> {
    const PROT_READ: usize = 1;
    const MAP_PRIVATE_POPULATE: usize = 0x8002;
    let address = syscall!(MMAP, 0, bytes, PROT_READ, MAP_PRIVATE_POPULATE, fd, 0)?;
    // SAFETY: as above.
    Ok(unsafe { core::slice::from_raw_parts(address as *const u8, bytes) })
}

/// Formats a number behind a prefix, NUL at the end: `/proc/self/fd/7`. For paths.
pub struct Numbered {
    bytes: [u8; 64],
    length: usize,
}

impl Numbered {
    pub fn new(before: &[u8], number: i32, after: &[u8]) -> Self {
        let mut path = Self {
            bytes: [0; 64],
            length: 0,
        };
        path.push(before);
        path.push_number(number);
        path.push(after);
        path
    }

    /// With a second number at its end.
    pub fn two(before: &[u8], number: i32, between: &[u8], last: i32) -> Self {
        let mut path = Self::new(before, number, between);
        path.push_number(last);
        path
    }

    fn push_number(&mut self, number: i32) {
        let mut digits = [0_u8; 10];
        let mut at = digits.len();
        let mut rest = number.unsigned_abs();
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.push(&digits[at..]);
    }

    fn push(&mut self, bytes: &[u8]) {
        self.bytes[self.length..self.length + bytes.len()].copy_from_slice(bytes);
        self.length += bytes.len();
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// With its NUL.
    pub fn path(&self) -> &[u8] {
        &self.bytes[..=self.length]
    }
}
