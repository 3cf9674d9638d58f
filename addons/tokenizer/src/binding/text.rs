//! Strings and numbers across the boundary.

use std::ptr;

use napi::bindgen_prelude::Unknown;
use napi::{Env, sys};
use pairbench_common::js::check;
use pairbench_common::{Error, ErrorCode, Result};

/// Longest text accepted, in UTF-16 code units: as `MAX_TEXT_LENGTH` in contract.ts.
const MAX_UNITS: usize = 1 << 28;

/// Gives the UTF-8 form of a JavaScript string to `read`: [`pairbench_common::js::with_text`].
///
/// # Errors
/// `ERR_INVALID_ARG_TYPE` when `value` is no string, `ERR_TEXT_TOO_LARGE` above [`MAX_UNITS`], `ERR_INTERNAL` when
/// there is no memory for a copy.
#[inline]
pub(super) fn with_text<R>(
    env: sys::napi_env,
    value: sys::napi_value,
    read: impl FnOnce(&str) -> R,
) -> Result<R> {
    pairbench_common::js::with_text(env, value, MAX_UNITS, read)
}

/// The value of a JavaScript number.
#[inline]
pub(super) fn number_of(env: sys::napi_env, value: sys::napi_value) -> Option<f64> {
    let mut number = 0.0;
    // SAFETY: the value belongs to this call, and the result is written to a local.
    let status = unsafe { sys::napi_get_value_double(env, value, &mut number) };
    (status == sys::Status::napi_ok).then_some(number)
}

/// A JavaScript string.
///
/// # Errors
/// `ERR_TEXT_TOO_LARGE` above [`MAX_UNITS`].
pub(super) fn to_js<'env>(env: &'env Env, text: &str) -> Result<Unknown<'env>> {
    if text.len() > MAX_UNITS && text.encode_utf16().count() > MAX_UNITS {
        let message = format!("the text has more than {MAX_UNITS} UTF-16 code units");
        return Err(Error::new(ErrorCode::TextTooLarge, message));
    }
    let mut value = ptr::null_mut();
    // SAFETY: `text` is readable for its length, which is below the limit of the call.
    let status = unsafe {
        sys::napi_create_string_utf8(env.raw(), text.as_ptr().cast(), text.len() as isize, &mut value)
    };
    check(status, "cannot make a string")?;
    // SAFETY: the call has just made the value in this scope.
    Ok(unsafe { Unknown::from_raw_unchecked(env.raw(), value) })
}
