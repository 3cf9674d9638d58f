//! The error of the file actions: code, message and fields as the TypeScript engine gives them, word for word.

use std::fmt;
use std::io;

use super::judge::{Decision, Intent, Refusal};

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Error {
    /// As JavaScript reads it in `error.code`.
    pub code: &'static str,
    /// What a person reads.
    pub message: String,
    /// The system's number, for `ERR_IO`; [`Error::errno_name`] names it.
    pub errno: Option<i32>,
    /// The verdict, for `ERR_DENIED`.
    pub refusal: Option<Refusal>,
}

/// The result of everything here that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// Why one attempt ended.
#[derive(Debug)]
pub(super) enum Stop {
    /// A link where the judge saw none: judge once more.
    Symlink,
    /// For good.
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Error {
    #[cold]
    fn new(code: &'static str, intent: Intent, path: &[u8], why: &str) -> Self {
        Self {
            code,
            message: format!("cannot {} {}: {why}", intent.as_str(), quoted(path)),
            errno: None,
            refusal: None,
        }
    }

    #[cold]
    pub(super) fn denied(intent: Intent, path: &[u8], refusal: Refusal) -> Self {
        let decision = match refusal.decision {
            Decision::Deny => "denied",
            Decision::Confirm => "not confirmed",
        };
        let rule = refusal
            .rule
            .as_deref()
            .map_or_else(String::new, |rule| format!(" {}", quoted(rule.as_bytes())));
        Self {
            refusal: Some(refusal.clone()),
            ..Self::new(
                "ERR_DENIED",
                intent,
                path,
                &format!("{decision} ({}{rule})", refusal.reason),
            )
        }
    }

    #[cold]
    pub(super) fn not_found(intent: Intent, path: &[u8]) -> Self {
        let why = match intent {
            Intent::Write => "its directory does not exist",
            _ => "it does not exist",
        };
        Self::new("ERR_NOT_FOUND", intent, path, why)
    }

    #[cold]
    pub(super) fn not_a_file(intent: Intent, path: &[u8]) -> Self {
        Self::new("ERR_NOT_A_FILE", intent, path, "it is not a regular file")
    }

    #[cold]
    pub(super) fn not_a_directory(path: &[u8]) -> Self {
        Self::new("ERR_NOT_A_DIRECTORY", Intent::List, path, "it is not a directory")
    }

    #[cold]
    pub(super) fn too_large(path: &[u8], max_bytes: u64) -> Self {
        Self::new(
            "ERR_TOO_LARGE",
            Intent::Read,
            path,
            &format!("it has more than {max_bytes} bytes"),
        )
    }

    /// A failed call of the system.
    #[cold]
    pub(super) fn io(intent: Intent, path: &[u8], error: &io::Error) -> Self {
        Self {
            errno: error.raw_os_error(),
            ..Self::new("ERR_IO", intent, path, &named(error))
        }
    }

    /// A root that is gone, or has become another directory (`ESTALE`).
    #[cold]
    pub(super) fn root(root: &[u8], error: &io::Error) -> Self {
        Self {
            code: "ERR_IO",
            message: format!(
                "the root {} is not the directory that the policy was made with: {}",
                quoted(root),
                named(error)
            ),
            errno: error.raw_os_error(),
            refusal: None,
        }
    }

    /// `ENOENT`, ...
    pub fn errno_name(&self) -> Option<&'static str> {
        self.errno.and_then(name)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Error {}

/// As `JSON.stringify` quotes: a path may hold newlines and escape sequences of terminals.
fn quoted(path: &[u8]) -> String {
    serde_json::Value::from(String::from_utf8_lossy(path)).to_string()
}

fn named(error: &io::Error) -> String {
    error
        .raw_os_error()
        .and_then(name)
        .map_or_else(|| error.to_string(), str::to_owned)
}

/// Names as Node gives them; those that file actions can meet.
fn name(number: i32) -> Option<&'static str> {
    Some(match number {
        libc::EACCES => "EACCES",
        libc::EAGAIN => "EAGAIN",
        libc::EBADF => "EBADF",
        libc::EBUSY => "EBUSY",
        libc::EDQUOT => "EDQUOT",
        libc::EEXIST => "EEXIST",
        libc::EFBIG => "EFBIG",
        libc::EINTR => "EINTR",
        libc::EINVAL => "EINVAL",
        libc::EIO => "EIO",
        libc::EISDIR => "EISDIR",
        libc::ELOOP => "ELOOP",
        libc::EMFILE => "EMFILE",
        libc::ENAMETOOLONG => "ENAMETOOLONG",
        libc::ENFILE => "ENFILE",
        libc::ENODEV => "ENODEV",
        libc::ENOENT => "ENOENT",
        libc::ENOMEM => "ENOMEM",
        libc::ENOSPC => "ENOSPC",
        libc::ENOTDIR => "ENOTDIR",
        libc::ENXIO => "ENXIO",
        libc::EPERM => "EPERM",
        libc::EROFS => "EROFS",
        libc::ESTALE => "ESTALE",
        libc::ETIMEDOUT => "ETIMEDOUT",
        libc::ETXTBSY => "ETXTBSY",
        libc::EXDEV => "EXDEV",
        _ => return None,
    })
}
