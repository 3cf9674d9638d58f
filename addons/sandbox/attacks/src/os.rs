//! System calls by number, without a libc wrapper in between: a wrapper may check, retry or take another call.

use std::ffi::{CStr, CString};

/// The call's result, or its errno.
pub type Outcome = Result<i64, i32>;

/// One argument: a number, or memory that outlives the call.
pub enum Arg<'a> {
    Number(i64),
    Text(&'a CStr),
    Bytes(&'a [u8]),
    Words(&'a [u64]),
    Buffer(&'a mut [u8]),
}

macro_rules! numbers {
    ($($kind:ty),*) => { $(impl From<$kind> for Arg<'_> {
        fn from(number: $kind) -> Self { Arg::Number(number as i64) }
    })* };
}
numbers!(i32, u32, i64, u64, usize);

impl<'a> From<&'a CString> for Arg<'a> {
    fn from(text: &'a CString) -> Self {
        Arg::Text(text)
    }
}
impl<'a> From<&'a CStr> for Arg<'a> {
    fn from(text: &'a CStr) -> Self {
        Arg::Text(text)
    }
}
impl<'a> From<&'a [u8]> for Arg<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Arg::Bytes(bytes)
    }
}
impl<'a> From<&'a [u64]> for Arg<'a> {
    fn from(words: &'a [u64]) -> Self {
        Arg::Words(words)
    }
}
impl<'a> From<&'a mut [u8]> for Arg<'a> {
    fn from(buffer: &'a mut [u8]) -> Self {
        Arg::Buffer(buffer)
    }
}

/// Makes the call. Use through `call!`.
pub fn system_call(number: libc::c_long, arguments: &mut [Arg<'_>]) -> Outcome {
    let mut raw = [0_i64; 6];
    for (slot, argument) in raw.iter_mut().zip(arguments) {
        *slot = match argument {
            Arg::Number(number) => *number,
            Arg::Text(text) => text.as_ptr() as i64,
            Arg::Bytes(bytes) => bytes.as_ptr() as i64,
            Arg::Words(words) => words.as_ptr() as i64,
            Arg::Buffer(buffer) => buffer.as_mut_ptr() as i64,
        };
    }
    // SAFETY: every address is of memory borrowed for the length of the call, and the kernel writes only to a `Buffer`,
    // whose length goes along or is that of the structure named; no caller passes a number that remaps memory in use.
    let result = unsafe { libc::syscall(number, raw[0], raw[1], raw[2], raw[3], raw[4], raw[5]) };
    if result < 0 { Err(errno()) } else { Ok(result) }
}

/// `call!(SYS_x, arguments...)`: numbers, `&CString`, `&[u8]`, `&[u64]` or `&mut [u8]`.
macro_rules! call {
    ($number:ident $(, $argument:expr)* $(,)?) => {
        $crate::os::system_call(libc::$number, &mut [$($crate::os::Arg::from($argument)),*])
    };
}
pub(crate) use call;

pub fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

pub fn text(value: &str) -> CString {
    CString::new(value).expect("an argument has no NUL")
}

/// What a wrapper of libc says: -1 is an error.
pub fn outcome(result: impl Into<i64>) -> Outcome {
    match result.into() {
        -1 => Err(errno()),
        value => Ok(value),
    }
}

pub fn open(path: &str, flags: i32) -> Outcome {
    call!(
        SYS_openat,
        libc::AT_FDCWD,
        &text(path),
        flags | libc::O_CLOEXEC,
        0o644
    )
}

pub fn write(descriptor: i64, bytes: &[u8]) -> Outcome {
    call!(SYS_write, descriptor, bytes, bytes.len())
}

pub fn close(descriptor: i64) {
    let _ = call!(SYS_close, descriptor);
}

/// Up to 64 KiB from a descriptor.
pub fn read(descriptor: i64) -> Result<Vec<u8>, i32> {
    let mut buffer = vec![0; 65_536];
    let length = call!(SYS_read, descriptor, &mut buffer[..], 65_536)?;
    buffer.truncate(length as usize);
    Ok(buffer)
}

pub fn pause(ms: u64) {
    std::thread::sleep(std::time::Duration::from_millis(ms));
}

/// Runs `body` in a child process; its result is the exit code.
pub fn fork(body: impl FnOnce() -> i32) -> Result<libc::pid_t, i32> {
    // SAFETY: callers have one thread; the child runs `body` and leaves without unwinding into the parent's frames.
    match unsafe { libc::fork() } {
        -1 => Err(errno()),
        0 => {
            let code = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body)).unwrap_or(101);
            // SAFETY: ends the child at once.
            unsafe { libc::_exit(code) }
        }
        child => Ok(child),
    }
}

/// The raw wait status.
pub fn wait(child: libc::pid_t) -> Result<i32, i32> {
    let mut status = 0;
    // SAFETY: `status` is a valid place for the result.
    match unsafe { libc::waitpid(child, &mut status, 0) } {
        -1 => Err(errno()),
        _ => Ok(status),
    }
}

/// An attempt made in a child, since it would change or kill the process that makes it: the body's outcome comes back
/// through the exit code (0 done, else errno); a signal is reported as the negative of its number.
pub fn in_child(body: impl FnOnce() -> Outcome) -> Outcome {
    let child = fork(|| match body() {
        Ok(_) => 0,
        Err(errno) => errno.clamp(1, 250),
    })?;
    let status = wait(child)?;
    if libc::WIFSIGNALED(status) {
        return Err(-libc::WTERMSIG(status));
    }
    match libc::WEXITSTATUS(status) {
        0 => Ok(0),
        errno => Err(errno),
    }
}
