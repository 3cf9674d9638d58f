//! Strings and numbers across the boundary.

use std::cell::RefCell;
use std::ptr;

use napi::bindgen_prelude::Unknown;
use napi::{Env, sys};
use pairbench_common::js::check;
use pairbench_common::{Error, ErrorCode, Result};

use super::invalid;

/// Longest text accepted, in UTF-16 code units: as `MAX_TEXT_LENGTH` in contract.ts.
const MAX_UNITS: usize = 1 << 28;

/// What each thread keeps for the units of a string: one that is shorter is read in one call. The bytes of its UTF-8
/// form take up to three times as many, so that a thread keeps 320 KiB at most.
const KEPT_UNITS: usize = 64 << 10;

/// Room for a string on its way.
struct Scratch {
    units: Vec<u16>,
    bytes: Vec<u8>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> =
        const { RefCell::new(Scratch { units: Vec::new(), bytes: Vec::new() }) };
}

/// Gives the UTF-8 form of a JavaScript string to `read`. A lone surrogate becomes U+FFFD.
///
/// Read as UTF-16: that is a plain copy whatever V8 keeps, while its own way to UTF-8 is slow for strings with a
/// character beyond Latin-1 (105 us against 3 us for 40,000 units).
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
    SCRATCH.with(|scratch| {
        let Scratch { units, bytes } = &mut *scratch.borrow_mut();
        copy(env, value, units, KEPT_UNITS)?;
        // V8 keeps one unit for a NUL. A string that fills the rest may be longer.
        if units.len() < KEPT_UNITS - 1 {
            return Ok(read(
                crate::transcode::to_utf8(units, bytes).ok_or_else(no_memory)?,
            ));
        }
        let mut length = 0;
        // SAFETY: with no buffer the call only reports the length.
        let status = unsafe { sys::napi_get_value_string_utf16(env, value, ptr::null_mut(), 0, &mut length) };
        check(status, "cannot read the length of a string")?;
        if length > MAX_UNITS {
            let message = format!("the text has {length} UTF-16 code units, more than {MAX_UNITS}");
            return Err(Error::new(ErrorCode::TextTooLarge, message));
        }
        // Not kept: a long text must not hold memory after its call.
        let (mut units, mut bytes) = (Vec::new(), Vec::new());
        copy(env, value, &mut units, length + 1)?;
        let text = crate::transcode::to_utf8(&units, &mut bytes).ok_or_else(no_memory)?;
        drop(units);
        Ok(read(text))
    })
}

/// Replaces `units` by those of the string, as far as they fit into `capacity` with a NUL behind.
#[inline]
fn copy(env: sys::napi_env, value: sys::napi_value, units: &mut Vec<u16>, capacity: usize) -> Result<()> {
    units.clear();
    units.try_reserve_exact(capacity).map_err(|_| no_memory())?;
    let mut length = 0;
    // SAFETY: the vector is writable for `capacity` units, and the call writes no more, its NUL included.
    let status =
        unsafe { sys::napi_get_value_string_utf16(env, value, units.as_mut_ptr(), capacity, &mut length) };
    match status {
        sys::Status::napi_ok => {
            // SAFETY: the call has written that many units.
            unsafe { units.set_len(length) };
            Ok(())
        }
        sys::Status::napi_string_expected => Err(invalid("the text must be a string")),
        status => Err(check(status, "cannot read a string").unwrap_err()),
    }
}

#[cold]
fn no_memory() -> Error {
    Error::new(ErrorCode::Internal, "no memory for a copy of the text")
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
