//! What can go wrong, with a stable code.

use std::fmt;

use pairbench_common::ErrorCode;

/// A stable code, written as JavaScript reads it in `error.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// The bytes are no index file of this version. The adapter makes a `DamagedError` of it.
    Damaged,
    /// More than an index or a query holds.
    TooLarge,
    /// An argument of the wrong type.
    InvalidArgType,
    /// A panic in native code.
    Internal,
}

impl Code {
    /// The spelling that JavaScript sees.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Damaged => "ERR_DAMAGED",
            Self::TooLarge => "ERR_TOO_LARGE",
            Self::InvalidArgType => "ERR_INVALID_ARG_TYPE",
            Self::Internal => "ERR_INTERNAL",
        }
    }
}

/// An error with its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What a program tests.
    pub code: Code,
    /// What a person reads.
    pub message: String,
}

impl Error {
    /// An error of `code` that says `message`.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    pub(crate) fn damaged(message: impl Into<String>) -> Self {
        Self::new(Code::Damaged, message)
    }
}

impl From<pairbench_common::Error> for Error {
    fn from(error: pairbench_common::Error) -> Self {
        let code = match error.code {
            ErrorCode::InvalidArgType | ErrorCode::DetachedBuffer => Code::InvalidArgType,
            ErrorCode::TextTooLarge | ErrorCode::MemoryLimit => Code::TooLarge,
            _ => Code::Internal,
        };
        Self::new(code, error.message)
    }
}

impl AsRef<str> for Code {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.code.as_str(), self.message)
    }
}

impl std::error::Error for Error {}

/// The result of everything that can fail here.
pub type Result<T> = std::result::Result<T, Error>;
