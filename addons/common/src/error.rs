//! The error that every addon returns: a stable code and a sentence for people.

use std::borrow::Cow;
use std::fmt;

/// A stable code, written as JavaScript reads it in `error.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// An argument has the wrong type or lies outside its range.
    InvalidArgType,
    /// No vocabulary has this name or number.
    UnknownEncoding,
    /// The text is longer than one call accepts.
    TextTooLarge,
    /// An id belongs to no token.
    InvalidToken,
    /// The memory of a typed array was transferred away.
    DetachedBuffer,
    /// The work would hold more memory than the caller allows.
    MemoryLimit,
    /// A panic inside native code; the process goes on.
    Internal,
}

impl ErrorCode {
    /// The spelling that JavaScript sees.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidArgType => "ERR_INVALID_ARG_TYPE",
            Self::UnknownEncoding => "ERR_UNKNOWN_ENCODING",
            Self::TextTooLarge => "ERR_TEXT_TOO_LARGE",
            Self::InvalidToken => "ERR_INVALID_TOKEN",
            Self::DetachedBuffer => "ERR_DETACHED_BUFFER",
            Self::MemoryLimit => "ERR_MEMORY_LIMIT",
            Self::Internal => "ERR_INTERNAL",
        }
    }
}

impl AsRef<str> for ErrorCode {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// An error with its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What a program tests.
    pub code: ErrorCode,
    /// What a person reads.
    pub message: Cow<'static, str>,
}

impl Error {
    /// An error of `code` that says `message`.
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Error {}

/// The result of everything that can fail in an addon.
pub type Result<T> = std::result::Result<T, Error>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_shows_code_and_message() {
        let error = Error::new(ErrorCode::InvalidToken, "no token has the id 7");
        assert_eq!(error.to_string(), "ERR_INVALID_TOKEN: no token has the id 7");
    }
}
