//! Why a run could not be started from the host's side.

use std::fmt;
use std::io;

/// What was being done, and what the system said.
#[derive(Debug)]
pub struct Error {
    /// A phrase: `making a pipe`.
    pub step: &'static str,
    /// The system's error number.
    pub errno: i32,
}

impl Error {
    /// With the error number of the call that has just failed.
    pub fn last(step: &'static str) -> Self {
        Self::with(step, &io::Error::last_os_error())
    }

    /// With that of an I/O error.
    pub fn with(step: &'static str, error: &io::Error) -> Self {
        Self {
            step,
            errno: error.raw_os_error().unwrap_or(0),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.step, io::Error::from_raw_os_error(self.errno))
    }
}

impl std::error::Error for Error {}

/// The result of what the host does for a run.
pub type Result<T> = std::result::Result<T, Error>;
