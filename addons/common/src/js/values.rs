//! Texts and typed arrays across the boundary.

use std::ptr;

use napi::bindgen_prelude::Unknown;
use napi::{Env, JsValue, sys};

use crate::{Error, ErrorCode, Result};

/// Turns a failed N-API call into an error.
///
/// # Errors
/// `ERR_INTERNAL` for every status but `napi_ok`.
#[inline]
pub fn check(status: sys::napi_status, what: &'static str) -> Result<()> {
    if status == sys::Status::napi_ok {
        Ok(())
    } else {
        let message = format!("{what}: {}", napi::Status::from(status));
        Err(Error::new(ErrorCode::Internal, message))
    }
}

/// The UTF-16 code units of a JavaScript string, copied: lone surrogates stay what they are.
///
/// # Errors
/// `ERR_INVALID_ARG_TYPE` when `value` is no string, `ERR_TEXT_TOO_LARGE` above `max_units`, `ERR_INTERNAL` when there is no
/// memory for the copy.
pub fn units_of(env: &Env, value: &Unknown<'_>, max_units: usize) -> Result<Vec<u16>> {
    let mut length = 0;
    // SAFETY: the value belongs to this call; with no buffer the call only reports the length.
    let status =
        unsafe { sys::napi_get_value_string_utf16(env.raw(), value.raw(), ptr::null_mut(), 0, &mut length) };
    if status == sys::Status::napi_string_expected {
        return Err(Error::new(ErrorCode::InvalidArgType, "the text must be a string"));
    }
    check(status, "cannot read the length of a string")?;
    if length > max_units {
        let message = format!("the text has {length} UTF-16 code units, more than {max_units}");
        return Err(Error::new(ErrorCode::TextTooLarge, message));
    }
    let mut units: Vec<u16> = Vec::new();
    units
        .try_reserve_exact(length + 1)
        .map_err(|_| Error::new(ErrorCode::Internal, "no memory for a copy of the text"))?;
    let mut written = 0;
    // SAFETY: the vector is writable for `length + 1` units, and the call writes no more, its NUL included.
    let status = unsafe {
        sys::napi_get_value_string_utf16(
            env.raw(),
            value.raw(),
            units.as_mut_ptr(),
            length + 1,
            &mut written,
        )
    };
    check(status, "cannot read a string")?;
    // SAFETY: the call has written that many units.
    unsafe { units.set_len(written) };
    Ok(units)
}

/// A JavaScript string of UTF-16 code units; where all fit into one byte, one that takes one byte a unit.
///
/// # Errors
/// `ERR_TEXT_TOO_LARGE` for more units than V8 puts into a string.
pub fn string_of<'env>(env: &'env Env, units: &[u16]) -> Result<Unknown<'env>> {
    let mut value = ptr::null_mut();
    let is_narrow = units.iter().fold(0, |all, unit| all | unit) < 0x100;
    // SAFETY: both buffers are readable for their length; the result is written to a local.
    let status = unsafe {
        if is_narrow {
            let bytes: Vec<u8> = units.iter().map(|&unit| unit as u8).collect();
            sys::napi_create_string_latin1(env.raw(), bytes.as_ptr().cast(), bytes.len() as isize, &mut value)
        } else {
            sys::napi_create_string_utf16(env.raw(), units.as_ptr(), units.len() as isize, &mut value)
        }
    };
    if status != sys::Status::napi_ok {
        clear_exception(env);
        let message = format!(
            "a text of {} UTF-16 code units is more than a string holds",
            units.len()
        );
        return Err(Error::new(ErrorCode::TextTooLarge, message));
    }
    // SAFETY: the call has just made the value in this scope.
    Ok(unsafe { Unknown::from_raw_unchecked(env.raw(), value) })
}

/// A Uint32Array with the elements of `values`.
///
/// # Errors
/// `ERR_INTERNAL` when V8 has no memory for it.
pub fn uint32_array<'env>(env: &'env Env, values: &[u32]) -> Result<Unknown<'env>> {
    let (mut data, mut buffer, mut array) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    // SAFETY: results are written to locals; the new buffer is writable for the bytes asked for.
    unsafe {
        check(
            sys::napi_create_arraybuffer(env.raw(), size_of_val(values), &mut data, &mut buffer),
            "cannot make an ArrayBuffer",
        )?;
        if !values.is_empty() {
            ptr::copy_nonoverlapping(values.as_ptr(), data.cast(), values.len());
        }
        check(
            sys::napi_create_typedarray(
                env.raw(),
                sys::TypedarrayType::uint32_array,
                values.len(),
                buffer,
                0,
                &mut array,
            ),
            "cannot make a Uint32Array",
        )?;
        Ok(Unknown::from_raw_unchecked(env.raw(), array))
    }
}

/// Forgets an exception that V8 or code of the caller threw: ours takes its place.
pub fn clear_exception(env: &Env) {
    let mut exception = ptr::null_mut();
    // SAFETY: the result is written to a local. Without an exception the call gives undefined.
    unsafe { sys::napi_get_and_clear_last_exception(env.raw(), &mut exception) };
}
