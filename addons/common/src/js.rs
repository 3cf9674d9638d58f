//! Errors as JavaScript errors (feature `napi`).

use crate::{Error, ErrorCode};

impl From<Error> for napi::Error<ErrorCode> {
    fn from(error: Error) -> Self {
        napi::Error::new(error.code, error.message)
    }
}

/// What an exported function returns: the code lands in `error.code`.
pub type Result<T> = std::result::Result<T, napi::Error<ErrorCode>>;

mod exports;
mod text;
mod values;

pub use text::with_text;
pub use values::{check, clear_exception, string_of, uint32_array, units_of};
