//! Strings and numbers across the boundary.

use std::cell::RefCell;
use std::ptr;

use napi::bindgen_prelude::Unknown;
use napi::{Env, sys};
use pairbench_common::{Error, ErrorCode, Result};

use super::{check, invalid};

/// Longest text accepted, in UTF-16 code units: as `MAX_TEXT_LENGTH` in contract.ts.
const MAX_UNITS: usize = 1 << 28;

/// What each thread keeps for the bytes of a string. A string that fits is read in one call.
const KEPT_BYTES: usize = 256 << 10;

/// A UTF-16 code unit takes at most three bytes of UTF-8.
const BYTES_PER_UNIT: usize = 3;

/// V8 stops before a character that does not fit, so a result this close to the capacity may be cut short: up to three
/// bytes of a character, and the NUL.
const UNSURE_BYTES: usize = 4;

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Gives the UTF-8 form of a JavaScript string to `read`. A lone surrogate becomes U+FFFD.
///
/// # Errors
/// `ERR_INVALID_ARG_TYPE` when `value` is no string, `ERR_TEXT_TOO_LARGE` above [`MAX_UNITS`].
#[inline]
pub(super) fn with_text<R>(
    env: sys::napi_env,
    value: sys::napi_value,
    read: impl FnOnce(&str) -> R,
) -> Result<R> {
    SCRATCH.with(|scratch| {
        let mut scratch = scratch.borrow_mut();
        if scratch.capacity() < KEPT_BYTES {
            scratch.reserve_exact(KEPT_BYTES);
        }
        let length = copy(env, value, scratch.as_mut_ptr(), scratch.capacity())?;
        if length + UNSURE_BYTES < scratch.capacity() {
            // SAFETY: V8 has written `length` bytes of UTF-8 there.
            return Ok(read(unsafe { utf8(scratch.as_ptr(), length) }));
        }
        let mut units = 0;
        // SAFETY: with no buffer the call only reports the length.
        check(
            unsafe { sys::napi_get_value_string_utf16(env, value, ptr::null_mut(), 0, &mut units) },
            "cannot read the length of a string",
        )?;
        if units > MAX_UNITS {
            let message = format!("the text has {units} UTF-16 code units, more than {MAX_UNITS}");
            return Err(Error::new(ErrorCode::TextTooLarge, message));
        }
        // Not kept: a long text must not hold memory after its call.
        let mut large = Vec::<u8>::with_capacity(units * BYTES_PER_UNIT + UNSURE_BYTES + 1);
        let length = copy(env, value, large.as_mut_ptr(), large.capacity())?;
        // SAFETY: as above.
        Ok(read(unsafe { utf8(large.as_ptr(), length) }))
    })
}

/// Writes the string as UTF-8 into `capacity` bytes at `buffer`, as far as it fits, and returns the bytes written.
#[inline]
fn copy(env: sys::napi_env, value: sys::napi_value, buffer: *mut u8, capacity: usize) -> Result<usize> {
    let mut length = 0;
    // SAFETY: `buffer` is writable for `capacity` bytes, and the call writes no more, its NUL included.
    let status = unsafe { sys::napi_get_value_string_utf8(env, value, buffer.cast(), capacity, &mut length) };
    match status {
        sys::Status::napi_ok => Ok(length),
        sys::Status::napi_string_expected => Err(invalid("the text must be a string")),
        status => Err(check(status, "cannot read a string").unwrap_err()),
    }
}

/// # Safety
/// V8 has written `length` bytes of UTF-8 to `bytes`: it replaces lone surrogates and never cuts a character.
#[inline]
unsafe fn utf8<'a>(bytes: *const u8, length: usize) -> &'a str {
    // SAFETY: passed on.
    unsafe { std::str::from_utf8_unchecked(std::slice::from_raw_parts(bytes, length)) }
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
    check(
        unsafe {
            sys::napi_create_string_utf8(env.raw(), text.as_ptr().cast(), text.len() as isize, &mut value)
        },
        "cannot make a string",
    )?;
    // SAFETY: the call has just made the value in this scope.
    Ok(unsafe { Unknown::from_raw_unchecked(env.raw(), value) })
}
