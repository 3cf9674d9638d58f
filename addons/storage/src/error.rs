//! The error of the storage pair: a stable code, a sentence, and where.

use std::fmt;
use std::io;

mod os;

/// A stable code, written as JavaScript reads it in `error.code`. The contract says what each one means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// Bytes that had been promised are damaged.
    Corrupt,
    /// Another writer has the directory.
    Locked,
    /// The disk or the quota is full.
    NoSpace,
    /// Written by a newer version.
    FormatTooNew,
    /// More than `max_bytes`.
    TooLarge,
    /// An earlier write or flush failed, or the handle came here by `fork`.
    Poisoned,
    /// A log of the other kind.
    WrongKind,
    /// The events asked for were pruned.
    Pruned,
    /// There is nothing of that name.
    NotFound,
    /// There is something of that name.
    Exists,
    /// A spooled output that was never finished.
    Incomplete,
    /// A reader cannot change anything.
    ReadOnly,
    /// The handle was closed.
    Closed,
    /// An argument of the wrong type or outside its range.
    InvalidArgType,
    /// The memory of a view was transferred away.
    DetachedBuffer,
    /// Any other failure of the operating system.
    Io,
    /// A panic in native code.
    Internal,
}

impl Code {
    /// The spelling that JavaScript sees.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Corrupt => "ERR_CORRUPT",
            Self::Locked => "ERR_LOCKED",
            Self::NoSpace => "ERR_NO_SPACE",
            Self::FormatTooNew => "ERR_FORMAT_TOO_NEW",
            Self::TooLarge => "ERR_TOO_LARGE",
            Self::Poisoned => "ERR_POISONED",
            Self::WrongKind => "ERR_WRONG_KIND",
            Self::Pruned => "ERR_PRUNED",
            Self::NotFound => "ERR_NOT_FOUND",
            Self::Exists => "ERR_EXISTS",
            Self::Incomplete => "ERR_INCOMPLETE",
            Self::ReadOnly => "ERR_READ_ONLY",
            Self::Closed => "ERR_CLOSED",
            Self::InvalidArgType => "ERR_INVALID_ARG_TYPE",
            Self::DetachedBuffer => "ERR_DETACHED_BUFFER",
            Self::Io => "ERR_IO",
            Self::Internal => "ERR_INTERNAL",
        }
    }
}

/// What went wrong, where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Error {
    /// What a program tests.
    pub code: Code,
    /// What a person reads.
    pub message: String,
    /// Number of the damaged segment.
    pub segment: Option<u64>,
    /// First byte in the segment's file that cannot be trusted.
    pub offset: Option<u64>,
    /// Process that holds the lock.
    pub pid: Option<u32>,
    /// What made the handle unusable, for [`Code::Poisoned`].
    pub cause: Option<Box<Error>>,
}

/// The result of everything here that can fail.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of `code` that says `message`.
    #[cold]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            segment: None,
            offset: None,
            pid: None,
            cause: None,
        }
    }

    /// Damage at `offset` of `segment`: `why` completes "segment 3 is damaged at byte 64: ...".
    #[cold]
    pub fn corrupt(segment: u64, offset: u64, why: &str) -> Self {
        Self {
            segment: Some(segment),
            offset: Some(offset),
            ..Self::new(
                Code::Corrupt,
                format!("segment {segment} is damaged at byte {offset}: {why}"),
            )
        }
    }

    /// Another writer; `pid` is its process, when known.
    #[cold]
    pub fn locked(pid: Option<u32>) -> Self {
        let who = pid.map_or_else(|| "another writer".to_owned(), |pid| format!("process {pid}"));
        Self {
            pid,
            ..Self::new(
                Code::Locked,
                format!("{who} has this directory open for writing; close it there, or open with readOnly"),
            )
        }
    }

    /// What every later call gives after `cause` made the handle unusable.
    #[cold]
    pub fn poisoned(cause: &Error) -> Self {
        // Its own cause, not a chain that grows with every call.
        let cause = if cause.code == Code::Poisoned {
            cause.cause.clone()
        } else {
            Some(Box::new(cause.clone()))
        };
        Self {
            cause,
            ..Self::new(
                Code::Poisoned,
                "an earlier write or flush failed, so nothing can be promised any more; open the directory again",
            )
        }
    }

    /// A failed call of the operating system; `doing` completes "cannot ...".
    ///
    /// A full disk or quota is [`Code::NoSpace`], everything else [`Code::Io`].
    #[cold]
    pub fn io(doing: &str, error: &io::Error) -> Self {
        let name = os::name_of(error);
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::new(Code::NoSpace, format!("cannot {doing}: {name}, no space left"))
            }
            _ => Self::new(Code::Io, format!("cannot {doing}: {name}")),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.code.as_str(), self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

impl From<pairbench_common::Error> for Error {
    fn from(error: pairbench_common::Error) -> Self {
        use pairbench_common::ErrorCode;
        let code = match error.code {
            ErrorCode::InvalidArgType => Code::InvalidArgType,
            ErrorCode::DetachedBuffer => Code::DetachedBuffer,
            _ => Code::Internal,
        };
        Self::new(code, error.message)
    }
}
